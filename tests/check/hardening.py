"""The hardening that the build asks for is in the built programs."""

import re

from tree import need, output_of, programs, verdict


def dynamic_symbols(program):
    return set(re.findall(r"\bUND (\w+)", output_of("readelf", "-W", "--dyn-syms", program)))


def facts(program):
    """(what is missing, said in words) of one program."""
    header = output_of("readelf", "-W", "-h", program)
    segments = output_of("readelf", "-W", "-l", program)
    dynamic = output_of("readelf", "-W", "-d", program)
    symbols = dynamic_symbols(program)
    yield "is not position independent (-fPIE -pie)", "Type:" in header and "DYN" in header and "PIE" in dynamic
    yield "has no read-only relocations (-Wl,-z,relro)", "GNU_RELRO" in segments
    yield "binds lazily (-Wl,-z,now)", "BIND_NOW" in dynamic or re.search(r"FLAGS.*\bNOW\b", dynamic)
    yield "has an executable stack", re.search(r"GNU_STACK.* RW +0x", segments)
    yield "has no stack protector (-fstack-protector-strong)", "__stack_chk_fail" in symbols
    yield "has no fortified calls (-D_FORTIFY_SOURCE=3)", any(re.fullmatch(r"__\w+_chk", s) for s in symbols)
    yield "looks for libraries in a folder of the build (RPATH)", not re.search(r"R(UN)?PATH", dynamic)
    if "X86-64" in header:
        yield "has no landing pads (-fcf-protection)", landing_pads(program)


def landing_pads(program):
    """The linker notes IBT only where the C library's start files have it too, so look at the code: main must begin with one."""
    code = output_of("objdump", "-d", "--no-show-raw-insn", "--disassemble=main", program)
    return re.search(r"<main>:\s+[0-9a-f]+:\s+endbr64", code)


need("readelf", "binutils")
offences = [f"{p.name} {lack}" for p in programs() for lack, there in facts(str(p)) if not there]
verdict(offences, "see keyturn_flags in cmake/KeyturnTargets.cmake", f"{len(programs())} programs")
