"""Streams of events and histories from the API, and its audit records on Kafka, on real Kafka with a worker that rotates."""

import json
import os
import socket
from pathlib import Path

import jsonschema
import pytest
from stack.contract import check_stream
from stack.kcat import list_topics, produce, produce_lines, read_topic
from stack.ports import LOOPBACK
from stack.sse import Stream, offsets
from stack.topics import AUDIT, EVENTS, PARTITIONS, add_partitions

READ = ("credentials:read", "users:read")
AUDIT_SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs/schemas/audit.v1.json").read_text())
FLOOD = 6_000  # more than an instance that begins reads back of one partition, and than a connection holds
STREAMS_OF_A_KEY = 16


@pytest.fixture(scope="module")
def people(ground):
    first, second = ground.moto.accounts[:2]
    return {"ann": ground.add(first, "test-user-ann"), "bob": ground.add(second, "test-user-bob")}


@pytest.fixture(scope="module")
def apis(ground, people):
    """Two instances with the same keys, beside a scheduler and a worker; everybody was rotated once."""
    apis = [ground.api("one"), ground.api("two", KEYTURN_API_KEYS_FILE=str(ground.folder / "programs/one/keys.json"))]
    one = apis[0]
    one.all = one.key("all", *READ)
    one.ann = one.key("ann", *READ, users=("test-user-ann",))
    one.second = one.key("second", *READ, accounts=(ground.moto.accounts[1],))
    one.many, one.brief = one.key("many", "users:read"), one.key("brief", "users:read")
    with ground.running("worker", "scheduler"):
        for api in apis:
            api.start()
        ground.wait(lambda: all(ground.rotations(person) for person in people.values()), 180, "both are rotated")
        yield apis
        for api in apis:
            api.stop()


@pytest.fixture(autouse=True)
def streams():
    """Whatever a story opened is closed when it ends, and was as docs/openapi.json describes it, up to the block that was cut."""
    opened: list[Stream] = []
    yield opened
    for stream in opened:
        stream.close()
        check_stream(stream.text[:stream.text.rfind("\n\n") + 2])


def between(ground, began: str, ended: str) -> list[dict]:
    """The events of the topic from where one id stands to where the other does."""
    start, end = offsets(began), offsets(ended)
    return [message.json for message in read_topic(ground.kafka.brokers, EVENTS)
            if start.get(message.partition, 0) <= message.offset < end.get(message.partition, 0)]


def ids(events: list[dict]) -> list[str]:
    return sorted(event["id"] for event in events)


def test_a_stream_tells_a_rotation_as_it_happens(ground, apis, people, streams):
    one = apis[0]
    stream = one.follow(one.all)
    streams.append(stream)
    assert stream.status == 200 and stream.headers["Content-Type"] == "text/event-stream"
    assert stream.headers["Cache-Control"] == "no-store"
    ground.wait(lambda: {"key.created", "key.activated", "key.deactivated", "key.deleted"} <= set(stream.kinds()), 180,
                "a whole rotation comes by the stream")
    stream.close()
    told = [told.json for told in stream.told]
    assert all(each.kind == event["type"].removeprefix("io.keyturn.").removesuffix(".v1")
               for each, event in zip(stream.told, told, strict=True))
    in_topic = {event["id"]: event for event in between(ground, stream.first, stream.last)}
    assert all(in_topic[event["id"]] == event for event in told)
    assert ids(told) == ids(list(in_topic.values()))


def test_another_instance_goes_on_and_nothing_is_lost_or_repeated(ground, apis, streams):
    one, two = apis
    before = one.follow(one.all)
    streams.append(before)
    ground.wait(lambda: len(before.told) >= 3, 180, "the first instance tells")
    before.close()
    known = len(ground.events())
    ground.wait(lambda: len(ground.events()) >= known + 3, 180, "more happens while nobody listens")
    after = two.follow(one.all, after=before.told[-1].id)
    streams.append(after)
    ground.wait(lambda: len(after.told) >= 5, 180, "the second instance goes on")
    after.close()
    told = [told.json for told in before.told + after.told]
    assert "gap" not in before.kinds() + after.kinds()
    assert ids(told) == ids(between(ground, before.first, after.told[-1].id))


def test_a_key_is_told_what_its_patterns_allow(ground, apis, people, streams):
    one = apis[0]
    ann, bob = people["ann"], people["bob"]
    everything, of_ann, of_second = (one.follow(key) for key in (one.all, one.ann, one.second))
    narrowed = one.follow(one.all, f"?account={bob.account}&type=key.activated")
    nothing = one.follow(one.ann, f"?account={bob.account}")
    streams += [everything, of_ann, of_second, narrowed, nothing]
    ground.wait(lambda: len(of_ann.told) >= 3 and len(of_second.told) >= 3 and narrowed.told, 180, "each is told something")
    ground.wait(lambda: everything.of(ann.name) and everything.of(bob.name), 120, "who may see all is told of both")
    assert {told.json["data"]["user"] for told in of_ann.told} == {ann.name}
    assert {told.json["data"]["account"] for told in of_second.told} == {bob.account}
    assert set(narrowed.kinds()) == {"key.activated"}
    assert {told.json["data"]["account"] for told in narrowed.told} == {bob.account}
    assert not nothing.told


def test_what_cannot_be_asked_is_refused(apis):
    one = apis[0]
    for query in ("?account=1", "?type=gap", "?type=", "?page=1"):
        assert one.ask(f"/events{query}", one.all).status == 400, query
    for last in ("x", "3", "3:1,3:2", "999:1", "3:-1"):
        assert one.ask("/events", one.all, Last_Event_ID=last).status == 400, last
    assert one.ask("/events").status == 401
    assert one.ask("/events", one.all, method="HEAD").headers["Content-Type"] == "text/event-stream"


def test_one_who_stands_where_nobody_was_is_told_of_a_gap(ground, apis, streams):
    stream = apis[0].follow(apis[0].all, after="0:900000000000")
    streams.append(stream)
    ground.wait(lambda: stream.told, 120, "the gap is told")
    assert stream.told[0].kind == "gap" and stream.told[0].data == "{}"


def test_a_key_may_have_so_many_streams(apis, streams):
    one = apis[0]
    streams += [one.follow(one.many) for _ in range(STREAMS_OF_A_KEY)]
    assert {stream.status for stream in streams} == {200}
    refused = one.ask("/events", one.many)
    assert refused.status == 429 and refused.problem == "too_many_requests" and "Retry-After" in refused.headers
    streams.append(one.follow(one.all))
    assert streams[-1].status == 200


def test_a_key_taken_away_ends_its_streams(ground, apis, streams):
    one = apis[0]
    ended, goes_on = one.follow(one.brief), one.follow(one.all)
    streams += [ended, goes_on]
    one.take("brief")
    ground.wait(lambda: ended.ended, 120, "the stream ends with its key")
    known = len(goes_on.told)
    ground.wait(lambda: len(goes_on.told) > known, 120, "the other goes on")


def test_a_users_page_tells_its_history(ground, apis, people):
    ann = people["ann"]
    for api in apis:
        page = api.ask(f"/accounts/{ann.account}/users/{ann.name}", apis[0].all).json
        history = page["history"]
        told = {(event.json["time"], event.kind, event.subject) for event in ground.events(ann)}
        assert {"key.created", "key.activated"} <= {entry["type"] for entry in history}
        assert [entry["time"] for entry in history] == sorted((entry["time"] for entry in history), reverse=True)
        assert len(history) <= 100
        ground.wait(lambda history=history: {(entry["time"], entry["type"], entry.get("key_id")) for entry in history}
                    <= {(event.json["time"], event.kind, event.subject) for event in ground.events(ann)}, 60,
                    f"each entry is an event: {told}")


def audited(ground) -> dict[str, dict]:
    """The audit topic's events by id."""
    return {message.json["id"]: message.json for message in read_topic(ground.kafka.brokers, AUDIT)}


def test_audit_records_reach_kafka(ground, apis, people):
    one, ann = apis[0], people["ann"]
    one.ask(f"/accounts/{ann.account}/users/{ann.name}/credentials", one.all)
    record = one.audit()[-1]
    ground.wait(lambda: record["id"] in audited(ground), 120, "the record is on the topic")
    for message in read_topic(ground.kafka.brokers, AUDIT):
        jsonschema.validate(message.json, AUDIT_SCHEMA)
        assert message.headers["ce_id"] == message.json["id"] and message.headers["ce_type"] == message.json["type"]
        assert message.key.decode() == f"{message.json['data']['account']}/{message.json['data']['user']}"
    assert audited(ground)[record["id"]]["data"] == record
    assert audited(ground)[record["id"]]["type"] == "io.keyturn.audit.credentials.read.v1"
    ground.wait(lambda: one.metric("keyturn_audit_behind_bytes") == 0, 120, "nothing is left to send")


def test_neither_an_outage_nor_a_crash_nor_a_rotation_loses_an_audit_record(ground, apis, people, streams):
    one, ann = apis[0], people["ann"]
    path = f"/accounts/{ann.account}/users/{ann.name}/credentials"
    stream = one.follow(one.all)
    streams.append(stream)
    three = ground.api("three")
    key = three.key("all", *READ)
    three.start()
    assert three.ask(path, key).status == 200
    ground.kafka.kill()
    try:
        assert three.ask(path, key).status == 200  # a credential never waits for Kafka
        ground.wait(lambda: three.metric("keyturn_audit_behind_bytes") > 0, 120, "records wait")
        moved = three.audit_log.with_name("audit.jsonl.1")
        os.rename(three.audit_log, moved)
        ground.wait(three.audit_log.exists, 120, "the log is made anew")
        assert three.ask(path, key).status == 200
        written = [json.loads(line)["id"] for line in (moved.read_text() + three.audit_log.read_text()).splitlines()]
        three.kill()
    finally:
        ground.kafka.start()
    three.start()
    assert len(written) == 3
    ground.wait(lambda: set(written) <= audited(ground).keys(), 180, "all of them are on the topic")
    known = len(stream.told)
    ground.wait(lambda: len(stream.told) > known, 180, "the stream went on by itself")
    assert not stream.ended and not stream.broken
    ground.wait(lambda: three.ask("/events", key, method="HEAD").status == 200, 120, "it has reached the topic")
    drained = three.follow(key)
    streams.append(drained)
    three.stop()
    ground.wait(lambda: drained.ended, 120, "the stream ends well with the program")


def test_partitions_that_are_added_are_found(ground, apis, people, streams):
    stream = apis[0].follow(apis[0].all)
    streams.append(stream)
    message = ground.events(people["ann"], "key.created")[0].message
    add_partitions(ground.kafka.port, EVENTS, PARTITIONS + 1)
    ground.wait(lambda: list_topics(ground.kafka.brokers)[EVENTS] == PARTITIONS + 1, 120, "the topic has another partition")
    produce(ground.kafka.brokers, EVENTS, message.value, partition=PARTITIONS)
    ground.wait(lambda: offsets(stream.last).get(PARTITIONS) == 1, 120, "the stream stands behind what is in it")
    assert message.json["id"] in ids([told.json for told in stream.told])


def test_who_does_not_read_is_dropped_and_the_others_go_on(ground, apis, streams):
    """The last story of the file: it floods the topic with copies of one event. An instance that begins then knows only the end of it."""
    one, two = apis
    quick = one.follow(one.all)
    streams.append(quick)
    message = ground.events()[-1].message
    ground.wait(lambda: one.metric("keyturn_api_streams") == 1, 120, "it is noticed that all others left")
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect((LOOPBACK, one.api_port))
        slow.sendall(f"GET /events HTTP/1.1\r\nHost: x\r\nX-API-Key: {one.all}\r\n\r\n".encode())
        ground.wait(lambda: one.metric("keyturn_api_streams") == 2, 120, "both streams are open")
        produce_lines(ground.kafka.brokers, EVENTS, [message.value] * FLOOD, message.key.decode())
        ground.wait(lambda: one.metric("keyturn_api_streams") == 1, 120, "the one that does not read is dropped")
    ground.wait(lambda: len(quick.told) >= FLOOD, 120, "the one that reads got everything")
    quick.close()
    assert ids([told.json for told in quick.told]) == ids(between(ground, quick.first, quick.told[-1].id))
    two.stop()
    two.start()
    ground.wait(lambda: two.ask("/events", one.all, method="HEAD").status == 200, 120, "it has reached the topic")
    late = two.follow(one.all, after=quick.first)
    streams.append(late)
    assert late.status == 200
    ground.wait(lambda: late.told, 120, "the instance that began anew tells something")
    assert late.told[0].kind == "gap"
