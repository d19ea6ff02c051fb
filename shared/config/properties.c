#include "file.h"
#include "load.h"
#include "value.h"

#include <stdio.h>
#include <string.h>

/* Properties that Keyturn decides itself, and the setting that decides them. */
static const struct {
    const char *name;
    const char *instead;
} reserved[] = {
    {"bootstrap.servers", "is kafka.brokers here"},
    {"metadata.broker.list", "is kafka.brokers here"},
    {"group.id", "is each program's own"},
    {"enable.auto.commit", "must stay false: positions are committed when the work is done"},
    {"enable.auto.offset.store", "must stay false: positions are stored when the work is done"},
    {"partitioner", "must stay murmur2_random, so that other clients find the same partitions"},
};

static const char *const secret_properties[] = {
    "sasl.password",
    "ssl.key.password",
    "ssl.keystore.password",
    "ssl.key.pem",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.config",
    "sasl.jaas.config",
};

bool property_is_secret(const char *name) {
    for (size_t i = 0; i < COUNT_OF(secret_properties); i++)
        if (strcmp(name, secret_properties[i]) == 0)
            return true;
    return text_matches(name, "*password*") || text_matches(name, "*secret*");
}

/* A free map of the file, and where its pairs go. */
struct map {
    const struct source *source;
    const struct line_node *node;
    struct config_property *pairs;
    size_t most;
    size_t *count;
    bool files; /* <name>_file holds the value of <name> */
};

static bool refuse(const struct map *map, const struct line_node *node, const char *why, struct fault *fault) {
    return lines_refuse(map->source->lines, node->line, fault, "%.200s: %s", node->path, why);
}

static const struct config_property *find(const struct map *map, const char *name) {
    for (size_t i = 0; i < *map->count; i++)
        if (strcmp(map->pairs[i].name, name) == 0)
            return &map->pairs[i];
    return NULL;
}

/* "ssl.key.password_file" -> "ssl.key.password" */
static bool is_file_of(const struct map *map, const struct line_node *node, char *name, size_t size) {
    static const char suffix[] = "_file";
    size_t length = strlen(node->key);
    size_t cut = sizeof suffix - 1;
    bool file = map->files && length > cut && strcmp(node->key + length - cut, suffix) == 0;
    snprintf(name, size, "%.*s", (int)(file ? length - cut : length), node->key);
    return file;
}

static bool value_of_file(const struct line_node *node, struct config_property *pair, char why[WHY_SIZE]) {
    struct secret secret = {0};
    bool good = file_read_secret(node->value, sizeof pair->value - 1, &secret, why, WHY_SIZE);
    good = good && text_copy(pair->value, sizeof pair->value, secret.bytes);
    secret_close(&secret);
    return good;
}

static bool add_pair(const struct map *map, const struct line_node *node, struct fault *fault) {
    struct config_property pair = {0};
    char why[WHY_SIZE] = "the value is longer than 1,023 characters";
    if (node->kind != LINE_SCALAR)
        return refuse(map, node, "expected one value", fault);
    if (*node->key == '\0' || strlen(node->key) >= sizeof pair.name)
        return refuse(map, node, "the name must have 1 to 127 characters", fault);
    if (*map->count == map->most)
        return refuse(map, node, "too many entries", fault);
    bool file = is_file_of(map, node, pair.name, sizeof pair.name);
    if (find(map, pair.name) != NULL)
        return refuse(map, node, "is set twice, once by a file; keep one of them", fault);
    if (!(file ? value_of_file(node, &pair, why) : text_copy(pair.value, sizeof pair.value, node->value)))
        return refuse(map, node, why, fault);
    map->pairs[(*map->count)++] = pair;
    return true;
}

static bool read_map(struct map *map, const char *path, struct fault *fault) {
    const struct lines *lines = map->source->lines;
    map->node = lines_find(lines, path);
    if (map->node == NULL)
        return true;
    if (map->node->kind != LINE_MAPPING)
        return refuse(map, map->node, "expected `name: value` lines, indented below it", fault);
    size_t self = (size_t)(map->node - lines->nodes);
    bool good = true;
    for (size_t i = self + 1; i < lines->count && good; i++)
        if (lines->nodes[i].parent == self)
            good = add_pair(map, &lines->nodes[i], fault);
    return good;
}

static bool check_reserved(const struct map *map, struct fault *fault) {
    for (size_t i = 0; i < COUNT_OF(reserved); i++) {
        char path[160];
        snprintf(path, sizeof path, "kafka.properties.%s", reserved[i].name);
        const struct line_node *node = lines_find(map->source->lines, path);
        if (node != NULL)
            return refuse(map, node, reserved[i].instead, fault);
    }
    return true;
}

bool load_properties(const struct source *source, struct config *config, struct fault *fault) {
    struct map kafka = {source, NULL, config->kafka.properties, CONFIG_MAX_PROPERTIES, &config->kafka.property_count,
                        true};
    struct map tags = {source, NULL, config->secrets.tags, CONFIG_TAG_MAX, &config->secrets.tag_count, false};
    return read_map(&kafka, "kafka.properties", fault) && check_reserved(&kafka, fault) &&
           read_map(&tags, "secrets.tags", fault);
}
