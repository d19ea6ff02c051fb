"""What the whole session comes to: nobody was ever without a working key, and no secret went where it must not be."""

from stack.moto import Credentials

from .leaks import search as look
from .leaks import spellings

LEAST_READS = 1000
PLANTED = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


def test_a_working_key_could_be_read_at_every_moment(totals):
    assert totals.reads >= LEAST_READS
    assert not totals.failures
    assert totals.late <= totals.reads // 100, "the reader was too slow to say anything"


def test_no_secret_is_in_any_topic_log_mail_metric_or_in_redis(search):
    assert search.secrets > 100 and search.size > 1_000_000 and search.files > 50
    assert not search.hits


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
