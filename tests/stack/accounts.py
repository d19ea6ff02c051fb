"""The AWS accounts of a test: who may do what in them. Seeded before moto checks anything."""

import json

BASE_ACCOUNT = "123456789012"
ADMIN_ROLE = "GroundAdmin"
ROTATION_ROLE = "KeyturnRotation"

SECRET_ACTIONS = [f"secretsmanager:{action}" for action in (
    "CreateSecret", "DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage", "TagResource",
    "UntagResource", "ListSecrets")]
# What a member account's role lets the programs do.
ROTATION_ACTIONS = [f"iam:{action}" for action in (
    "GetAccountAuthorizationDetails", "ListUsers", "GetUser", "ListGroupsForUser", "ListUserTags", "ListAccessKeys",
    "GetAccessKeyLastUsed", "GenerateCredentialReport", "GetCredentialReport", "CreateAccessKey", "UpdateAccessKey",
    "DeleteAccessKey")] + SECRET_ACTIONS
# What the programs' own credentials may do: take on those roles, keep central secrets, send mail.
BASE_ACTIONS = ["sts:AssumeRole", "ses:SendEmail", "ses:GetAccount"] + SECRET_ACTIONS


def account_ids(count: int) -> list[str]:
    """111111111111, 222222222222, ... then 100000000010 and on."""
    return [str(n) * 12 if n < 10 else f"1{n:011d}" for n in range(1, count + 1)]


def role_arn(account: str, role: str = ROTATION_ROLE) -> str:
    return f"arn:aws:iam::{account}:role/{role}"


def policy(actions: list[str]) -> str:
    return json.dumps({"Version": "2012-10-17",
                       "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})


def trust(external_id: str | None = None) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{BASE_ACCOUNT}:root"},
                 "Action": "sts:AssumeRole"}
    if external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def seed_user(iam, name: str, actions: list[str]) -> dict:
    """A user with these rights and one key; returns the key."""
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="all-it-needs", PolicyDocument=policy(actions))
    return iam.create_access_key(UserName=name)["AccessKey"]


def seed_roles(iam) -> None:
    """The two roles of a member account: the test's own, and the programs'."""
    for name, actions in ((ADMIN_ROLE, ["*"]), (ROTATION_ROLE, ROTATION_ACTIONS)):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust())
        iam.put_role_policy(RoleName=name, PolicyName="all-it-needs", PolicyDocument=policy(actions))
