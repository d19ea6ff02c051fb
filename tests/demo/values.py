"""What a reader of Secrets Manager gets: a user's credentials, by stage or by version."""

import json

from botocore.exceptions import ClientError
from stack.moto import Credentials, Moto

from .users import User


def secret_value(moto: Moto, user: User, stage: str | None = None, version: str | None = None) -> Credentials | None:
    """None if there is no such secret or version, or if it holds the placeholder and no key."""
    which = {"VersionStage": stage} if stage else {"VersionId": version}
    try:
        answer = moto.boto3_client(user.account, "secretsmanager").get_secret_value(SecretId=user.secret, **which)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    value = json.loads(answer["SecretString"])
    return Credentials(value["AccessKeyId"], value["SecretAccessKey"]) if "AccessKeyId" in value else None
