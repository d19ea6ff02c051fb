#include "credential_profile.h"

#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_CEILING = 1024 * 1024, PATH_SIZE = 4096, NAME_SIZE = 256 };

struct profile {
    const char *name;
    bool in_config; /* sections are called [profile name] there, but [default] */
    bool inside;    /* the section being read is ours */
    bool seen;
    char other_way[NAME_SIZE]; /* a setting of ours that asks for something else than static keys */
    struct credentials *found;
};

/* Ways to credentials that are not static keys. */
static const char *const other_ways[] = {
    "role_arn",      "source_profile", "credential_source",       "credential_process", "sso_session",
    "sso_start_url", "sso_account_id", "web_identity_token_file", "login_session"};

static void trim(char **begin, char *end) {
    while (*begin < end && isspace((unsigned char)**begin))
        (*begin)++;
    while (end > *begin && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
}

/* "[profile name]", "[default]", "[name]": is it ours? The brackets are off. */
static bool is_ours(const struct profile *profile, char *section) {
    static const char prefix[] = "profile";
    bool prefixed =
        profile->in_config && text_starts(section, prefix) && isspace((unsigned char)section[sizeof prefix - 1]);
    if (prefixed) {
        section += sizeof prefix;
        trim(&section, section + strlen(section));
    } else if (profile->in_config && strcmp(section, "default") != 0) {
        return false;
    }
    return strcmp(section, profile->name) == 0;
}

static bool take_setting(struct profile *profile, const char *name, const char *value) {
    size_t length = strlen(value);
    for (size_t i = 0; i < COUNT_OF(other_ways); i++)
        if (strcmp(name, other_ways[i]) == 0)
            text_clip(profile->other_way, sizeof profile->other_way, name);
    if (strcmp(name, "aws_access_key_id") == 0)
        return text_copy(profile->found->access_key_id, sizeof profile->found->access_key_id, value);
    if (strcmp(name, "aws_secret_access_key") == 0)
        return secret_set(&profile->found->secret_access_key, value, length);
    if (strcmp(name, "aws_session_token") == 0)
        return length <= TOKEN_CAPACITY && secret_set(&profile->found->session_token, value, length);
    return true;
}

/* A comment behind a value begins with white space and '#' or ';'. Keys and tokens hold neither. */
static void cut_comment(char *value) {
    for (char *at = value; *at != '\0'; at++)
        if (isspace((unsigned char)*at) && (at[1] == '#' || at[1] == ';')) {
            *at = '\0';
            return;
        }
}

static bool read_section(struct profile *profile, char *line) {
    char *close = strchr(line, ']');
    if (close == NULL)
        return false;
    char *section = line + 1;
    trim(&section, close);
    profile->inside = is_ours(profile, section);
    profile->seen = profile->seen || profile->inside;
    return true;
}

static bool read_setting(struct profile *profile, char *line) {
    char *equals = strchr(line, '=');
    if (equals == NULL)
        return false;
    char *name = line;
    char *value = equals + 1;
    trim(&name, equals);
    cut_comment(value);
    trim(&value, value + strlen(value));
    for (char *at = name; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return !profile->inside || take_setting(profile, name, value);
}

/* Lines that begin with white space belong to the setting above (nested ones, as of s3): none of ours. */
static bool read_line(struct profile *profile, char *line) {
    if (isspace((unsigned char)line[0]) || line[0] == '\0' || line[0] == '#' || line[0] == ';')
        return true;
    return line[0] == '[' ? read_section(profile, line) : read_setting(profile, line);
}

static bool read_lines(struct profile *profile, char *bytes, const char *path, struct fault *fault) {
    unsigned number = 1;
    for (char *line = bytes; *line != '\0'; number++) {
        size_t length = strcspn(line, "\n");
        bool last = line[length] == '\0';
        line[length] = '\0';
        if (!read_line(profile, line))
            return fault_set(fault, FAULT_CONFIG, "credentials",
                             "line %u of %s is neither a section nor a setting that can be taken", number, path);
        line += length + (last ? 0 : 1);
    }
    return true;
}

/* False without a fault: there is no such file. */
static bool read_file(const char *path, struct text *text) {
    char part[4096];
    size_t length;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    setvbuf(file, NULL, _IONBF, 0);
    while ((length = fread(part, 1, sizeof part, file)) > 0 && text_append(text, part, length))
        ;
    explicit_bzero(part, sizeof part);
    fclose(file);
    return true;
}

static bool is_complete(const struct profile *profile, const char *path, struct fault *fault) {
    const struct credentials *found = profile->found;
    if (profile->other_way[0] != '\0')
        return fault_set(
            fault, FAULT_CONFIG, "credentials",
            "profile \"%s\" in %s uses %s, which is not supported: give it static keys, or set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY",
            profile->name, path, profile->other_way);
    if (found->access_key_id[0] != '\0' && secret_empty(&found->secret_access_key))
        return fault_set(fault, FAULT_CONFIG, "credentials", "profile \"%s\" in %s has no aws_secret_access_key",
                         profile->name, path);
    if (found->access_key_id[0] == '\0' && !secret_empty(&found->secret_access_key))
        return fault_set(fault, FAULT_CONFIG, "credentials", "profile \"%s\" in %s has no aws_access_key_id",
                         profile->name, path);
    return true;
}

/* True also where the file or the profile is missing: then nothing was found. */
static bool read_profile(const char *path, bool in_config, const char *name, struct credentials *found,
                         struct fault *fault) {
    struct profile profile = {.name = name, .in_config = in_config, .found = found};
    struct text text;
    text_open(&text, FILE_CEILING);
    bool read = !read_file(path, &text) ||
                ((!text.overflowed || fault_set(fault, FAULT_CONFIG, "credentials", "%s is too long", path)) &&
                 read_lines(&profile, text.bytes, path, fault) && is_complete(&profile, path, fault));
    text_close(&text);
    return read;
}

static void path_of(const char *variable, const char *file, char path[PATH_SIZE]) {
    const char *set = getenv(variable);
    const char *home = getenv("HOME");
    if (set != NULL && set[0] != '\0')
        snprintf(path, PATH_SIZE, "%s", set);
    else
        snprintf(path, PATH_SIZE, "%s/.aws/%s", home != NULL ? home : "", file);
}

bool profile_find(struct credentials *found, struct fault *fault) {
    const char *chosen = getenv("AWS_PROFILE");
    const char *name = chosen != NULL && chosen[0] != '\0' ? chosen : "default";
    char paths[2][PATH_SIZE];
    path_of("AWS_SHARED_CREDENTIALS_FILE", "credentials", paths[0]);
    path_of("AWS_CONFIG_FILE", "config", paths[1]);
    for (int i = 0; i < 2; i++) {
        if (!read_profile(paths[i], i == 1, name, found, fault))
            return false;
        if (found->access_key_id[0] != '\0')
            return true;
    }
    return fault_set(
        fault, FAULT_CONFIG, "credentials",
        "no credentials: AWS_ACCESS_KEY_ID is not set, and profile \"%.64s\" has no keys in %.150s or %.150s", name,
        paths[0], paths[1]);
}
