"""What Keyturn promises in docs/openapi.json, docs/asyncapi.json and docs/schemas, and whether what was seen keeps it."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft202012Validator as Validator
from jsonschema.exceptions import best_match

from .kcat import Message, was_forged

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPENAPI = json.loads((DOCS / "openapi.json").read_text())
ASYNCAPI = json.loads((DOCS / "asyncapi.json").read_text())
SCHEMAS = OPENAPI["components"]["schemas"]
METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")


def resolve(document: dict, thing: dict) -> dict:
    """What a reference within the document stands for, or the thing itself."""
    while "$ref" in thing:
        found = document
        for name in thing["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        thing = found
    return thing


def check(schema: dict, value, what: str, beside: dict | None = None) -> None:
    """AssertionError naming what, where and why, unless the schema holds. beside: where its references lead."""
    validator = Validator({**(beside or {}), **schema}, format_checker=Validator.FORMAT_CHECKER)
    error = best_match(validator.iter_errors(value))
    assert error is None, f"{what}, at {error.json_path}: {error.message}"


# The REST API.


class Operation:
    """One of docs/openapi.json."""

    def __init__(self, method: str, path: str, described: dict):
        self.method, self.path, self.described = method, path, described
        self.name = described["operationId"]
        self.pattern = re.compile(re.sub(r"{\w+}", "([^/]+)", re.escape(path).replace(r"\{", "{").replace(r"\}", "}")))
        self.parameters = [resolve(OPENAPI, parameter) for parameter in described.get("parameters", [])]

    def schema(self, schema: dict, value, what: str) -> None:
        check(schema, value, f"{self.method.upper()} {self.path}: {what}", {"components": OPENAPI["components"]})

    def check_request(self, path: str, query: list, headers: dict, body: bytes | None) -> None:
        """Path, query and body are as described; a parameter that is not is refused."""
        placed = {"path": dict(zip(re.findall(r"{(\w+)}", self.path), map(unquote, self.pattern.fullmatch(path).groups()))),
                  "query": dict(query), "header": {name.lower(): value for name, value in headers.items()}}
        assert len(placed["query"]) == len(query), f"{self.name}: a parameter given twice"
        for parameter in self.parameters:
            name = parameter["name"].lower() if parameter["in"] == "header" else parameter["name"]
            value = placed[parameter["in"]].pop(name, None)
            assert value is not None or not parameter.get("required"), f"{self.name} needs {name}"
            if value is not None:
                number = parameter["schema"].get("type") == "integer"
                self.schema(parameter["schema"], int(value) if number else value, f"parameter {name}")
        assert not placed["query"], f"{self.name} knows no {sorted(placed['query'])}"
        if described := self.described.get("requestBody"):
            assert placed["header"].get("content-type") == "application/json", f"{self.name}: the body's type"
            self.schema(described["content"]["application/json"]["schema"], json.loads(body), "the body")
        else:
            assert not body, f"{self.name} takes no body"

    def check_answer(self, status: int, headers: dict, body: bytes | None) -> None:
        """Status, headers and body are as described. No body at all: of an answer to HEAD."""
        assert str(status) in self.described["responses"], f"{self.name} is not said to answer {status}: {body[:300]!r}"
        answer = resolve(OPENAPI, self.described["responses"][str(status)])
        given = {name.lower(): value for name, value in headers.items()}
        for name, header in answer.get("headers", {}).items():
            header, value = resolve(OPENAPI, header), given.get(name.lower())
            assert value is not None or not header.get("required"), f"{self.name} answers {status} without {name}"
            if value is not None:
                number = header["schema"].get("type") == "integer"
                self.schema(header["schema"], int(value) if number else value, f"header {name} of {status}")
        kind = given.get("content-type", "").split(";")[0]
        content = answer.get("content", {})
        assert kind in content or (not content and not body), f"{self.name} answers {status} as {kind!r}"
        if kind.endswith("json") and body is not None:
            self.schema(content[kind]["schema"], json.loads(body), f"the answer {status}")


OPERATIONS = [Operation(method, path, described) for path, item in OPENAPI["paths"].items()
              for method, described in item.items() if method in METHODS]


def operation_of(method: str, path: str) -> Operation | None:
    """The operation a request is for; a path without parameters goes before one with them."""
    found = [operation for operation in OPERATIONS
             if operation.method == method.lower() and operation.pattern.fullmatch(path)]
    return min(found, key=lambda operation: operation.path.count("{"), default=None)


def check_answer(method: str, target: str, status: int, headers: dict, body: bytes) -> None:
    """An answer of the API is one that docs/openapi.json describes. Of what it does not describe at all (an unknown path, a
    wrong method) the answer is a problem."""
    if method.lower() == "head":
        assert not body, f"HEAD {target} is answered with a body"
        method, body = "get", None
    operation = operation_of(method, urlsplit(target).path)
    if operation and not (status >= 400 and str(status) not in operation.described["responses"]):
        operation.check_answer(status, headers, body)
        return
    assert status in (400, 401, 404, 405, 413, 414, 431, 500, 503), f"{method} {target} answers {status}"
    if body:
        check(OPENAPI["components"]["schemas"]["problem"], json.loads(body), f"{method} {target} answers {status}",
              {"components": OPENAPI["components"]})


def check_request(method: str, target: str, headers: dict, body: bytes | None) -> Operation:
    """A request that docs/openapi.json describes; the operation it is for."""
    parts = urlsplit(target)
    operation = operation_of(method, parts.path)
    assert operation, f"there is no {method} {parts.path}"
    operation.check_request(parts.path, parse_qsl(parts.query, keep_blank_values=True), headers, body)
    return operation


def check_stream(stream: str) -> int:
    """What came of GET /events, up to the end of a block, is as described. How many events it tells."""
    [operation] = [each for each in OPERATIONS if each.path == "/events"]
    content = operation.described["responses"]["200"]["content"]["text/event-stream"]
    operation.schema(content["schema"], stream, "the stream")
    told = re.findall(r"^event: (.+)\ndata: (.+)$", stream, re.MULTILINE)
    for kind, data in told:
        event = json.loads(data)
        assert (kind == "gap") == (event == {}), f"event {kind} with {data[:100]}"
        if event:
            check(FILES["event.v1.json"], event, f"event {kind} of the stream")
            assert event["type"] == f"io.keyturn.{kind}.v1"
    return len(told)


# Kafka.


def _message_schemas() -> dict[str, list[dict]]:
    """Topic -> its messages, as described."""
    return {channel["address"]: [resolve(ASYNCAPI, message) for message in channel["messages"].values()]
            for channel in ASYNCAPI["channels"].values()}


TOPIC_MESSAGES = _message_schemas()
FILES = {path.name: json.loads(path.read_text()) for path in sorted((DOCS / "schemas").glob("*.json"))}


def check_message(topic: str, message: Message) -> None:
    """A message is one that docs/asyncapi.json describes for its topic."""
    [described] = TOPIC_MESSAGES[topic]
    where = f"{topic} {message.partition}/{message.offset}"
    if headers := described.get("headers"):
        check(resolve(ASYNCAPI, headers), message.headers, f"the headers of {where}")
    if key := described.get("bindings", {}).get("kafka", {}).get("key"):
        check(key, message.key.decode(), f"the key of {where}")
    if file := described["payload"].get("$ref"):
        check(FILES[Path(file).name], message.json, where)


def check_messages(topic: str, messages: list[Message]) -> int:
    """All that Keyturn wrote; what a story forged is passed over. How many were checked."""
    ours = [message for message in messages if not was_forged(topic, message)]
    for message in ours:
        check_message(topic, message)
    return len(ours)
