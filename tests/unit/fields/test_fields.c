#include "fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct pet {
    char name[6];
    int64_t age;
    bool tame;
    int kind;
    int64_t born;
    char hidden[8];
};

static const char *const kinds[] = {"cat", "dog", NULL};

static const struct field pet_fields[] = {
    FIELD_TEXT(struct pet, name, FIELD_REQUIRED),    FIELD_INT(struct pet, age, FIELD_OPTIONAL),
    FIELD_BOOL(struct pet, tame, FIELD_OPTIONAL),    FIELD_NAME(struct pet, kind, FIELD_OPTIONAL, kinds),
    FIELD_INSTANT(struct pet, born, FIELD_OPTIONAL), FIELD_TEXT(struct pet, hidden, FIELD_HIDDEN),
};

static bool read_pet(const char *json, struct pet *pet, struct fault *fault) {
    struct doc *doc = doc_parse(json, strlen(json), "pet", fault);
    bool read = doc != NULL && fields_read(pet_fields, COUNT_OF(pet_fields), doc, pet, "pet", fault);
    doc_close(doc);
    return read;
}

static void a_struct_survives_the_round_trip_but_for_what_is_hidden(void **state) {
    (void)state;
    struct fault fault;
    struct pet pet = {0};
    struct text out;
    assert_true(
        read_pet("{\"name\":\"Minka\",\"age\":7,\"tame\":true,\"kind\":\"cat\",\"born\":\"2019-01-02T03:04:05Z\","
                 "\"hidden\":\"s3cret\",\"unknown\":[]}",
                 &pet, &fault));
    assert_string_equal(pet.hidden, "s3cret");
    struct doc *doc = doc_object();
    fields_write(pet_fields, COUNT_OF(pet_fields), &pet, doc);
    text_open(&out, 1000);
    assert_true(doc_print(doc, &out));
    assert_string_equal(
        out.bytes, "{\"age\":7,\"born\":\"2019-01-02T03:04:05Z\",\"kind\":\"cat\",\"name\":\"Minka\",\"tame\":true}");
    text_close(&out);
    doc_close(doc);
}

static void a_wrong_member_is_named(void **state) {
    (void)state;
    static const struct {
        const char *json;
        const char *message;
    } rows[] = {
        {"{}", "the member \"name\" is missing"},
        {"[]", "expected a JSON object"},
        {"{\"name\":\"Minkaa\"}", "the member \"name\" is not a string that fits"},
        {"{\"name\":7}", "the member \"name\" is not a string that fits"},
        {"{\"name\":\"M\",\"age\":\"7\"}", "the member \"age\" is not a whole number"},
        {"{\"name\":\"M\",\"tame\":1}", "the member \"tame\" is not true or false"},
        {"{\"name\":\"M\",\"kind\":\"cow\"}", "the member \"kind\" is not one of the known names"},
        {"{\"name\":\"M\",\"born\":\"once\"}", "the member \"born\" is not an ISO 8601 instant"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct pet pet = {0};
        struct fault fault = {0};
        assert_false(read_pet(rows[i].json, &pet, &fault));
        assert_string_equal(fault.message, rows[i].message);
    }
}

static void members_are_set_from_text(void **state) {
    (void)state;
    struct pet pet = {0};
    assert_true(fields_set(pet_fields, COUNT_OF(pet_fields), &pet, "age", "-3"));
    assert_int_equal(pet.age, -3);
    assert_true(fields_set(pet_fields, COUNT_OF(pet_fields), &pet, "tame", "true") && pet.tame);
    assert_true(fields_set(pet_fields, COUNT_OF(pet_fields), &pet, "kind", "dog") && pet.kind == 1);
    assert_false(fields_set(pet_fields, COUNT_OF(pet_fields), &pet, "age", "3 years"));
    assert_false(fields_set(pet_fields, COUNT_OF(pet_fields), &pet, "age", ""));
    assert_false(fields_set(pet_fields, COUNT_OF(pet_fields), &pet, "tame", "maybe"));
    assert_false(fields_set(pet_fields, COUNT_OF(pet_fields), &pet, "name", "far too long"));
    assert_false(fields_set(pet_fields, COUNT_OF(pet_fields), &pet, "colour", "black"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_struct_survives_the_round_trip_but_for_what_is_hidden),
        cmocka_unit_test(a_wrong_member_is_named),
        cmocka_unit_test(members_are_set_from_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
