"""What the whole session comes to: nobody was ever without a working key, and no secret went where it must not be."""

import json
from types import SimpleNamespace

import pytest
from stack.moto import Credentials, Moto
from stack.topics import EVENTS, JOBS, JOBS_DLQ
from stack.waiting import until

from .leaks import search as look
from .leaks import spellings, without_own_secret
from .people import Person
from .reader import PATIENCE, Reader, Totals

LEAST_READS = 1000
PLANTED = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


def test_a_working_key_could_be_read_at_every_moment(totals):
    assert totals.reads >= LEAST_READS
    assert not totals.failures
    assert totals.late <= totals.reads // 100, "the reader was too slow to see what an application sees"


@pytest.mark.parametrize("patience", [PATIENCE, 0], ids=["at once", "although every read is late"])
def test_the_reader_notices_a_key_that_does_not_work(parts, tmp_path, patience):
    """Else the story above would say nothing."""
    totals = Totals()
    with Moto(tmp_path, accounts=1) as moto:
        account, = moto.accounts
        key, = moto.add_user(account, "read")
        person = Person(account, "read", "AIDAREAD", "read@example.com", key)
        value = json.dumps({"AccessKeyId": key.key_id, "SecretAccessKey": key.secret})
        secrets = moto.boto3_client(account, "secretsmanager")
        secrets.create_secret(Name=person.secret_name, SecretString=value)

        def put(text: str):
            return secrets.put_secret_value(SecretId=person.secret_name, SecretString=text)

        reader = Reader(moto, totals, patience).start()
        reader.watch(person)
        until(lambda: totals.reads >= 3, 20, "some reads")
        assert not totals.failures
        spoil_by = {
            "is refused": lambda: put(value.replace(key.secret, "x" * 40)),
            "is Inactive": lambda: put(value) and moto.boto3_client(account, "iam").update_access_key(
                UserName="read", AccessKeyId=key.key_id, Status="Inactive"),
            "placeholder": lambda: put('{"keyturn":"none"}'),
        }
        for words, spoil in spoil_by.items():
            spoil()
            until(lambda words=words: any(words in failure for failure in totals.failures), 20, words)
        reader.stop()


def test_no_secret_is_in_any_topic_log_mail_metric_or_in_redis(search):
    assert search.secrets > 100 and search.size > 1_000_000 and search.files > 50
    assert not search.hits


def test_only_the_users_own_secret_in_the_users_own_mail_is_passed_over():
    told = {"from": "k@example.com", "to": ["ann@example.com"], "subject": "New access key for ann",
            "text": f"  Key id:   {PLANTED.key_id}\n{PLANTED.secret}", "html": PLANTED.secret}
    ground = SimpleNamespace(mailed={"ann@example.com"}, moto=SimpleNamespace(
        issued=lambda: [PLANTED, Credentials("AKIAOTHER", "x" * 40)]))

    def holds(mail: dict) -> bool:
        return any(PLANTED.secret in str(part) or "x" * 40 in str(part) for part in without_own_secret(ground, mail).values())

    assert not holds(told)
    for wrong in ({"to": ["admin@example.com"]}, {"to": ["ann@example.com", "admin@example.com"]},
                  {"subject": "Old access key of ann is deleted"}, {"subject": f"New access key for {PLANTED.secret}"},
                  {"text": told["text"].replace(PLANTED.key_id, "AKIAOTHER")}, {"text": told["text"] + "x" * 40},
                  {"text": told["text"] + PLANTED.secret}):
        assert holds(told | wrong), wrong


def test_every_message_is_one_that_the_contract_describes(search):
    assert not search.broken
    assert search.messages[EVENTS] > 100 and search.messages[JOBS] > 100 and search.messages[JOBS_DLQ] > 0


def test_the_search_finds_a_secret_however_it_is_spelled(tmp_path):
    """Else the story above would say nothing."""
    files = []
    for number, spelling in enumerate(sorted(spellings(PLANTED.secret))):
        files.append(tmp_path / f"planted-{number}")
        files[-1].write_bytes(b'\0\xff {"message":"' + spelling + b'"} \n')
    clean = tmp_path / "clean"
    clean.write_text(PLANTED.secret[:-1] + "\n" + PLANTED.key_id)
    found = look([*files, clean], [PLANTED.secret], tmp_path / "patterns")
    assert {line.rpartition(":")[0] for line in found} == {str(file) for file in files}
    assert len(files) >= 8
