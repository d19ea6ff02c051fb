"""moto's own server, served on a given port, with a few control routes of the tests beside it.

The control routes begin with /keyturn-test/ and never touch how moto answers AWS: every other request goes to moto's
application as it came. What moto cannot be told through AWS's API (a key's age) or does not keep (a mail's text part
when there is an HTML one) is set and read here.

    POST /keyturn-test/key    {"account","user","key","created"?,"last_used"?}   times as seconds since 1970
    POST /keyturn-test/users  {"account","prefix","count","created"}             as many users at once, with a key each
    GET  /keyturn-test/calls  {"iam:ListAccessKeys": 12, ...}                    signed calls since the start
    GET  /keyturn-test/mails  [{"from","to","subject","text","html","time"}]     accepted SES messages, oldest first
    GET  /keyturn-test/issued [{"id","secret"}]     every access key IAM or STS ever gave out, whoever asked for it
"""

import argparse
import collections
import datetime
import html
import io
import json
import logging
import re
import signal
import sys
import threading
import time

from moto.iam.models import AccessKeyLastUsed, iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from .aws_call import AwsCall, name_call

CONTROL = "/keyturn-test/"
KEY_ID, SECRET = re.compile(rb"<AccessKeyId>([^<]+)<"), re.compile(rb"<SecretAccessKey>([^<]+)<")
ISSUING = {"CreateAccessKey", "AssumeRole"}
PARTITION = "aws"
REGION = "us-east-1"


class Ledger:
    """What was asked of moto: counts by action, and the mails it accepted."""

    def __init__(self):
        self._lock = threading.Lock()
        self.calls = collections.Counter()
        self.mails = []
        self.issued = []

    def note_issued(self, answer: bytes) -> None:
        found = [{"id": key_id.decode(), "secret": html.unescape(secret.decode())}
                 for key_id, secret in zip(KEY_ID.findall(answer), SECRET.findall(answer))]
        with self._lock:
            self.issued += found

    def note(self, call: AwsCall, status: str) -> None:
        with self._lock:
            self.calls[f"{call.service}:{call.action}"] += 1
            if call.action == "SendEmail" and status.startswith("200"):
                self.mails.append(mail_of(call.parameters))


def mail_of(request: dict) -> dict:
    destination = request.get("Destination", {})
    simple = request.get("Content", {}).get("Simple", {})
    part = {name: simple.get("Body", {}).get(name, {}).get("Data", "") for name in ("Text", "Html")}
    return {"from": request.get("FromEmailAddress", ""), "subject": simple.get("Subject", {}).get("Data", ""),
            "to": [address for kind in ("ToAddresses", "CcAddresses", "BccAddresses")
                   for address in destination.get(kind, [])],
            "text": part["Text"], "html": part["Html"], "time": time.time()}


def set_key(request: dict) -> dict:
    key = iam_backends[request["account"]][PARTITION].get_user(request["user"]).get_access_key_by_id(request["key"])
    if "created" in request:
        key.create_date = _naive_utc(request["created"])
    if "last_used" in request:
        key.last_used = AccessKeyLastUsed(_naive_utc(request["last_used"]), "sts", "us-east-1")
    return {"created": key.create_date.isoformat()}


def add_users(request: dict) -> dict:
    """Thousands, in the time that HTTP would need for a few."""
    iam = iam_backends[request["account"]][PARTITION]
    for number in range(request["count"]):
        name = f"{request['prefix']}{number:05d}"
        iam.create_user(REGION, name)
        iam.create_access_key(name).create_date = _naive_utc(request["created"])
    return {"count": request["count"]}


def _naive_utc(seconds: float) -> datetime.datetime:
    """moto keeps UTC without a zone."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)


class Application:
    """Control routes first, everything else to moto."""

    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.ledger = Ledger()
        self.routes = {("POST", "key"): set_key,
                       ("POST", "users"): add_users,
                       ("GET", "calls"): lambda _: dict(self.ledger.calls),
                       ("GET", "mails"): lambda _: list(self.ledger.mails),
                       ("GET", "issued"): lambda _: list(self.ledger.issued)}

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if environ["PATH_INFO"].startswith(CONTROL):
            return self._control(environ, body, start_response)
        return self._aws(environ, body, start_response)

    def _aws(self, environ, body, start_response):
        headers = {"authorization": environ.get("HTTP_AUTHORIZATION", ""),
                   "x-amz-target": environ.get("HTTP_X_AMZ_TARGET", ""),
                   "content-type": environ.get("CONTENT_TYPE", "")}
        target = f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}"
        call = name_call(environ["REQUEST_METHOD"], target, headers, body)

        def noting(status, answer_headers, *rest):
            if call.service:
                self.ledger.note(call, status)
            return start_response(status, answer_headers, *rest)
        answer = self.moto(environ, noting)
        if call.action not in ISSUING:
            return answer
        whole = b"".join(answer)
        self.ledger.note_issued(whole)
        return [whole]

    def _control(self, environ, body, start_response):
        route = self.routes.get((environ["REQUEST_METHOD"], environ["PATH_INFO"][len(CONTROL):]))
        try:
            found = "200 OK" if route else "404 Not Found"
            status, answer = found, route(json.loads(body or b"{}")) if route else "no such route"
        except Exception as error:  # told to the test that asked
            status, answer = "400 Bad Request", f"{type(error).__name__}: {error}"
        encoded = json.dumps(answer).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(encoded)))])
        return [encoded]


def main() -> None:
    arguments = argparse.ArgumentParser(description="moto with control routes for tests")
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, default=0)
    given = arguments.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = make_server(given.host, given.port, Application(), threaded=True, request_handler=MotoRequestHandler)
    print(f"listening on {given.host}:{server.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
