#include "plan_read.h"

#include <stdlib.h>
#include <string.h>

static int by_account_kind_and_name(const void *a, const void *b) {
    const struct plan_user *one = a;
    const struct plan_user *other = b;
    int order = strcmp(one->account, other->account);
    if (order == 0)
        order = (int)one->outlook.kind - (int)other->outlook.kind;
    return order != 0 ? order : strcmp(one->name, other->name);
}

void plan_sort(struct plan_reading *reading) {
    if (reading->user_count > 0)
        qsort(reading->users, reading->user_count, sizeof *reading->users, by_account_kind_and_name);
}

size_t plan_count(const struct plan_reading *reading, enum outlook_kind kind) {
    size_t count = 0;
    for (size_t i = 0; i < reading->user_count; i++)
        count += reading->users[i].outlook.kind == kind;
    return count;
}

bool plan_is_held_unread(const struct plan_reading *reading) {
    for (size_t i = 0; i < reading->account_count; i++)
        if (reading->accounts[i].unread[0] != '\0')
            return true;
    return false;
}

bool plan_has_changes(const struct plan_reading *reading) {
    for (size_t i = 0; i < reading->user_count; i++)
        if (outlook_changes(reading->users[i].outlook.kind))
            return true;
    return false;
}
