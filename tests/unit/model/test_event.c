#include "event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct event deactivated(void) {
    struct event event = {.type = EVENT_KEY_DEACTIVATED, .time = 1795298400, .sequence = 1795298401000, .key_count = 1};
    strcpy(event.partition, "aws");
    strcpy(event.account, "111111111111");
    strcpy(event.user, "alice");
    strcpy(event.user_id, "AIDAALICE");
    strcpy(event.policy, "people");
    strcpy(event.key_id, "AKIAOLD");
    strcpy(event.keys[0].id, "AKIAOLD");
    strcpy(event.keys[0].state, "superseded");
    event.keys[0].created = 1795298000;
    return event;
}

static void an_event_is_a_cloudevent(void **state) {
    (void)state;
    struct event event = deactivated();
    struct text text;
    text_open(&text, EVENT_MAX_BYTES);
    event_print(&event, &text);
    struct doc *doc = doc_parse(text.bytes, text.length, "event", NULL);
    assert_non_null(doc);
    assert_string_equal(doc_text(doc_at(doc, "specversion")), "1.0");
    assert_string_equal(doc_text(doc_at(doc, "type")), "io.keyturn.key.deactivated.v1");
    assert_string_equal(doc_text(doc_at(doc, "source")), "/aws/aws/111111111111/iam/user/alice");
    assert_string_equal(doc_text(doc_at(doc, "subject")), "AKIAOLD");
    assert_string_equal(doc_text(doc_at(doc, "time")), "2026-11-21T22:00:00Z");
    assert_string_equal(doc_text(doc_at(doc, "sequence")), "00000001795298401000");
    assert_string_equal(doc_text(doc_at(doc_item(doc_at(doc, "data.keys"), 0), "state")), "superseded");
    doc_close(doc);
    text_close(&text);
}

static void an_event_is_read_back(void **state) {
    (void)state;
    struct event event = deactivated();
    struct event back;
    struct fault fault;
    struct text text;
    text_open(&text, EVENT_MAX_BYTES);
    event_print(&event, &text);
    if (!event_parse(text.bytes, text.length, &back, &fault))
        fail_msg("%s", fault.message);
    assert_memory_equal(&event, &back, sizeof event);
    text_close(&text);
}

static struct event listed(const char *names) {
    struct event event = {.type = EVENT_ACCOUNT_LISTED, .time = 1795298400, .total = 40};
    strcpy(event.partition, "aws");
    strcpy(event.account, "111111111111");
    strcpy(event.policy, "people");
    strcpy(event.reason, "two_active");
    strcpy(event.listed, names);
    return event;
}

static bool read_back(const struct event *event, struct event *back) {
    struct fault fault;
    struct text text;
    text_open(&text, EVENT_MAX_BYTES);
    event_print(event, &text);
    bool read = event_parse(text.bytes, text.length, back, &fault);
    text_close(&text);
    return read;
}

static void a_list_of_users_is_read_back_and_can_name_nothing_else(void **state) {
    (void)state;
    const struct event event = listed("alice bob+1@example.com");
    const struct event strange = listed("alice <b>bob</b>");
    struct event back;
    assert_true(read_back(&event, &back));
    assert_memory_equal(&event, &back, sizeof event);
    assert_false(read_back(&strange, &back));
}

static void lists_of_two_policies_are_two_events(void **state) {
    (void)state;
    struct event one = listed("alice");
    struct event other = listed("alice");
    char id[EVENT_ID_SIZE];
    char other_id[EVENT_ID_SIZE];
    strcpy(other.policy, "robots");
    event_id(&one, id);
    event_id(&other, other_id);
    assert_string_not_equal(id, other_id);
}

static void the_same_change_told_twice_has_one_id(void **state) {
    (void)state;
    struct event once = deactivated();
    struct event again = deactivated();
    char a[EVENT_ID_SIZE];
    char b[EVENT_ID_SIZE];
    again.sequence += 77;
    again.next_look = 1795298999;
    event_id(&once, a);
    event_id(&again, b);
    assert_string_equal(a, b);
}

static void another_change_has_another_id(void **state) {
    (void)state;
    struct event one = deactivated();
    char id[EVENT_ID_SIZE];
    event_id(&one, id);
    for (int what = 0; what < 6; what++) {
        struct event other = deactivated();
        char other_id[EVENT_ID_SIZE];
        other.time += what == 0;
        other.type = what == 1 ? EVENT_KEY_DELETED : other.type;
        other.key_id[4] = what == 2 ? 'X' : other.key_id[4];
        other.user_id[4] = what == 3 ? 'X' : other.user_id[4];
        other.account[4] = what == 4 ? '9' : other.account[4];
        other.reason[0] = what == 5 ? 'r' : '\0';
        event_id(&other, other_id);
        assert_string_not_equal(id, other_id);
    }
}

/* Replaces `from` by `to`, of equal length, in what an event prints, and expects it to be refused. */
static void expect_refused(const char *from, const char *to, const char *because) {
    struct event event = deactivated();
    struct event back;
    struct fault fault = {0};
    struct text text;
    text_open(&text, EVENT_MAX_BYTES);
    event_print(&event, &text);
    char *place = strstr(text.bytes, from);
    assert_non_null(place);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(place, to, strlen(to));
    if (event_parse(text.bytes, text.length, &back, &fault))
        fail_msg("taken for an event: %s", text.bytes);
    if (strstr(fault.message, because) == NULL)
        fail_msg("refused, but because: %s", fault.message);
    text_close(&text);
}

static void a_forged_or_broken_event_is_refused(void **state) {
    (void)state;
    expect_refused("\"user_id\":\"AIDAALICE\"", "\"user_id\":\"AIDAMALLA\"", "id does not belong");
    expect_refused("2026-11-21T22:00:00Z\",\"type", "2026-11-21T22:00:01Z\",\"type", "id does not belong");
    expect_refused("io.keyturn.key.deactivated", "io.keyturn.key.dematerials", "not known here");
    expect_refused("\"specversion\":\"1.0\"", "\"specversion\":\"0.3\"", "specversion");
    expect_refused("/iam/user/alice", "/iam/user/malla", "not the user the data names");
    expect_refused("\"account\":\"111111111111\"", "\"account\":\"11111111111x\"", "none that AWS allows");
}

static void expect_refused_event(struct event event, const char *because) {
    struct event back;
    struct fault fault = {0};
    struct text text;
    text_open(&text, EVENT_MAX_BYTES);
    event_print(&event, &text);
    assert_false(event_parse(text.bytes, text.length, &back, &fault));
    if (strstr(fault.message, because) == NULL)
        fail_msg("refused, but because: %s", fault.message);
    text_close(&text);
}

static void nothing_a_letter_quotes_can_be_anything_else(void **state) {
    (void)state;
    struct event event = deactivated();
    strcpy(event.key_id, "<a href=x>");
    expect_refused_event(event, "key id");
    event = deactivated();
    strcpy(event.secret_arn, "http://evil.example/x");
    expect_refused_event(event, "secret_arn");
    strcpy(event.secret_arn, "arn:aws:secretsmanager:eu-west-1:222222222222:secret:x");
    expect_refused_event(event, "secret_arn");
    strcpy(event.secret_arn, "arn:aws:secretsmanager:eu-west-1:111111111111:secret:x; rm");
    expect_refused_event(event, "secret_arn");
    event = deactivated();
    strcpy(event.reason, "fine\r\nBcc: everybody");
    expect_refused_event(event, "not shown");
    event = deactivated();
    strcpy(event.reason, "fine\xe2\x80\xae");
    expect_refused_event(event, "not shown");
}

static void a_quoted_message_is_one_line(void **state) {
    (void)state;
    struct event event = deactivated();
    struct event back;
    struct fault fault;
    struct text text;
    strcpy(event.message, "AWS said:\r\nno\n");
    strcpy(event.actor, "anna\xe2\x80\xae\xc2\x9b");
    text_open(&text, EVENT_MAX_BYTES);
    event_print(&event, &text);
    assert_true(event_parse(text.bytes, text.length, &back, &fault));
    assert_string_equal(back.message, "AWS said:  no ");
    assert_string_equal(back.actor, "anna??");
    text_close(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_a_cloudevent),
        cmocka_unit_test(an_event_is_read_back),
        cmocka_unit_test(the_same_change_told_twice_has_one_id),
        cmocka_unit_test(a_list_of_users_is_read_back_and_can_name_nothing_else),
        cmocka_unit_test(lists_of_two_policies_are_two_events),
        cmocka_unit_test(another_change_has_another_id),
        cmocka_unit_test(a_forged_or_broken_event_is_refused),
        cmocka_unit_test(nothing_a_letter_quotes_can_be_anything_else),
        cmocka_unit_test(a_quoted_message_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
