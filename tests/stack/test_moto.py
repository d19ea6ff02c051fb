"""The AWS stand-in: signatures and permissions are checked, each account stands alone."""

import time

import pytest
from botocore.exceptions import ClientError

from .accounts import BASE_ACCOUNT, ROTATION_ROLE
from .aws_call import account_of_key
from .moto import SENDER, Credentials


def refused(call, **parameters) -> str:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    return error.value.response["Error"]["Code"]


def send(client, sender: str, to: str, **body: str):
    parts = {name: {"Data": text} for name, text in body.items()}
    return client.send_email(FromEmailAddress=sender, Destination={"ToAddresses": [to]},
                             Content={"Simple": {"Subject": {"Data": "about a key"}, "Body": parts}})


def test_a_right_secret_is_accepted_and_a_wrong_one_refused(moto):
    key, = moto.add_user(moto.accounts[0], "signer")
    assert moto.accepts(key)
    assert not moto.accepts(Credentials(key.key_id, key.secret[::-1]))
    assert not moto.accepts(Credentials("AKIA" + "Z" * 16, key.secret))


def test_a_deleted_key_is_refused(moto):
    key, = moto.add_user(moto.accounts[0], "leaver")
    moto.boto3_client(moto.accounts[0], "iam").delete_access_key(UserName="leaver", AccessKeyId=key.key_id)
    assert not moto.accepts(key)


def test_a_key_tells_its_account_and_belongs_to_no_other(moto):
    first, second = moto.accounts
    key, = moto.add_user(first, "local")
    assert account_of_key(key.key_id) == first
    assert account_of_key(moto.programs.key_id) == BASE_ACCOUNT
    assert refused(moto.boto3_client(second, "iam").get_user, UserName="local") == "NoSuchEntity"


def test_the_programs_may_rotate_in_a_member_account_and_nothing_else(moto):
    account = moto.accounts[1]
    moto.add_user(account, "rotated")
    taken = moto.client_with(moto.programs, "sts").assume_role(RoleArn=moto.role_arn(account),
                                                               RoleSessionName="test")["Credentials"]
    role = Credentials(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
    iam = moto.client_with(role, "iam")
    assert iam.create_access_key(UserName="rotated")["AccessKey"]["Status"] == "Active"
    assert moto.client_with(role, "secretsmanager").create_secret(Name="rotated", SecretString="{}")
    assert refused(iam.create_user, UserName="invented") == "AccessDenied"
    assert refused(moto.client_with(moto.programs, "iam").list_users) == "AccessDenied"
    assert moto.role_arn(account).endswith(f"{account}:role/{ROTATION_ROLE}")


def test_a_third_key_is_one_too_many(moto):
    moto.add_user(moto.accounts[0], "full", key_ages=(0, 0))
    iam = moto.boto3_client(moto.accounts[0], "iam")
    assert refused(iam.create_access_key, UserName="full") == "LimitExceeded"


def test_a_key_is_as_old_as_it_was_told_to_be(moto):
    account = moto.accounts[0]
    moto.add_user(account, "aged", key_ages=(90 * 86400, 60))
    listed = moto.boto3_client(account, "iam").list_access_keys(UserName="aged")["AccessKeyMetadata"]
    old, young = (time.time() - key["CreateDate"].timestamp() for key in listed)
    assert old == pytest.approx(90 * 86400, abs=5) and young == pytest.approx(60, abs=5)


def test_a_key_nobody_has_cannot_be_aged(moto):
    with pytest.raises(AssertionError, match="NotFound|NoSuchEntity"):
        moto.backdate(moto.accounts[0], "nobody", "AKIAIOSFODNN7EXAMPLE", days=1)


def test_a_mail_is_kept_with_both_its_parts(moto):
    send(moto.client_with(moto.programs, "sesv2"), SENDER, "both@example.com", Text="plain", Html="<b>rich</b>")
    mail = next(mail for mail in moto.mails() if mail["to"] == ["both@example.com"])
    assert (mail["from"], mail["subject"], mail["text"], mail["html"]) == (SENDER, "about a key", "plain", "<b>rich</b>")


def test_an_unverified_sender_is_refused_and_leaves_no_mail(moto):
    client = moto.client_with(moto.programs, "sesv2")
    with pytest.raises(ClientError):
        send(client, "stranger@example.com", "nobody@example.com", Text="plain")
    assert not [mail for mail in moto.mails() if mail["to"] == ["nobody@example.com"]]


def test_calls_are_counted(moto):
    before = moto.calls().get("iam:ListGroups", 0)
    for _ in range(3):
        moto.boto3_client(moto.accounts[0], "iam").list_groups()
    assert moto.calls()["iam:ListGroups"] == before + 3


def test_every_secret_given_out_is_known(moto):
    account = moto.accounts[0]
    key, = moto.add_user(account, "issued")
    moto.boto3_client(account, "iam").delete_access_key(UserName="issued", AccessKeyId=key.key_id)
    role = moto.client_with(moto.programs, "sts").assume_role(RoleArn=moto.role_arn(account), RoleSessionName="issued")
    taken = role["Credentials"]
    issued = moto.issued()
    assert key in issued and moto.programs in issued
    assert Credentials(taken["AccessKeyId"], taken["SecretAccessKey"]) in issued
