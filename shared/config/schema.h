/* The file as libcyaml reads it by a schema made of the setting rows: every value still as the text that was written, in the order
 * of the rows. The only place that knows libcyaml. schema_close() frees what schema_open() made; every block is wiped. */
#ifndef KEYTURN_CONFIG_SCHEMA_H
#define KEYTURN_CONFIG_SCHEMA_H

#include "settings.h"

/* What the file says for one setting; both NULL: nothing. */
struct raw_value {
    char *text;
    char **items; /* of a list */
    unsigned item_count;
};

struct raw_file {
    struct raw_value settings[SETTINGS_MOST]; /* one for each row of TABLE_CONFIG */
    struct raw_value *accounts;               /* for each account, one for each row of TABLE_ACCOUNTS */
    unsigned account_count;
    struct raw_value *policies; /* likewise */
    unsigned policy_count;
};

struct schema;

/* Reads the file that `lines` indexed. NULL and FAULT_CONFIG with line, key and what would be right, where its shape is not that of the
 * settings (unknown keys, a list where one value belongs, ...). */
struct schema *schema_open(const struct lines *lines, const char *bytes, size_t length, struct fault *fault);
void schema_close(struct schema *schema);

/* What it read. Borrowed from the schema. */
const struct raw_file *schema_file(const struct schema *schema);

#endif
