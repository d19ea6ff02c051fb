"""The commands that ask the API, against the API played by hand: what they send and what they make of its answers."""

import csv
import io
import json
import os
import subprocess

import jsonschema
import pytest
from stack.broker import program_path
from stack.contract import FILES, SCHEMAS
from stack.program import program_environment
from stack.waiting import until

from .api_double import ACCOUNTS, KEY, Double, answer, problem, user

ONE, TWO = ACCOUNTS
LEAKED = "AKIAIOSFODNN7EXAMPLE"
OLD = {"id": "AKIAOLDOLDOLDOLD1234", "state": "superseded", "active": True, "created": "2026-01-01T00:00:00Z",
       "age_seconds": 28000000}


@pytest.fixture
def api():
    double = Double()
    double.users = [user(ONE, "anna"), user(ONE, "ben", state="blocked"), user(TWO, "anna"), user(TWO, "c+d@e,f=g"),
                    user(TWO, "eve", current_key="AKIAEVEEVEEVEEVE1234", keys=[
                        {"id": "AKIAEVEEVEEVEEVE1234", "state": "current", "active": True,
                         "created": "2026-11-20T00:00:00Z", "age_seconds": 100}, OLD])]
    yield double
    double.close()
    assert not double.wrong


def environment(api, **more: str) -> dict:
    return program_environment({"KEYTURN_API_URL": api.url, "KEYTURN_API_KEY": KEY} | more)


def keyturn(api, *words: str, **more: str):
    return subprocess.run([str(program_path("keyturn")), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120, check=False, env=environment(api, **more))


def fine(done) -> str:
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


# status and events.


def test_status_lists_every_user_of_every_page(api):
    lines = fine(keyturn(api, "status")).splitlines()
    assert [line.split()[:3] for line in lines[:-1]] == [[each["state"], each["user"], each["account"]]
                                                         for each in api.users]
    assert lines[-1] == "5 users"
    listed = json.loads(fine(keyturn(api, "status", "--json")))["items"]
    assert [(each["account"], each["user"]) for each in listed] == [(each["account"], each["user"]) for each in api.users]
    filtered = json.loads(fine(keyturn(api, "status", "--state", "blocked", "--account", ONE, "--json")))["items"]
    assert [each["user"] for each in filtered] == ["ben"]


def test_status_tells_all_of_one_user_and_asks_which_where_there_are_two(api):
    api.users[1]["requests"] = [{"request": "rollback", "at": "2026-11-21T08:00:00Z", "by": "ops", "key_id": LEAKED}]
    shown = fine(keyturn(api, "status", "ben"))
    assert shown.startswith(f"ben in {ONE}: blocked\n")
    for words in (LEAKED, "current, active, 50d", "last used 2026-11-21 07:50Z", "rollback", "by ops", "key.activated",
                  "the current key is not due yet"):
        assert words in shown
    assert json.loads(fine(keyturn(api, "status", "ben", "--json"))) == api.users[1]
    both = keyturn(api, "status", "anna")
    assert both.returncode == 1 and ONE in both.stderr and TWO in both.stderr and "--account" in both.stderr
    assert fine(keyturn(api, "status", "anna", "--account", TWO)).startswith(f"anna in {TWO}:")
    assert fine(keyturn(api, "status", "c+d@e,f=g")).startswith("c+d@e,f=g in ")


def test_nothing_a_server_says_steers_a_terminal(api):
    api.users[1]["owner"] = "\x1b]0;owned\x07\x9b2J@example.com"
    shown = fine(keyturn(api, "status", "ben"))
    assert "?]0;owned??2J@example.com" in shown and "\x1b" not in shown
    assert "\x1b[1;31mblocked\x1b[0m" in fine(keyturn(api, "status", "ben", "--color", "always"))


def on_a_terminal(api, *words: str, **more: str) -> str:
    """What a command shows where both its outputs are a terminal."""
    ours, its = os.openpty()
    process = subprocess.Popen([str(program_path("keyturn")), *words], stdin=subprocess.DEVNULL, stdout=its, stderr=its,
                               env=environment(api, **({"NO_COLOR": ""} | more)))
    os.close(its)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        pass  # nobody writes any more
    finally:
        os.close(ours)
    assert process.wait(120) == 0, shown
    return shown.decode()


def test_a_terminal_gets_colour_unless_it_is_not_wanted(api):
    plain = fine(keyturn(api, "status", "ben"))
    assert "\x1b[1;31mblocked\x1b[0m" in on_a_terminal(api, "status", "ben")
    assert on_a_terminal(api, "status", "ben", NO_COLOR="1").replace("\r", "") == plain
    assert on_a_terminal(api, "status", "ben", "--color", "never").replace("\r", "") == plain


def test_a_terminal_is_told_how_far_a_report_is(api):
    shown = on_a_terminal(api, "report", "--json")
    assert shown.startswith("\r0 of 5 users") and "\r\x1b[K{" in shown


def event(number: int, name: str = "key.created", who: str = "anna") -> str:
    data = json.dumps({"time": "2026-11-21T08:14:09Z", "subject": LEAKED, "data": {"account": ONE, "user": who}})
    return f"id: {number}\nevent: {name}\ndata: {data}\n\n"


def test_events_go_on_where_a_lost_connection_was(api):
    """Three connections: each ends, and the next begins behind the last event."""
    api.events = [[": hello\n\n", event(1), event(2, who="ben")], ["event: gap\ndata: {}\n\n" + event(3)[:30],
                                                                   event(3)[30:]], [event(4, "key.deleted")]]
    process = subprocess.Popen([str(program_path("keyturn")), "events", "--follow", "anna", "--account", ONE],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               env=environment(api))
    try:
        lines = [process.stdout.readline() for _ in range(3)]
    finally:
        process.kill()
        said = process.communicate(timeout=30)[1]
    assert [line.split()[1:3] for line in lines] == [[f"{ONE}/anna", "key.created"], [f"{ONE}/anna", "key.created"],
                                                     [f"{ONE}/anna", "key.deleted"]]
    assert api.resumed_at[:3] == [None, "2", "3"]
    assert "some events were missed" in said and "connecting again" in said
    assert api.asked[0][2] == {"account": ONE}


def test_events_that_may_not_be_read_are_a_fault_at_once(api):
    api.refuse = [problem(403, "forbidden", "Forbidden", detail="users:read is needed")]
    done = keyturn(api, "events", "--follow", "--json")
    assert done.returncode == 1 and "users:read is needed" in done.stderr


def test_the_events_of_a_user_so_far(api):
    assert fine(keyturn(api, "events", "ben")) == f"2026-10-02T08:11:31Z  key.activated  {LEAKED}  proven\n"
    assert json.loads(fine(keyturn(api, "events", "ben", "--json"))) == api.users[1]["history"]


# Requests.


@pytest.mark.parametrize("verb", ["rotate", "rollback", "pause", "resume"])
def test_a_request_names_user_and_reason(api, verb):
    shown = fine(keyturn(api, verb, "ben", "--reason", 'he said "now" — ✓'))
    assert shown == f"{ONE}/ben: {verb}, written down at 2026-11-21T08:14:09Z\n"
    assert api.asked[-1] == (verb, f"/accounts/{ONE}/users/ben/{verb}", {}, {"reason": 'he said "now" — ✓'})
    document = json.loads(fine(keyturn(api, verb, "eve", "--account", TWO, "--reason", "why", "--json")))
    assert (document["request"], document["user"]) == (verb, "eve")


def test_a_request_that_is_in_the_way_is_named_and_never_asked_again(api):
    api.users = [user(ONE, "anna")]
    blocked = {"request": "rotate", "at": "2026-11-21T08:00:00Z", "by": "night"}
    api.refuse = [answer({"items": [{**api.users[0], "keys": [], "current_key": "AKIA...MPLE"}]}),
                  problem(409, "conflict", "Conflict", detail="a rotation is open", open=blocked)]
    done = keyturn(api, "rotate", "anna", "--reason", "why")
    assert done.returncode == 1
    assert "a rotation is open" in done.stderr and "asked by night at 2026-11-21T08:00:00Z" in done.stderr
    assert [asked[0] for asked in api.asked] == ["list_users", "rotate"]


def test_a_busy_server_is_asked_again_but_no_request_is_repeated_on_a_doubt(api):
    busy = problem(429, "too_many_requests", "Too many requests")
    api.refuse = [(429, busy[1] | {"Retry-After": "1"}, busy[2])]
    fine(keyturn(api, "pause", "--account", ONE, "--reason", "why"))
    assert [asked[0] for asked in api.asked] == ["pause_account", "pause_account"]
    down = problem(503, "unavailable", "Unavailable", detail="Redis does not answer")
    api.refuse = [(503, down[1] | {"Retry-After": "1"}, down[2])]
    done = keyturn(api, "pause", "--account", ONE, "--reason", "why")
    assert done.returncode == 1 and "Redis does not answer" in done.stderr
    assert len(api.asked) == 3
    api.refuse = [(503, down[1] | {"Retry-After": "1"}, down[2])]
    fine(keyturn(api, "status", "ben", "--account", ONE))


def test_a_leaked_key_is_turned_off_whosever_it_is(api):
    shown = fine(keyturn(api, "deactivate", "AKIAEVEEVEEVEEVE1234", "--reason", "on a forum"))
    assert shown.startswith(f"{TWO}/eve: deactivate") and "until 2026-11-21T08:40:09Z" in shown
    assert api.asked[-1][1] == f"/accounts/{TWO}/users/eve/keys/AKIAEVEEVEEVEEVE1234/deactivate"
    nobody = keyturn(api, "deactivate", "AKIANOBODY1234567890", "--reason", "why")
    assert nobody.returncode == 1 and "--user NAME and --account ID" in nobody.stderr
    fine(keyturn(api, "deactivate", "AKIANOBODY1234567890", "--user", "ben", "--account", ONE, "--reason", "why"))
    assert api.asked[-1][1] == f"/accounts/{ONE}/users/ben/keys/AKIANOBODY1234567890/deactivate"


def test_all_accounts_are_paused_and_the_one_that_refused_is_told(api):
    done = keyturn(api, "pause", "--all", "--reason", "incident 7")
    assert done.returncode == 1 and done.stderr == ""
    assert done.stdout.splitlines() == [f"{ONE}: pause, written down at 2026-11-21T08:14:09Z",
                                        f"{TWO}: refused: Conflict: it is paused already"]
    assert api.asked == [("pause_all", "/pause", {}, {"reason": "incident 7"})]


# credentials.


def test_credentials_are_the_document_an_sdk_wants_and_nothing_else(api):
    assert json.loads(fine(keyturn(api, "credentials", "ben"))) == SCHEMAS["credential"]["examples"][0]
    assert api.asked[-1][2] == {"format": "credential_process"}
    assert json.loads(fine(keyturn(api, "credentials", "ben", "--json"))) == SCHEMAS["credential"]["examples"][0]
    assert fine(keyturn(api, "credentials", "ben", "--format", "env")).startswith("AWS_ACCESS_KEY_ID=")
    fine(keyturn(api, "credentials", "ben", "--format", "ses_smtp", "--region", "eu-west-1", "--account", ONE))
    assert api.asked[-1][2] == {"format": "ses_smtp", "region": "eu-west-1", "account": ONE}
    nobody = keyturn(api, "credentials", "nobody")
    assert (nobody.returncode, nobody.stdout) == (1, "") and "Not found" in nobody.stderr


# report.


def test_a_report_has_every_key_and_says_who_does_not_comply(api):
    api.users[1] |= {"owner": "=HYPERLINK(1)", "keys": []}
    api.users[2] = {name: value for name, value in api.users[2].items() if name not in ("policy", "max_age_seconds")}
    rows = list(csv.DictReader(io.StringIO(fine(keyturn(api, "report", "--csv")))))
    assert [(row["account"], row["user"], row["key_id"]) for row in rows] == [
        (ONE, "anna", LEAKED), (ONE, "ben", ""), (TWO, "anna", LEAKED), (TWO, "c+d@e,f=g", LEAKED),
        (TWO, "eve", "AKIAEVEEVEEVEEVE1234"), (TWO, "eve", OLD["id"])]
    assert [row["compliant"] for row in rows] == ["yes", "yes", "unknown", "yes", "no", "no"]
    assert rows[0]["key_age_days"] == "50.0" and rows[0]["max_age_days"] == "90.0" and rows[0]["key_active"] == "yes"
    assert rows[0]["key_last_used"] == "2026-11-21T07:50:00Z" and rows[1]["owner"] == "'=HYPERLINK(1)"
    assert OLD["id"] in rows[-1]["why"] and "the policy allows 90d" in rows[-1]["why"]
    done = keyturn(api, "report", "--json", "--detailed-exitcode")
    assert done.returncode == 2
    document = json.loads(done.stdout)
    jsonschema.validate(document, FILES["report.v1.json"])
    assert document["compliant"] == {"yes": 3, "no": 1, "unknown": 1}
    assert keyturn(api, "report", "--csv", "--detailed-exitcode", "--account", ONE).returncode == 0


def test_nothing_in_a_report_is_a_formula_to_a_spreadsheet(api):
    """Whatever IAM lets a name begin with, and whatever a tag may say."""
    names = ["=1+1", "+1", "-1", "@SUM", ",=1", "plain"]
    owners = ["=1", "+1", "-1", "@1", "\t=1", 'a, "b"']
    api.page = len(names)
    api.users = [user(ONE, name, owner=owner) for name, owner in zip(names, owners, strict=True)]
    rows = list(csv.DictReader(io.StringIO(fine(keyturn(api, "report", "--csv")))))
    assert [row["user"] for row in rows] == ["'=1+1", "'+1", "'-1", "'@SUM", ",=1", "plain"]
    assert [row["owner"] for row in rows] == ["'=1", "'+1", "'-1", "'@1", "'?=1", 'a, "b"']  # a tab is shown as any control


def test_a_user_that_goes_while_a_report_is_made_is_left_out(api):
    api.page = 10
    whole = answer({"items": [{"account": ONE, "user": "gone", "user_id": "AIDAX", "state": "new", "keys": []}]})
    api.refuse = [whole]
    assert len(fine(keyturn(api, "report", "--csv")).splitlines()) == 1


# The key, and the way.


def test_the_key_is_found_and_told_what_is_wrong_with_its_place(api, tmp_path):
    home = tmp_path / "home"
    own = home / ".config/keyturn/key"
    own.parent.mkdir(parents=True)
    own.write_text(f"  {KEY}\n")
    own.chmod(0o644)
    nowhere = {"KEYTURN_API_KEY": "", "HOME": str(home), "XDG_CONFIG_HOME": ""}
    refused = keyturn(api, "status", **nowhere)
    assert refused.returncode == 1 and "chmod 600" in refused.stderr and KEY not in refused.stderr
    own.chmod(0o600)
    fine(keyturn(api, "status", **nowhere))
    named = tmp_path / "named"
    named.write_text(KEY)
    fine(keyturn(api, "status", **(nowhere | {"HOME": "/nowhere", "KEYTURN_API_KEY_FILE": str(named)})))
    named.write_text("two words")
    assert "no key" in keyturn(api, "status", **(nowhere | {"KEYTURN_API_KEY_FILE": str(named)})).stderr
    none = keyturn(api, "status", **(nowhere | {"HOME": "/nowhere"}))
    assert none.returncode == 1 and "KEYTURN_API_KEY_FILE" in none.stderr
    wrong = keyturn(api, "status", KEYTURN_API_KEY="kt_another")
    assert wrong.returncode == 1 and "is the API key the right one" in wrong.stderr


def test_the_key_is_never_in_an_argument_and_goes_nowhere_in_the_clear(api):
    assert "takes no --api-key" not in keyturn(api, "status", "--api-key", KEY).stdout
    for url in ("http://keyturn.example.com", "ftp://127.0.0.1", "http://user:word@127.0.0.1"):
        done = keyturn(api, "status", "--api", url)
        assert done.returncode == 1 and done.stdout == "" and KEY not in done.stderr
    away = keyturn(api, "status", "--api", "http://127.0.0.1:1")
    assert away.returncode == 1 and "http://127.0.0.1:1" in away.stderr
    assert api.asked == []


# Command lines.


@pytest.mark.parametrize("words, why", [
    ("rotate", "needs one USER"), ("rotate anna", "needs --reason"), ("rotate a b --reason x", "needs one USER"),
    ("deactivate --reason x", "needs one KEY_ID"), ("deactivate AKIA --user a --reason x", "together"),
    ("pause --reason x", "needs a USER, --account ID or --all"), ("pause --all --account 1 --reason x", "needs a USER"),
    ("resume --all", "needs --reason"), ("events", "needs a USER or --follow"), ("events a --type b", "--follow only"),
    ("credentials", "needs one USER"), ("credentials a --format xml", "no format"), ("report", "one of --csv and --json"),
    ("report --csv --json", "one of --csv and --json"), ("status a b", "takes one USER"),
    ("rotate anna --csv", "takes no --csv"),
])
def test_a_wrong_command_line_is_refused_before_anything_is_asked(api, words, why):
    done = keyturn(api, *words.split())
    assert (done.returncode, done.stdout) == (2, "") and why in done.stderr
    assert api.asked == []


def test_a_stalled_reader_of_the_output_is_no_crash(api):
    """A pipe that is closed at the other end."""
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen([str(program_path("keyturn")), "status"], stdin=subprocess.DEVNULL, stdout=writer,
                               stderr=subprocess.DEVNULL, env=environment(api))
    os.close(writer)
    until(lambda: process.poll() is not None, 60, "it ends")
    assert process.returncode != 0
