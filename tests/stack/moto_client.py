"""A moto server as a client sees it: clients for its accounts, users and keys, and what AWS's API does not offer."""

import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .accounts import (ADMIN_ROLE, BASE_ACCOUNT, BASE_ACTIONS, ROTATION_ROLE, account_ids, role_arn, seed_roles,
                       seed_user)

REGION = "us-east-1"
SENDER = "keyturn@example.com"


@dataclass(frozen=True)
class Credentials:
    """An access key, with a session token where it is a role's."""

    key_id: str
    secret: str
    token: str | None = None

    def environment(self) -> dict[str, str]:
        """As the AWS SDKs and our programs read them."""
        given = {"AWS_ACCESS_KEY_ID": self.key_id, "AWS_SECRET_ACCESS_KEY": self.secret,
                 "AWS_SESSION_TOKEN": self.token}
        return {name: value for name, value in given.items() if value}


class MotoClient:
    """accounts    ids of the member accounts; the programs reach each through role_arn(account)
    programs    credentials for the programs: may assume those roles, keep central secrets and send mail
    admin       credentials that may do everything, in every account
    boto3_client(account, service)   a client that may do everything in that account, straight to moto
    """

    def __init__(self, url: str, accounts: int):
        self.url = url
        self.accounts = account_ids(accounts)
        self.programs = None
        self.admin = None
        self._lock = threading.RLock()
        self._clients = {}
        self._session = boto3.session.Session()

    # Clients.

    def boto3_client(self, account: str, service: str, region: str = REGION):
        """A shared, thread-safe boto3 client with all rights in the account (a member's, or BASE_ACCOUNT)."""
        with self._lock:
            name = account, service, region
            if name not in self._clients:
                self._clients[name] = self.client_with(self.admin_of(account), service, region)
            return self._clients[name]

    def client_with(self, credentials: Credentials, service: str, region: str = REGION, url: str | None = None,
                    timeout: float = 30):
        """A client signing with these credentials that never retries: to see whether a key works. url: a proxy's."""
        with self._lock:
            return self._session.client(
                service, region_name=region, endpoint_url=url or self.url, aws_access_key_id=credentials.key_id,
                aws_secret_access_key=credentials.secret, aws_session_token=credentials.token,
                config=Config(connect_timeout=5, read_timeout=timeout, max_pool_connections=32,
                              retries={"total_max_attempts": 1}))

    def accepts(self, credentials: Credentials) -> bool:
        """Whether the key signs calls that are accepted (moto accepts Inactive keys; AWS does not)."""
        try:
            self.client_with(credentials, "sts").get_caller_identity()
            return True
        except ClientError as error:
            if error.response["Error"]["Code"] in ("InvalidClientTokenId", "SignatureDoesNotMatch"):
                return False
            raise

    def admin_of(self, account: str) -> Credentials:
        """Credentials with all rights in the account."""
        if account == BASE_ACCOUNT:
            return self.admin
        return self._assume(self.admin, account, ADMIN_ROLE)

    def _assume(self, credentials: Credentials, account: str, role: str) -> Credentials:
        taken = self.client_with(credentials, "sts").assume_role(RoleArn=role_arn(account, role),
                                                                 RoleSessionName="ground")["Credentials"]
        return Credentials(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])

    def role_arn(self, account: str) -> str:
        return role_arn(account, ROTATION_ROLE)

    # Users.

    def add_user(self, account: str, name: str, key_ages: tuple = (0,), tags: dict | None = None, groups: tuple = (),
                 path: str = "/") -> list[Credentials]:
        """A user with one key for each age in seconds (oldest first), tags, and membership in groups, which are made if
        need be. Returns the keys."""
        iam = self.boto3_client(account, "iam")
        iam.create_user(UserName=name, Path=path, Tags=[{"Key": k, "Value": v} for k, v in (tags or {}).items()])
        for group in groups:
            with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
                iam.create_group(GroupName=group)
            iam.add_user_to_group(GroupName=group, UserName=name)
        return [self.add_key(account, name, age) for age in key_ages]

    def add_key(self, account: str, user: str, age: float = 0) -> Credentials:
        """A key made by somebody else than Keyturn, `age` seconds ago."""
        key = _credentials(self.boto3_client(account, "iam").create_access_key(UserName=user)["AccessKey"])
        if age:
            self.backdate(account, user, key.key_id, seconds=age)
        return key

    def keys(self, account: str, user: str) -> dict[str, str]:
        """The user's key ids with their status."""
        listed = self.boto3_client(account, "iam").list_access_keys(UserName=user)["AccessKeyMetadata"]
        return {key["AccessKeyId"]: key["Status"] for key in listed}

    # What AWS's API does not offer.

    def backdate(self, account: str, user: str, key_id: str, days: float = 0, seconds: float = 0) -> None:
        """Tells moto the key was made that long ago."""
        self.control("POST", "key", {"account": account, "user": user, "key": key_id,
                                     "created": time.time() - days * 86400 - seconds})

    def set_last_used(self, account: str, user: str, key_id: str, seconds_ago: float) -> None:
        self.control("POST", "key", {"account": account, "user": user, "key": key_id,
                                     "last_used": time.time() - seconds_ago})

    def mails(self) -> list[dict]:
        """Accepted mails, oldest first: from, to (a list), subject, text, html, time."""
        return self.control("GET", "mails")

    def calls(self) -> dict[str, int]:
        """Signed calls since the start, by `service:Action`, whoever made them."""
        return self.control("GET", "calls")

    def issued(self) -> list[Credentials]:
        """Every key given out since the start, by CreateAccessKey or AssumeRole, whoever asked and even if it is gone."""
        return [Credentials(key["id"], key["secret"]) for key in self.control("GET", "issued")]

    def control(self, method: str, route: str, body: dict | None = None):
        return self._post(method, f"/keyturn-test/{route}", json.dumps(body or {}), "application/json")

    def _post(self, method: str, path: str, body: str, content_type: str):
        request = urllib.request.Request(self.url + path, body.encode() if method == "POST" else None,
                                         {"Content-Type": content_type}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"moto's {path} refused: {error.read().decode(errors='replace')}") from None

    # Seeding.

    def checks_signatures(self) -> bool:
        """Whether seed() was done: a fresh server takes any credentials."""
        return not self.accepts(Credentials("AKIAIOSFODNN7EXAMPLE", "nobody's"))

    def seed(self) -> None:
        """Makes the accounts' roles, the programs' credentials and the sender; from then on signatures are checked. Once in
        the life of a server."""
        self._clients.clear()
        anybody = Credentials("AKIAIOSFODNN7EXAMPLE", "unchecked-while-seeding")
        iam = self.client_with(anybody, "iam")
        self.admin = _credentials(seed_user(iam, "ground-admin", ["*"]))
        self.programs = _credentials(seed_user(iam, "keyturn-programs", BASE_ACTIONS))
        for account in self.accounts:
            seed_roles(self.client_with(self._assume(anybody, account, ADMIN_ROLE), "iam"))
        self.client_with(anybody, "sesv2").create_email_identity(EmailIdentity=SENDER)
        self._post("POST", "/moto-api/reset-auth", "0", "text/plain")
        wrong = Credentials(self.admin.key_id, "wrong")
        assert self.accepts(self.admin) and not self.accepts(wrong), "moto does not check signatures"


def _credentials(key: dict) -> Credentials:
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])
