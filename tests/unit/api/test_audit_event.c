#include "audit_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char LINE[] =
    "{\"id\":\"0123456789abcdef0123456789abcdef\",\"time\":\"2026-11-18T11:06:43Z\",\"action\":\"credentials.read\","
    "\"account\":\"111111111111\",\"user\":\"ann\",\"key\":\"0123456789ab\",\"access_key_id\":\"AKIAEXAMPLE\"}";

static void a_record_becomes_the_data_of_an_event(void **state) {
    struct audit_event said;
    struct text text;
    struct fault fault;
    (void)state;
    text_open(&text, AUDIT_EVENT_MOST);
    assert_true(audit_event_print(LINE, strlen(LINE), &text, &said, &fault));
    struct doc *event = doc_parse(text.bytes, text.length, "event", &fault);
    assert_string_equal(said.key, "111111111111/ann");
    assert_string_equal(said.type, "io.keyturn.audit.credentials.read.v1");
    assert_string_equal(doc_text(doc_member(event, "type")), said.type);
    assert_string_equal(doc_text(doc_member(event, "subject")), "AKIAEXAMPLE");
    assert_string_equal(doc_text(doc_member(event, "id")), "0123456789abcdef0123456789abcdef");
    assert_string_equal(doc_text(doc_member(event, "time")), "2026-11-18T11:06:43Z");
    assert_string_equal(doc_text(doc_at(event, "data.access_key_id")), "AKIAEXAMPLE");
    doc_close(event);
    text_close(&text);
}

static void a_request_about_an_account_has_no_user(void **state) {
    static const char line[] =
        "{\"id\":\"a\",\"time\":\"2026-11-18T11:06:43Z\",\"account\":\"111111111111\",\"action\":\"account.pause\"}";
    struct audit_event said;
    struct text text;
    struct fault fault;
    (void)state;
    text_open(&text, AUDIT_EVENT_MOST);
    assert_true(audit_event_print(line, strlen(line), &text, &said, &fault));
    assert_string_equal(said.key, "111111111111/");
    assert_string_equal(said.subject, "");
    text_close(&text);
}

static void what_is_no_record_is_refused(void **state) {
    static const char *const lines[] = {
        "",
        "{\"id\":\"a\",\"time\":\"x\",\"act{\"id\":\"b\"}",
        "[]",
        "{}",
        "{\"id\":\"a\",\"time\":\"x\"}",
        "{\"id\":\"a\",\"time\":\"x\",\"action\":\"Not a word\"}",
        "{\"id\":\"a\",\"time\":\"x\",\"action\":\"account.pause\",\"account\":\"11111111111111111111\"}",
    };
    struct audit_event said;
    struct fault fault;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct text text;
        text_open(&text, AUDIT_EVENT_MOST);
        if (audit_event_print(lines[i], strlen(lines[i]), &text, &said, &fault))
            fail_msg("\"%s\" was taken", lines[i]);
        text_close(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_becomes_the_data_of_an_event),
        cmocka_unit_test(a_request_about_an_account_has_no_user),
        cmocka_unit_test(what_is_no_record_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
