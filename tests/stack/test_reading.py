"""What the ground reads and names: AWS calls, metrics, configurations."""

import pytest

from .aws_call import account_of_key, name_call
from .configuration import merged
from .prometheus import Sample, parse, total

SIGNED = "AWS4-HMAC-SHA256 Credential={key}/20261121/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"


@pytest.mark.parametrize("method, target, headers, body, action, protocol, subject", [
    ("POST", "/", {"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
     b"Action=CreateAccessKey&UserName=test%2Cuser", "CreateAccessKey", "query", "test,user"),
    ("POST", "/", {"x-amz-target": "secretsmanager.PutSecretValue"}, b'{"SecretId":"keyturn/1/A"}',
     "PutSecretValue", "json", "keyturn/1/A"),
    ("POST", "/v2/email/outbound-emails", {"content-type": "application/json"}, b"{}", "SendEmail", "rest", ""),
    ("GET", "/?Action=GetCallerIdentity", {}, b"", "GetCallerIdentity", "query", ""),
    ("GET", "/elsewhere", {}, b"no json", "GET /elsewhere", "rest", ""),
])
def test_a_call_is_named(method, target, headers, body, action, protocol, subject):
    call = name_call(method, target, headers, body)
    assert (call.action, call.protocol, call.subject) == (action, protocol, subject)


def test_a_call_is_told_by_who_signed_it():
    header = SIGNED.format(key="AKIARTXV5AHDWVDAZ53L", region="us-west-2", service="iam")
    call = name_call("POST", "/", {"authorization": header}, b"")
    assert (call.service, call.region, call.account) == ("iam", "us-west-2", "111111111111")


@pytest.mark.parametrize("key", ["", "AKIA", "AKIA11111111", "AKIAAAAAAAAAAAAAAAAA", "not a key at all"])
def test_a_key_without_an_account_has_none(key):
    assert account_of_key(key) == ""


def test_metrics_are_read_and_summed():
    samples = parse('# HELP a b\nkeyturn_jobs_total{result="done",account="1"} 2\n'
                    'keyturn_jobs_total{result="done",account="2"} 3\nkeyturn_up 1\n'
                    'keyturn_odd{text="a\\"b,c=d"} NaN\n')
    assert total(samples, "keyturn_jobs_total", result="done") == 5
    assert total(samples, "keyturn_jobs_total", account="2") == 3
    assert total(samples, "keyturn_missing") == 0
    assert samples[2] == Sample("keyturn_up", {}, 1.0)
    with pytest.raises(ValueError):
        parse("what is this")


def test_changes_are_laid_over_a_configuration():
    base = {"worker": {"threads": 8, "hold": "150s"}, "accounts": [1, 2]}
    assert merged(base, {"worker": {"threads": 4}, "accounts": [3]}) == \
        {"worker": {"threads": 4, "hold": "150s"}, "accounts": [3]}
    assert merged(base, {"worker": {"hold": None}}) == {"worker": {"threads": 8}, "accounts": [1, 2]}
