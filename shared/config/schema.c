#include "schema.h"

#include "config.h"
#include "explain.h"
#include "mem.h"

#include <cyaml/cyaml.h>
#include <stdio.h>
#include <string.h>

enum { FIELDS_MOST = 256, KEY_SIZE = 32, CAUSE_SIZE = 256 };

struct schema {
    cyaml_schema_value_t text;    /* an entry of a list of texts */
    cyaml_schema_value_t account; /* an entry of accounts */
    cyaml_schema_value_t policy;  /* an entry of policies */
    cyaml_schema_value_t top;
    size_t used;
    cyaml_schema_field_t fields[FIELDS_MOST]; /* of every mapping, each closed by a field without key */
    char keys[FIELDS_MOST][KEY_SIZE];
    char cause[CAUSE_SIZE]; /* the first thing libcyaml complained about */
    struct raw_file *file;
};

/* --- libcyaml's surroundings */

static void *wiped_memory(void *context, void *block, size_t size) {
    (void)context;
    if (size > 0)
        return mem_grow(block, size);
    mem_free(block);
    return NULL;
}

static void keep_cause(cyaml_log_t level, void *context, const char *format, va_list arguments) {
    struct schema *schema = context;
    if (level >= CYAML_LOG_ERROR && schema->cause[0] == '\0')
        vsnprintf(schema->cause, sizeof schema->cause, format, arguments);
}

static cyaml_config_t surroundings(struct schema *schema) {
    return (cyaml_config_t){
        .log_fn = keep_cause,
        .log_ctx = schema,
        .log_level = CYAML_LOG_ERROR,
        .mem_fn = wiped_memory,
        .flags = CYAML_CFG_NO_ALIAS,
    };
}

/* --- one row, one field */

static uint32_t place(size_t row, size_t member) {
    return (uint32_t)(row * sizeof(struct raw_value) + member);
}

static cyaml_schema_field_t scalar_field(const struct schema *schema, size_t row) {
    (void)schema;
    return (cyaml_schema_field_t){
        .data_offset = place(row, offsetof(struct raw_value, text)),
        .value = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, char *, 0, CYAML_UNLIMITED)},
    };
}

static cyaml_schema_field_t list_field(const struct schema *schema, size_t row) {
    return (cyaml_schema_field_t){
        .data_offset = place(row, offsetof(struct raw_value, items)),
        .count_offset = place(row, offsetof(struct raw_value, item_count)),
        .count_size = sizeof(unsigned),
        .value = {CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, char *, &schema->text, 0,
                                       LIST_ENTRIES_MOST)},
    };
}

static cyaml_schema_field_t map_field(const struct schema *schema, size_t row) {
    (void)schema;
    (void)row;
    return (cyaml_schema_field_t){.value = {.type = CYAML_IGNORE, .flags = CYAML_FLAG_OPTIONAL}};
}

static cyaml_schema_field_t row_field(const struct schema *schema, const struct setting *setting, size_t row) {
    return (setting->kind == SETTING_MAP ? map_field
            : setting_is_list(setting)   ? list_field
                                         : scalar_field)(schema, row);
}

/* --- a table, a tree of mappings: rows that share the front of their path share a mapping */

struct rows {
    const struct setting *all;
    size_t first; /* of the rows that share the front */
    size_t end;
    size_t front; /* its length */
};

static const char *rest_of(const struct rows *rows, size_t row) {
    return rows->all[row].path + rows->front;
}

/* The rows from `first` on that have its next key. Rows of one section stand together in their table. */
static struct rows sharing_key(const struct rows *rows, size_t first) {
    size_t length = strcspn(rest_of(rows, first), ".");
    struct rows some = {.all = rows->all, .first = first, .end = first, .front = rows->front + length + 1};
    while (some.end < rows->end && strcspn(rest_of(rows, some.end), ".") == length &&
           strncmp(rest_of(rows, some.end), rest_of(rows, first), length) == 0)
        some.end++;
    return some;
}

/* Slots for the fields of one mapping, one that closes them, and two for what the top level adds. */
static size_t reserve(struct schema *schema, const struct rows *rows) {
    size_t slot = schema->used;
    for (size_t i = rows->first; i < rows->end; i = sharing_key(rows, i).end)
        schema->used++;
    schema->used += 3;
    return slot;
}

static const cyaml_schema_field_t *add_mapping(struct schema *schema, const struct rows *rows) {
    size_t slot = reserve(schema, rows);
    cyaml_schema_field_t *fields = &schema->fields[slot];
    for (size_t i = rows->first; i < rows->end; slot++) {
        struct rows below = sharing_key(rows, i);
        const char *path = rest_of(rows, i);
        size_t length = below.front - rows->front - 1;
        schema->fields[slot] = row_field(schema, &rows->all[i], i);
        if (path[length] == '.')
            schema->fields[slot] = (cyaml_schema_field_t){
                .value = {CYAML_VALUE_MAPPING(CYAML_FLAG_OPTIONAL, struct raw_value, add_mapping(schema, &below))}};
        snprintf(schema->keys[slot], KEY_SIZE, "%.*s", (int)length, path);
        schema->fields[slot].key = schema->keys[slot];
        i = below.end;
    }
    return fields;
}

static cyaml_schema_value_t mapping_of(struct schema *schema, enum setting_tables which, enum cyaml_flag flags,
                                       size_t size) {
    struct rows rows = {.all = setting_tables[which].rows, .end = setting_tables[which].count};
    cyaml_schema_value_t value = {CYAML_VALUE_MAPPING(flags, struct raw_value, add_mapping(schema, &rows))};
    value.data_size = (uint32_t)size;
    return value;
}

static void add_field(cyaml_schema_value_t *mapping, cyaml_schema_field_t field) {
    cyaml_schema_field_t *end = (cyaml_schema_field_t *)mapping->mapping.fields;
    while (end->key != NULL)
        end++;
    *end = field;
}

static void build(struct schema *schema) {
    size_t account_size = setting_tables[TABLE_ACCOUNTS].count * sizeof(struct raw_value);
    size_t policy_size = setting_tables[TABLE_POLICIES].count * sizeof(struct raw_value);
    schema->text = (cyaml_schema_value_t){CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 0, CYAML_UNLIMITED)};
    schema->top = mapping_of(schema, TABLE_CONFIG, CYAML_FLAG_POINTER, sizeof(struct raw_file));
    schema->account = mapping_of(schema, TABLE_ACCOUNTS, CYAML_FLAG_DEFAULT, account_size);
    schema->policy = mapping_of(schema, TABLE_POLICIES, CYAML_FLAG_DEFAULT, policy_size);
    cyaml_schema_field_t accounts =
        CYAML_FIELD_SEQUENCE_COUNT("accounts", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct raw_file, accounts,
                                   account_count, &schema->account, 0, CONFIG_MAX_ACCOUNTS);
    cyaml_schema_field_t policies =
        CYAML_FIELD_SEQUENCE_COUNT("policies", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct raw_file, policies,
                                   policy_count, &schema->policy, 0, POLICY_MAX);
    accounts.value.data_size = (uint32_t)account_size;
    policies.value.data_size = (uint32_t)policy_size;
    add_field(&schema->top, accounts);
    add_field(&schema->top, policies);
}

struct schema *schema_open(const struct lines *lines, const char *bytes, size_t length, struct fault *fault) {
    struct schema *schema = mem_zero(1, sizeof *schema);
    cyaml_config_t config = surroundings(schema);
    build(schema);
    cyaml_err_t error = cyaml_load_data((const uint8_t *)bytes, length, &config, &schema->top,
                                        (cyaml_data_t **)(void *)&schema->file, NULL);
    if (error == CYAML_OK)
        return schema;
    if (explain_shape(lines, fault))
        lines_refuse(lines, 1, fault, "%s: %s", cyaml_strerror(error), schema->cause);
    schema_close(schema);
    return NULL;
}

void schema_close(struct schema *schema) {
    if (schema == NULL)
        return;
    cyaml_config_t config = surroundings(schema);
    cyaml_free(&config, &schema->top, schema->file, 0);
    mem_free(schema);
}

const struct raw_file *schema_file(const struct schema *schema) {
    return schema->file;
}
