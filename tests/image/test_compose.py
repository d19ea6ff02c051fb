"""The compose file, judged without an engine: by docker-compose itself, by a linter, and by what it names."""

import base64
import hashlib
import json
import os
import re
import stat
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import yaml
from stack import compose
from stack.broker import program_path
from stack.cache import prepared
from stack.ports import LOOPBACK
from stack.process import Process
from stack.program import program_environment

from .context import Context
from .dockerfile import read

ROOT, DOCKER = compose.ROOT, compose.FILE.parent
SERVICES = compose.services()
OURS = {name: service for name, service in SERVICES.items() if service.is_ours}
WRITTEN = yaml.safe_load(compose.FILE.read_text())
WRITABLE = {"kafka"}  # Kafka's image writes its settings into its own folders when it starts
PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w.-]+)?")


def fetched(what: str) -> Path:
    """What judges the file; where it cannot be had (Debian 13's packages elsewhere than on Debian) that is said."""
    try:
        return prepared(what)
    except RuntimeError as error:
        if os.environ.get("KEYTURN_REQUIRE") == "all":
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))


def run(*words, **options) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=120, check=False, **options)


@pytest.mark.parametrize("profiles", [(), ("observe",), ("ui",), ("observe", "ui")], ids=lambda p: "+".join(p) or "plain")
def test_docker_compose_understands_it(profiles):
    words = [word for profile in profiles for word in ("--profile", profile)]
    done = run(fetched("compose"), "-f", compose.FILE, *words, "config", "-q")
    assert done.returncode == 0 and done.stderr == "", done.stderr


def test_docker_compose_understands_the_readmes_override(tmp_path):
    """The way to AWS itself, as docker/README.md shows it."""
    shown = re.search(r"```yaml\n(.*?)```", (DOCKER / "README.md").read_text(), re.DOTALL)[1]
    override = tmp_path / "aws.yaml"
    override.write_text(shown)
    done = run(fetched("compose"), "-f", compose.FILE, "-f", override, "--project-directory", DOCKER, "config",
               env=os.environ | {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "made-up"})
    assert done.returncode == 0, done.stderr
    merged = yaml.safe_load(done.stdout)["services"]
    for name in ("scheduler", "worker", "notifier"):
        environment = merged[name]["environment"]
        assert environment["AWS_ACCESS_KEY_ID"] == "AKIAIOSFODNN7EXAMPLE"
        assert {name for name, value in environment.items() if value == ""} == {
            "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SESV2", "AWS_SHARED_CREDENTIALS_FILE", "AWS_SESSION_TOKEN"}
        mounted = [mount["source"] for mount in merged[name]["volumes"] if mount["target"] == "/etc/keyturn/keyturn.yaml"]
        assert [Path(path).name for path in mounted] == ["mine.yaml"]
    mine = program_environment({"AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_SESV2": "", "AWS_SHARED_CREDENTIALS_FILE": ""})
    assert run(program_path("keyturn"), "config", "check", "--config", DOCKER / "config/keyturn.yaml", env=mine).returncode == 0
    refused = run(program_path("keyturn"), "config", "check", "--config", DOCKER / "config/stack.yaml", env=mine)
    assert refused.returncode == 2 and "unsafe_test_clock" in refused.stderr, "the stack's own file is none for AWS itself"


def test_the_linter_finds_nothing():
    lint = fetched("node") / "node_modules/.bin/dclint"
    done = run(lint, "-c", DOCKER / "dclint.yaml", "--max-warnings", "0", compose.FILE)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_service_has_no_more_than_it_needs(service):
    body = service.written
    assert body["cap_drop"] == ["ALL"] and "cap_add" not in body and "privileged" not in body
    assert "no-new-privileges:true" in body["security_opt"]
    assert body.get("read_only") is True or service.name in WRITABLE
    limits = body["deploy"]["resources"]["limits"]
    assert limits["memory"] and limits["cpus"]
    assert "build" in body or PINNED.fullmatch(body["image"]), "the image is pinned to a version"
    assert all(port.startswith("127.0.0.1:") for port in body.get("ports", [])), "only loopback is published"
    assert set(service.needs.values()) <= {"service_healthy", "service_completed_successfully"}
    for name, value in service.environment.items():
        if re.search(r"PASSWORD|SECRET|_KEY", name):
            assert value.startswith("/run/keyturn/"), f"{name} names a file, it holds no secret"


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_what_a_service_mounts_and_needs_is_there(service):
    for path, source in service.mounts.items():
        assert path.startswith("/")
        assert (DOCKER / source).is_file() if source.startswith("./") else source in WRITTEN["volumes"]
    for name, condition in service.needs.items():
        needed = SERVICES[name]
        assert (condition == "service_completed_successfully") == needed.ends
        assert needed.ends or has_health(needed), f"{service.name} waits for the health of {name}"


def has_health(service: compose.Service) -> bool:
    if "build" not in service.written:
        return "test" in service.written["healthcheck"]
    image = read(ROOT / service.written["build"]["dockerfile"])[-1]
    return "healthcheck" not in service.written and len(image.of("HEALTHCHECK")) == 1


@pytest.mark.parametrize("service", OURS.values(), ids=OURS)
def test_our_programs_take_their_words_and_environment(service, tmp_path):
    run(DOCKER / "make-secrets", tmp_path)
    environment = program_environment({name: here(value, service, tmp_path) for name, value in service.environment.items()})
    checked = run(program_path("keyturn"), "config", "check", env=environment)
    assert checked.returncode == 0, f"{service.name}: {checked.stdout}{checked.stderr}"
    last = "--help" if service.program == "keyturn" else "--check"
    done = run(program_path(service.program), *service.words, last, env=environment)
    assert done.returncode == 0, f"{service.name}: {done.stdout}{done.stderr}"
    refused = run(program_path(service.program), *service.words, "--no-such-option", env=environment)
    assert refused.returncode == 2, "a wrong word would have been noticed"


def here(value: str, service: compose.Service, secrets: Path) -> str:
    """The files of compose.yaml's own folder and the secrets, where the container has them elsewhere."""
    source = service.mounts.get(value, "")
    return str(DOCKER / source) if source.startswith("./") else value.replace("/run/keyturn/secrets", str(secrets))


def test_all_programs_run_with_one_file_and_one_environment():
    assert len({str(sorted(service.environment.items())) for service in OURS.values() if service.program != "keyturn-api"}) == 1
    assert {service.mounts["/etc/keyturn/keyturn.yaml"] for service in OURS.values()} == {"./config/stack.yaml"}
    assert SERVICES["worker"].scale == 2
    for name in ("scheduler", "worker", "notifier"):  # as many as one likes, by --scale: no two want one name or port
        assert not {"container_name", "hostname", "ports"} & SERVICES[name].written.keys()
    programs = {path.parent.name for path in ROOT.glob("*/main.c")} - {"cli"}
    assert programs <= {service.program.removeprefix("keyturn-") for service in OURS.values()}, "each program has a service"


@pytest.mark.parametrize("name", sorted({s.written["build"]["dockerfile"] for s in SERVICES.values() if "build" in s.written}))
def test_an_image_runs_as_nobody_in_particular_and_is_pinned(name):
    stages = read(ROOT / name)
    last = stages[-1]
    assert [step.text for step in last.of("USER")] == ["10001:10001"]
    assert last.of("CMD")[-1].command and last.of("HEALTHCHECK")[-1].text.split("CMD")[0].count("--") == 0
    context = Context(ROOT)
    for step in [step for stage in stages for step in stage.of("COPY") if "from" not in step.options]:
        assert all(context.files(source) for source in step.words[:-1]), f"{name}: COPY {step.text}"
    for stage in stages:
        own = stage.base in {other.name for other in stages} | {"scratch"}
        assert own or re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-slim(-trixie)?|node:\d+\.\d+\.\d+-trixie-slim", stage.base)


def test_secrets_are_made_once_and_kept(tmp_path):
    def make() -> dict[str, str]:
        done = run(DOCKER / "make-secrets", tmp_path)
        assert done.returncode == 0, done.stderr
        return {path.name: path.read_text() for path in tmp_path.iterdir()}

    first = make()
    assert first.keys() == {"api_key", "api-keys.json", "redis_password", "sealing_keys", "users.acl"}
    (tmp_path / "users.acl").unlink()
    assert make() == first, "a second run changes nothing and mends what is missing"
    assert re.fullmatch("[0-9a-f]{64}", first["redis_password"]) and first["redis_password"] not in first["users.acl"]
    known = json.loads(first["api-keys.json"])["keys"][0]
    word, number, secret = first["api_key"].split("_", 2)
    assert (word, number) == ("keyturn", known["id"]) and re.fullmatch("[0-9a-f]{12}", number)
    assert hashlib.sha256(base64.urlsafe_b64decode(secret + "=")).hexdigest() == known["sha256"]
    for name in ("api_key", "api-keys.json", "redis_password", "sealing_keys"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert re.fullmatch(r"first:[A-Za-z0-9+/]{43}=\n", first["sealing_keys"])


class Prometheus(Process):
    def command(self) -> list[str]:
        return [str(prepared("prometheus")), f"--config.file={DOCKER}/config/prometheus.yml",
                f"--storage.tsdb.path={self.folder}/data", f"--web.listen-address={LOOPBACK}:{self.port}"]

    def ready(self) -> bool:
        return self.status("/-/ready") == 200

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{self.port}{path}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


def test_prometheus_scrapes_our_services_and_understands_the_dashboard(tmp_path):
    names = yaml.safe_load((DOCKER / "config/prometheus.yml").read_text())["scrape_configs"][0]["dns_sd_configs"][0]
    listening = {service.name for service in OURS.values() if not service.ends}
    assert listening <= set(names["names"])
    assert {service.environment["KEYTURN_METRICS_LISTEN"] for service in OURS.values()} == {f"0.0.0.0:{names['port']}"}
    dashboard = yaml.safe_load((DOCKER / "config/grafana/keyturn.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    known = set(re.findall(r'X\(\w+, \w+, "(\w+)"', (ROOT / "shared/metrics/metrics.h").read_text()))
    used = {re.sub(r"_bucket$", "", name) for expression in asked for name in re.findall(r"keyturn_(\w+)", expression)}
    assert used <= known, used - known
    fetched("prometheus")
    with Prometheus("prometheus", tmp_path) as server:
        for expression in asked:
            assert server.status(f"/api/v1/query?query={urllib.parse.quote(expression)}") == 200, expression
        assert server.status("/api/v1/query?query=sum(") == 400, "a mistake would have been noticed"
