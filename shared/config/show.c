#include "load.h"
#include "value.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

/* YAML written by libyaml's emitter, which knows when a text needs quotes. */
struct page {
    yaml_emitter_t emitter;
    struct text *out;
    bool good;
};

static int append(void *page, unsigned char *bytes, size_t length) {
    return text_append(((struct page *)page)->out, bytes, length) ? 1 : 0;
}

static void emit(struct page *page, yaml_event_t *event, int made) {
    page->good = made == 1 && page->good && yaml_emitter_emit(&page->emitter, event) == 1;
}

/* Other readers of YAML would take a bare account id for a number, and null for nothing. */
static bool needs_quotes(const char *text) {
    return *text == '\0' || strcmp(text, "null") == 0 || strcmp(text, "~") == 0 ||
           (strlen(text) == ACCOUNT_SIZE - 1 && text[strspn(text, "0123456789")] == '\0');
}

static void emit_text(struct page *page, const char *text) {
    yaml_event_t event;
    emit(page, &event,
         yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1,
                                      needs_quotes(text) ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE));
}

static void open_mapping(struct page *page) {
    yaml_event_t event;
    emit(page, &event, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE));
}

static void close_mapping(struct page *page) {
    yaml_event_t event;
    emit(page, &event, yaml_mapping_end_event_initialize(&event));
}

static void open_list(struct page *page, yaml_sequence_style_t style) {
    yaml_event_t event;
    emit(page, &event, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style));
}

static void close_list(struct page *page) {
    yaml_event_t event;
    emit(page, &event, yaml_sequence_end_event_initialize(&event));
}

static void emit_entry(struct page *page, const struct setting *setting, const void *base, size_t index) {
    struct text value;
    text_open(&value, CONFIG_VALUE_CEILING);
    value_write(setting, base, index, &value);
    emit_text(page, value.bytes);
    text_close(&value);
}

static void emit_value(struct page *page, const struct setting *setting, const void *base) {
    if (!setting_is_list(setting)) {
        emit_entry(page, setting, base, 0);
        return;
    }
    open_list(page, YAML_FLOW_SEQUENCE_STYLE);
    for (size_t i = 0; i < value_count(setting, base); i++)
        emit_entry(page, setting, base, i);
    close_list(page);
}

static void emit_pairs(struct page *page, const struct config_property *pairs, size_t count) {
    open_mapping(page);
    for (size_t i = 0; i < count; i++) {
        emit_text(page, pairs[i].name);
        emit_text(page, property_is_secret(pairs[i].name) ? "(set)" : pairs[i].value);
    }
    close_mapping(page);
}

/* The two free maps, by their place in the file. */
static void emit_map(struct page *page, const struct setting *setting, const struct config *config) {
    if (strcmp(setting->path, "kafka.properties") == 0)
        emit_pairs(page, config->kafka.properties, config->kafka.property_count);
    else
        emit_pairs(page, config->secrets.tags, config->secrets.tag_count);
}

static bool shown(const struct setting *setting, const void *base) {
    return setting->kind != SETTING_SECRET_FILE &&
           (setting->kind == SETTING_MAP || (setting->flags & SETTING_SHY) == 0 || !value_empty(setting, base));
}

/* Rows that stand side by side and share the front of their path. */
struct section {
    enum setting_tables which;
    const void *base;
    size_t first;
    size_t end;
    size_t front; /* its length */
};

/* The rows from `first` on that have its next key; just that row where it is a setting of its own. */
static struct section below(const struct section *section, size_t first) {
    const struct setting *rows = setting_tables[section->which].rows;
    const char *key = rows[first].path + section->front;
    size_t length = strcspn(key, ".") + 1;
    struct section some = {section->which, section->base, first, first + 1, section->front + length};
    while (key[length - 1] == '.' && some.end < section->end &&
           strncmp(rows[some.end].path + section->front, key, length) == 0)
        some.end++;
    return some;
}

static bool any_shown(const struct section *section) {
    for (size_t i = section->first; i < section->end; i++)
        if (shown(&setting_tables[section->which].rows[i], section->base))
            return true;
    return false;
}

static void emit_section(struct page *page, const struct section *section);

static void emit_key(struct page *page, const struct section *section, const struct section *some) {
    const struct setting *setting = &setting_tables[section->which].rows[some->first];
    const char *path = setting->path + section->front;
    char key[64];
    snprintf(key, sizeof key, "%.*s", (int)strcspn(path, "."), path);
    emit_text(page, key);
    if (strchr(path, '.') != NULL) {
        open_mapping(page);
        emit_section(page, some);
        close_mapping(page);
    } else if (setting->kind == SETTING_MAP) {
        emit_map(page, setting, section->base);
    } else {
        emit_value(page, setting, section->base);
    }
}

static void emit_section(struct page *page, const struct section *section) {
    for (size_t i = section->first; i < section->end;) {
        struct section some = below(section, i);
        if (any_shown(&some))
            emit_key(page, section, &some);
        i = some.end;
    }
}

static void emit_rows(struct page *page, enum setting_tables which, const void *base) {
    emit_section(page, &(struct section){.which = which, .base = base, .end = setting_tables[which].count});
}

static void emit_struct(struct page *page, enum setting_tables which, const void *base) {
    open_mapping(page);
    emit_rows(page, which, base);
    close_mapping(page);
}

static void emit_config(struct page *page, const struct config *config) {
    open_mapping(page);
    emit_rows(page, TABLE_CONFIG, config);
    emit_text(page, "accounts");
    open_list(page, YAML_BLOCK_SEQUENCE_STYLE);
    for (size_t i = 0; i < config->account_count; i++)
        emit_struct(page, TABLE_ACCOUNTS, &config->accounts[i]);
    close_list(page);
    emit_text(page, "policies");
    open_list(page, YAML_BLOCK_SEQUENCE_STYLE);
    for (size_t i = 0; i < config->policies.count; i++)
        emit_struct(page, TABLE_POLICIES, &config->policies.policies[i]);
    close_list(page);
    close_mapping(page);
}

static void emit_document(struct page *page, const struct config *config) {
    yaml_event_t event;
    emit(page, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    emit(page, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
    emit_config(page, config);
    emit(page, &event, yaml_document_end_event_initialize(&event, 1));
    emit(page, &event, yaml_stream_end_event_initialize(&event));
}

bool config_show(const struct config *config, struct text *out) {
    struct page page = {.out = out, .good = true};
    if (yaml_emitter_initialize(&page.emitter) != 1)
        return false;
    yaml_emitter_set_output(&page.emitter, append, &page);
    yaml_emitter_set_width(&page.emitter, -1);
    emit_document(&page, config);
    yaml_emitter_delete(&page.emitter);
    return page.good;
}
