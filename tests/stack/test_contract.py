"""The documents others hold us to are whole, and the judge of messages and answers does judge."""

import copy
import json
import re
import warnings

import pytest
from jsonschema import Draft202012Validator as Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from .contract import (ASYNCAPI, DOCS, FILES, METHODS, OPENAPI, OPERATIONS, SCHEMAS, check, check_answer,
                       check_message, check_request, check_stream, resolve)
from .kcat import Message
from .topics import CONTRACT, EVENTS, JOBS, JOBS_DLQ

SCOPES = {"credentials:read", "users:read", "rotate", "admin", "metrics"}


def walk(thing, path: str = ""):
    """Every object of a document, with where it is."""
    if isinstance(thing, dict):
        yield path, thing
        for name, value in thing.items():
            yield from walk(value, f"{path}/{name}")
    elif isinstance(thing, list):
        for number, value in enumerate(thing):
            yield from walk(value, f"{path}/{number}")


# docs/openapi.json.


def test_openapi_is_valid():
    OpenAPIV31SpecValidator(OPENAPI).validate()
    wrong = copy.deepcopy(OPENAPI)
    del wrong["paths"]["/users"]["get"]["responses"]["200"]["description"]
    with pytest.raises(OpenAPIValidationError):
        OpenAPIV31SpecValidator(wrong).validate()


def test_openapi_has_every_route_of_the_contract_and_no_other():
    section = (DOCS / "contracts.md").read_text().partition("## REST API")[2].partition("\n## ")[0]
    told = {(method.lower(), path) for method, path in re.findall(r"`(GET|POST) (/[^ `?]*)", section)}
    described = {(operation.method, operation.path) for operation in OPERATIONS}
    assert told == described


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_says_what_a_client_needs(operation):
    described = operation.described
    assert described["summary"] and described["tags"] and described["operationId"]
    assert len({other.name for other in OPERATIONS}) == len(OPERATIONS)
    codes = set(described["responses"])
    assert codes & {"200", "202"} and {"400", "405", "414", "431", "500"} <= codes
    public = described["security"] == []
    assert public == (operation.path in ("/health", "/healthz", "/readyz"))
    if not public:
        assert {"401", "429", "503"} <= codes
        [[scope]] = [[*requirement["api_key"]] or [None] for requirement in described["security"]]
        assert (scope is None) == (operation.path == "/openapi.json") and (scope in SCOPES or scope is None)
        assert ("403" in codes) == (scope is not None)
    if operation.method == "post":
        assert {"202", "413", "415"} <= codes and described["requestBody"]["required"]
    if operation.parameters and "{" in operation.path:
        assert "404" in codes
    for code, answer in described["responses"].items():
        answer = resolve(OPENAPI, answer)
        if code >= "400" and operation.path != "/readyz":
            assert set(answer["content"]) == {"application/problem+json"}
    assert ("If-None-Match" in [parameter["name"] for parameter in operation.parameters]) == ("304" in codes)


def test_every_part_of_openapi_is_used_and_every_scope_is_described():
    used = {thing["$ref"] for _, thing in walk(OPENAPI) if "$ref" in thing}
    parts = {f"#/components/{kind}/{name}" for kind in ("schemas", "responses", "parameters", "headers")
             for name in OPENAPI["components"][kind]}
    assert used == parts
    [scheme] = OPENAPI["components"]["securitySchemes"].values()
    assert scheme["name"] == "X-API-Key" and all(f"`{scope}`" in scheme["description"] for scope in SCOPES)


def test_the_stream_of_events_is_described_to_the_byte():
    [operation] = [each for each in OPERATIONS if each.path == "/events"]
    content = operation.described["responses"]["200"]["content"]["text/event-stream"]
    [example] = content["examples"].values()
    operation.schema(content["schema"], example["value"], "the example")
    begun, gap = "retry: 2000\nid: 0:1\n\n", "id: 0:1,3:4\nevent: gap\ndata: {}\n\n"
    for right, events in (("", 0), (begun, 0), (begun + "id: 0:2\n\n" + gap + ":\n\n" + gap, 2)):
        assert check_stream(right) == events
    for wrong in ("id: 0:1\n\n", begun + begun, begun + "id: x\n\n", begun + "id: 0:1\n", begun + gap.replace("gap", "key.created"),
                  begun + "event: gap\ndata: {}\n\n", begun + gap.replace("{}", '{"type":\n"x"}')):
        with pytest.raises(AssertionError):
            check_stream(wrong)


def test_every_example_of_openapi_is_what_its_schema_says():
    beside, seen = {"components": OPENAPI["components"]}, 0
    for path, thing in walk(OPENAPI):
        if isinstance(thing.get("examples"), list):
            for value in thing["examples"]:
                check({name: part for name, part in thing.items() if name != "examples"}, value, path, beside)
                seen += 1
        elif "schema" in thing and isinstance(thing.get("examples"), dict):
            for example in thing["examples"].values():
                check(thing["schema"], example["value"], path, beside)
                seen += 1
    assert seen > 20


def test_members_are_in_one_style():
    """snake_case, but for the credentials, which begin their members as AWS does."""
    aws = {"Version", "AccessKeyId", "SecretAccessKey", "Expiration", "CreatedDate", "Guaranteed"}
    aws |= {"Host", "Port", "Username", "Password"}
    for path, thing in walk(SCHEMAS):
        if path.endswith("/properties"):
            wrong = {name for name in thing if not re.fullmatch("[a-z]+(_[a-z]+)*", name)}
            assert wrong <= aws, path


def test_openapi_lists_the_events_that_there_are():
    full = FILES["event.v1.json"]["properties"]["type"]["enum"]
    assert SCHEMAS["event_type"]["enum"] == [name.removeprefix("io.keyturn.").removesuffix(".v1") for name in full]


# docs/asyncapi.json and docs/schemas.


def asyncapi_model():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the names of its own members
        from asyncapi3.models.asyncapi import AsyncAPI3
    return AsyncAPI3


def test_asyncapi_is_valid():
    model = asyncapi_model()
    model.model_validate(ASYNCAPI)
    wrong = copy.deepcopy(ASYNCAPI)
    wrong["operations"]["work"]["action"] = "read"
    with pytest.raises(ValueError):
        model.model_validate(wrong)


def test_every_reference_of_asyncapi_leads_somewhere():
    for path, thing in walk(ASYNCAPI):
        reference = thing.get("$ref", "#/info")
        if reference.startswith("#/"):
            assert resolve(ASYNCAPI, {"$ref": reference}), path
        else:
            assert (DOCS / reference).is_file(), path
    used = {thing["$ref"] for _, thing in walk(ASYNCAPI) if "$ref" in thing}
    assert {f"#/components/messages/{name}" for name in ASYNCAPI["components"]["messages"]} <= used
    assert {f"#/components/schemas/{name}" for name in ASYNCAPI["components"]["schemas"]} <= used


def test_asyncapi_has_the_topics_that_there_are():
    channels = {channel["address"]: channel["bindings"]["kafka"] for channel in ASYNCAPI["channels"].values()}
    assert channels.keys() == CONTRACT.keys()
    table = (DOCS.parent / "shared/kafka/topics.c").read_text()
    days = {name: int(value) for name, value in re.findall(r'#define (DAYS_\d+) +"(\d+)"', table)}
    rows = re.findall(r'\{(TOPIC_\w+), (\d+), \{\{"cleanup.policy", "(\w+)"\}, \{"retention.ms", (DAYS_\d+)\}\}\}', table)
    made = {(int(partitions), policy, days[retention]) for _, partitions, policy, retention in rows}
    assert len(rows) == len(channels)
    assert made == {(binding["partitions"], *binding["topicConfiguration"]["cleanup.policy"],
                     binding["topicConfiguration"]["retention.ms"]) for binding in channels.values()}


@pytest.mark.parametrize("name", FILES)
def test_every_schema_is_one(name):
    Validator.check_schema(FILES[name])
    assert FILES[name]["$id"] == "urn:keyturn:schema:" + name.removesuffix(".json").replace(".", ":")


# The judge.

JOB = {"v": 1, "id": "1" * 32, "account": "111111111111", "user": "anna", "user_id": "AIDAEXAMPLE", "reason": "due",
       "hold": 1}


def told(value, key: str = "111111111111", **headers: str) -> Message:
    return Message(0, 7, key.encode(), headers, json.dumps(value).encode())


def test_a_message_out_of_order_is_noticed():
    check_message(JOBS, told(JOB))
    for wrong in (told(JOB | {"v": 2}), told(JOB | {"account": "all"}), told(JOB, key="anna"),
                  told({name: value for name, value in JOB.items() if name != "hold"})):
        with pytest.raises(AssertionError):
            check_message(JOBS, wrong)
    with pytest.raises(AssertionError):
        check_message(EVENTS, told({}, key="111111111111/anna"))
    with pytest.raises(AssertionError):
        check_message(JOBS_DLQ, told("without a reason"))


PROBLEM = {"type": "urn:keyturn:problem:not_found", "title": "Not found", "status": 404}
NO_STORE = {"ETag": '"1"', "Cache-Control": "no-store", "Content-Type": "application/json"}
CREDENTIAL = SCHEMAS["credential"]["examples"][0]


@pytest.mark.parametrize("method, target, status, headers, body", [
    ("GET", "/credentials/anna", 200, NO_STORE | {"Cache-Control": "private"}, CREDENTIAL),
    ("GET", "/credentials/anna", 200, {"Cache-Control": "no-store", "Content-Type": "application/json"}, CREDENTIAL),
    ("GET", "/credentials/anna", 200, NO_STORE, CREDENTIAL | {"Expiration": "tomorrow"}),
    ("GET", "/credentials/anna", 200, NO_STORE | {"Content-Type": "text/html"}, CREDENTIAL),
    ("GET", "/credentials/anna", 404, {"Content-Type": "application/json"}, PROBLEM),
    ("GET", "/credentials/anna", 404, {"Content-Type": "application/problem+json"}, {"error": "no"}),
    ("GET", "/credentials/anna", 418, {"Content-Type": "application/problem+json"}, PROBLEM),
    ("GET", "/nowhere", 200, {"Content-Type": "application/json"}, {}),
])
def test_an_answer_out_of_order_is_noticed(method, target, status, headers, body):
    check_answer("GET", "/credentials/anna", 200, NO_STORE, json.dumps(CREDENTIAL).encode())
    with pytest.raises(AssertionError):
        check_answer(method, target, status, headers, json.dumps(body).encode())


@pytest.mark.parametrize("method, target, headers, body", [
    ("GET", "/nowhere", {}, None),
    ("GET", "/users?limit=0", {}, None),
    ("GET", "/users?color=red", {}, None),
    ("GET", "/users?limit=1&limit=2", {}, None),
    ("GET", "/accounts/1/users/anna", {}, None),
    ("POST", "/pause", {"Content-Type": "application/json"}, b"{}"),
    ("POST", "/pause", {}, b'{"reason":"why"}'),
    ("DELETE", "/users", {}, None),
])
def test_a_request_out_of_order_is_noticed(method, target, headers, body):
    assert check_request("POST", "/pause", {"Content-Type": "application/json"}, b'{"reason":"why"}').name == "pause_all"
    assert check_request("GET", "/accounts/111111111111/users/a%2Bb", {}, None).name == "user"
    with pytest.raises(AssertionError):
        check_request(method, target, headers, body)


def test_methods_are_those_of_the_document():
    assert {method for item in OPENAPI["paths"].values() for method in item} <= set(METHODS)
