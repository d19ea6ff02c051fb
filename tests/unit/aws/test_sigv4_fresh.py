"""Our signer and botocore's agree on requests that nobody has seen before; a failure prints the seed."""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parents[2] / os.environ.get("KEYTURN_BUILD", "build")
PYTHON = os.environ.get("KEYTURN_PYTHON", sys.executable)


def test_five_hundred_fresh_requests_are_signed_as_botocore_signs_them():
    made = subprocess.run([PYTHON, HERE / "sigv4_oracle.py", "--count", "500"], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    signed = subprocess.run([BUILD / "unit" / "unit_sigv4_oracle", "-"], input=made.stdout, capture_output=True, text=True)
    said = signed.stdout + signed.stderr
    assert signed.returncode == 0 and "500 requests, 0 signed otherwise" in said, made.stderr + said
