"""The fault proxy: what was applied and what was answered are two things, and the test decides both."""

import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from .faultproxy import FaultProxy
from .moto import SENDER, Credentials
from .waiting import TimedOut, until

numbers = count()


@pytest.fixture
def user(moto):
    name = f"proxied-{next(numbers)}"
    moto.add_user(moto.accounts[0], name, key_ages=())
    return name


@pytest.fixture
def through(moto, proxy):
    """through(service): a client whose calls pass the proxy, as the admin of the first account, never retrying."""
    admin = moto.admin_of(moto.accounts[0])
    return lambda service, **options: moto.client_with(admin, service, url=proxy.url, **options)


@pytest.fixture
def aside():
    with ThreadPoolExecutor(4) as pool:
        yield pool


CUT = (ConnectionClosedError, EndpointConnectionError)


def test_calls_pass_signed_and_are_named(moto, proxy, through, user):
    through("iam").create_access_key(UserName=user)
    through("secretsmanager").create_secret(Name=f"{user}-secret", SecretString="{}")
    create, secret = proxy.calls()
    assert (create.action, create.account, create.subject, create.status) == \
        ("CreateAccessKey", moto.accounts[0], user, 200)
    assert (secret.action, secret.call.service, secret.subject) == \
        ("CreateSecret", "secretsmanager", f"{user}-secret")
    assert proxy.counts() == {"CreateAccessKey": 1, "CreateSecret": 1}


def test_a_wrong_signature_is_still_refused_behind_the_proxy(moto, proxy):
    wrong = Credentials(moto.programs.key_id, "wrong")
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        moto.client_with(wrong, "sts", url=proxy.url).get_caller_identity()


def test_an_answer_is_held_after_the_call_was_applied(moto, proxy, through, user, aside):
    proxy.rule("CreateAccessKey", fault="hold", when="after")
    waiting = aside.submit(through("iam").create_access_key, UserName=user)
    held = proxy.wait_held(10)
    assert held.record.subject == user and held.record.applied == 200 and held.record.status is None
    created, = moto.keys(moto.accounts[0], user)
    assert not waiting.done()
    held.release()
    assert waiting.result(10)["AccessKey"]["AccessKeyId"] == created


def test_a_request_is_held_before_it_is_applied_and_lands_when_released(moto, proxy, through, user, aside):
    proxy.rule("CreateAccessKey", fault="hold", when="before")
    waiting = aside.submit(through("iam").create_access_key, UserName=user)
    held = proxy.wait_held(10)
    assert moto.keys(moto.accounts[0], user) == {}
    held.release()
    assert waiting.result(10)["AccessKey"]["AccessKeyId"] in moto.keys(moto.accounts[0], user)


def test_a_held_request_lands_even_when_its_client_has_given_up(moto, proxy, through, user):
    proxy.rule("CreateAccessKey", fault="hold", when="before")
    with pytest.raises(ReadTimeoutError):
        through("iam", timeout=0.5).create_access_key(UserName=user)
    proxy.wait_held(10).release()
    until(lambda: moto.keys(moto.accounts[0], user), 10, "the abandoned request to be applied")


def test_a_dropped_request_is_never_applied(moto, proxy, through, user, aside):
    proxy.rule("CreateAccessKey", fault="hold", when="before")
    waiting = aside.submit(through("iam").create_access_key, UserName=user)
    proxy.wait_held(10).drop()
    with pytest.raises(CUT):
        waiting.result(10)
    assert moto.keys(moto.accounts[0], user) == {}


@pytest.mark.parametrize("when, keys", [("before", 0), ("after", 1)])
def test_a_cut_connection_does_not_tell_whether_the_call_was_applied(moto, proxy, through, user, when, keys):
    proxy.rule("CreateAccessKey", fault="cut", when=when)
    with pytest.raises(CUT):
        through("iam").create_access_key(UserName=user)
    assert len(moto.keys(moto.accounts[0], user)) == keys
    assert proxy.calls("CreateAccessKey")[0].status is None


@pytest.mark.parametrize("when, keys", [("before", 0), ("after", 1)])
def test_a_refusal_may_be_a_lie(moto, proxy, through, user, when, keys):
    proxy.rule("CreateAccessKey", fault="refuse", when=when, code="ServiceFailure", status=500)
    with pytest.raises(ClientError) as error:
        through("iam").create_access_key(UserName=user)
    assert error.value.response["Error"]["Code"] == "ServiceFailure"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert len(moto.keys(moto.accounts[0], user)) == keys


def test_each_service_throttles_in_its_own_words(proxy, through):
    proxy.rule("*", fault="throttle", when="before", times="forever")
    said = {}
    for service, call in (("iam", lambda c: c.list_users()), ("sts", lambda c: c.get_caller_identity()),
                          ("secretsmanager", lambda c: c.list_secrets()), ("sesv2", lambda c: c.get_account())):
        with pytest.raises(ClientError) as error:
            call(through(service))
        said[service] = (error.value.response["Error"]["Code"],
                         error.value.response["ResponseMetadata"]["HTTPStatusCode"])
    assert said == {"iam": ("Throttling", 400), "sts": ("Throttling", 400),
                    "secretsmanager": ("ThrottlingException", 400), "sesv2": ("TooManyRequestsException", 429)}


def test_a_rule_meets_the_nth_call_that_matches_and_as_many_as_it_says(proxy, through):
    client = through("sts")
    proxy.rule("GetCallerIdentity", nth=2, times=2, fault="refuse", when="before")

    def works():
        try:
            return bool(client.get_caller_identity())
        except ClientError:
            return False
    assert [works() for _ in range(5)] == [True, False, False, True, True]
    assert [record.fault for record in proxy.calls()] == [None, "refuse", "refuse", None, None]


def test_a_rule_may_choose_by_parameters(proxy, through):
    proxy.rule("GetUser", fault="refuse", when="before", times="forever",
               match=lambda parameters: parameters.get("UserName") == "chosen")
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        through("iam").get_user(UserName="chosen")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        through("iam").get_user(UserName="other")


def test_a_removed_rule_meets_nothing_and_lets_go(proxy, through, aside):
    rule = proxy.rule("GetCallerIdentity", times="forever")
    waiting = aside.submit(through("sts").get_caller_identity)
    proxy.wait_held(10)
    proxy.remove(rule)
    assert waiting.result(10)["Account"]
    assert through("sts").get_caller_identity()["Account"]


def test_mail_is_named_too(proxy, through):
    proxy.rule("SendEmail", fault="refuse", when="before", code="AccountSuspendedException", status=400)
    with pytest.raises(ClientError, match="AccountSuspended"):
        through("sesv2").send_email(FromEmailAddress=SENDER, Destination={"ToAddresses": ["x@example.com"]},
                                    Content={"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}})
    assert proxy.calls("SendEmail")[0].call.service == "ses"


def test_a_client_keeps_its_connection(proxy):
    client = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    client.request("GET", "/moto-api/data.json")
    first = client.getresponse()
    first.read()
    local = client.sock.getsockname()
    client.request("GET", "/moto-api/data.json")
    second = client.getresponse()
    second.read()
    assert (first.status, second.status, client.sock.getsockname()) == (200, 200, local)
    client.close()


def test_a_client_that_wants_to_close_is_told_so(proxy):
    client = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    client.request("GET", "/moto-api/data.json", headers={"Connection": "close"})
    answer = client.getresponse()
    assert answer.getheader("Connection") == "close" and answer.will_close and answer.read()
    client.close()


def test_many_clients_at_once_are_all_answered(proxy, through):
    client = through("sts")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: client.get_caller_identity()["Account"], range(64)))
    assert len(answers) == 64 and proxy.counts()["GetCallerIdentity"] == 64


def test_an_accounts_users_come_in_pages_as_from_aws(moto, proxy, through, user):
    everybody = [one["UserName"] for one in through("iam").get_account_authorization_details()["UserDetailList"]]
    assert user in everybody
    proxy.page_users = 2
    pages = list(through("iam").get_paginator("get_account_authorization_details").paginate())
    assert [one["UserName"] for page in pages for one in page["UserDetailList"]] == everybody
    assert len(pages) == (len(everybody) + 1) // 2
    assert all(len(page["UserDetailList"]) == 2 and page["IsTruncated"] for page in pages[:-1])


def test_waiting_for_a_hold_is_bounded(proxy):
    began = time.monotonic()
    with pytest.raises(TimedOut, match="held by the proxy"):
        proxy.wait_held(0.2)
    assert time.monotonic() - began < 5


def test_closing_lets_everybody_go(moto, aside):
    proxy = FaultProxy(moto.port)
    proxy.rule("GetCallerIdentity")
    waiting = aside.submit(moto.client_with(moto.programs, "sts", url=proxy.url).get_caller_identity)
    proxy.wait_held(10)
    proxy.close()
    with pytest.raises(CUT):
        waiting.result(10)
    until(lambda: not any(t.name == "faultproxy-client" for t in threading.enumerate()), 10, "the proxy's threads to end")
