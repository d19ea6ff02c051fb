"""Names an AWS request: service, action, parameters and the account whose key signed it."""

import base64
import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

CREDENTIAL = re.compile(r"Credential=([A-Z0-9]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
REST_ACTIONS = {
    ("POST", "/v2/email/outbound-emails"): "SendEmail",
    ("GET", "/v2/email/account"): "GetAccount",
    ("POST", "/v2/email/identities"): "CreateEmailIdentity",
    ("GET", "/v2/email/identities"): "ListEmailIdentities",
}
ACCOUNT_OFFSET = 1 << 39


@dataclass
class AwsCall:
    """What a request asks for. protocol is `query`, `json` or `rest`; parameters are the form's fields or the JSON's
    members."""

    action: str
    protocol: str
    service: str = ""
    region: str = ""
    key_id: str = ""
    parameters: dict = field(default_factory=dict)

    @property
    def account(self) -> str:
        return account_of_key(self.key_id)

    @property
    def subject(self) -> str:
        """Whom or what the call is about: a user's name or a secret's id, empty if neither is named."""
        return self.parameters.get("UserName") or self.parameters.get("SecretId") or self.parameters.get("Name") or ""


def account_of_key(key_id: str) -> str:
    """The account number written in a key id's first characters (AWS's format, which moto follows); empty if none."""
    try:
        number = int.from_bytes(base64.b32decode(key_id[4:12]), "big") - ACCOUNT_OFFSET
    except ValueError:
        return ""
    if len(key_id) < 16 or number < 0:
        return ""
    return f"{number * 2 + (key_id[12] >= 'Q' or key_id[12].isdigit()):012d}"


def name_call(method: str, target: str, headers: dict[str, str], body: bytes) -> AwsCall:
    """Headers with lower-case names. A request that is no known AWS call is named by its method and path."""
    url = urlsplit(target)
    call = _by_protocol(method, url, headers, body)
    signed_by = CREDENTIAL.search(headers.get("authorization", "")) or \
        CREDENTIAL.search("Credential=" + dict(parse_qsl(url.query)).get("X-Amz-Credential", ""))
    if signed_by:
        call.key_id, call.region, call.service = signed_by.groups()
    return call


def _by_protocol(method, url, headers, body) -> AwsCall:
    amz_target = headers.get("x-amz-target", "")
    if amz_target:
        return AwsCall(amz_target.rpartition(".")[2], "json", parameters=_json(body))
    fields = dict(parse_qsl(url.query, keep_blank_values=True))
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        fields |= dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    if "Action" in fields:
        return AwsCall(fields["Action"], "query", parameters=fields)
    return AwsCall(REST_ACTIONS.get((method, url.path), f"{method} {url.path}"), "rest", parameters=_json(body))


def _json(body: bytes) -> dict:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
