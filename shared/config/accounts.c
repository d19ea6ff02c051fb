#include "load.h"
#include "mem.h"

#include <stdio.h>
#include <string.h>

static bool refuse(const struct source *source, size_t index, const char *key, const char *why, const char *what,
                   struct fault *fault) {
    char path[64];
    snprintf(path, sizeof path, "accounts[%zu].%s", index, key);
    return lines_refuse(source->lines, lines_of(source->lines, path), fault, "%s: %s %s", path, why, what);
}

/* arn:aws:iam::<account>:role/...: the shape was checked by its row. */
static bool role_is_of(const struct config_account *account) {
    const char *at = account->role_arn;
    for (int colons = 0; colons < 4; colons++)
        at = strchr(at, ':') + 1;
    return strncmp(at, account->id, strlen(account->id)) == 0;
}

static bool check_account(const struct source *source, const struct config *config, size_t index, struct fault *fault) {
    const struct config_account *account = &config->accounts[index];
    for (size_t i = 0; i < index; i++)
        if (strcmp(config->accounts[i].id, account->id) == 0)
            return refuse(source, index, "id", "stands twice in the list:", account->id, fault);
    if (account->role_arn[0] != '\0' && !role_is_of(account))
        return refuse(source, index, "role_arn", "is a role of another account than", account->id, fault);
    if (account->external_id[0] != '\0' && account->role_arn[0] == '\0')
        return refuse(source, index, "external_id", "is used with a role only; add", "role_arn", fault);
    return true;
}

bool load_accounts(const struct source *source, struct config *config, struct fault *fault) {
    size_t rows = setting_tables[TABLE_ACCOUNTS].count;
    bool good = true;
    config->accounts = mem_zero(source->file->account_count + 1, sizeof *config->accounts);
    for (size_t i = 0; i < source->file->account_count && good; i++) {
        char under[32];
        snprintf(under, sizeof under, "accounts[%zu].", i);
        good =
            apply_file(source, TABLE_ACCOUNTS, under, &source->file->accounts[i * rows], &config->accounts[i], fault) &&
            check_account(source, config, i, fault);
        config->account_count = i + 1;
    }
    return good;
}
