/* report: every user's keys, and whether they keep to the policy. */
#include "api_users.h"
#include "clock.h"
#include "command.h"
#include "mem.h"
#include "report.h"
#include "shown.h"

#include <stdio.h>
#include <unistd.h>

enum { PROGRESS_MS = 200 };

/* The names first, then each user by itself: only that look knows the full key ids and when they were last used. */
struct names {
    size_t count;
    size_t capacity;
    struct api_user *users;
};

static bool keep_name(const struct doc *user, void *context, struct fault *fault) {
    struct names *names = context;
    if (names->count == names->capacity) {
        names->capacity = names->capacity == 0 ? 64 : 2 * names->capacity;
        names->users = mem_grow(names->users, names->capacity * sizeof *names->users);
    }
    return api_user_of(user, &names->users[names->count++], fault);
}

static void tell_progress(size_t done, size_t all, int64_t *told_ms) {
    if (isatty(STDERR_FILENO) != 1 || (done < all && clock_boot_ms() - *told_ms < PROGRESS_MS))
        return;
    *told_ms = clock_boot_ms();
    if (done < all)
        fprintf(stderr, "\r%zu of %zu users", done, all);
    else
        fputs("\r\033[K", stderr);
}

/* One that went meanwhile is left away. */
static bool add_user(struct api_client *client, const struct api_user *name, struct report *report,
                     struct fault *fault) {
    struct doc *user = api_user_read(client, name, fault);
    if (user == NULL)
        return fault->kind == FAULT_GONE;
    report_add(report, user);
    doc_close(user);
    return true;
}

static bool add_users(struct api_client *client, const struct names *names, struct report *report,
                      struct fault *fault) {
    int64_t told_ms = 0;
    bool going = true;
    for (size_t i = 0; going && i < names->count; i++) {
        tell_progress(i, names->count, &told_ms);
        going = add_user(client, &names->users[i], report, fault);
    }
    tell_progress(names->count, names->count, &told_ms);
    return going;
}

static bool make(const struct options *options, struct api_client *client, struct report *report, struct fault *fault) {
    const struct api_filter filter = api_filter_of(options);
    struct names names = {.count = 0};
    bool made = api_users_each(client, &filter, keep_name, &names, fault) && add_users(client, &names, report, fault);
    mem_free(names.users);
    if (made)
        report_finish(report, clock_wall_ms() / 1000);
    return made && shown_print(&report->out, fault);
}

int report_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    struct report report;
    if (options->csv == options->json)
        return command_refuse("report needs one of --csv and --json");
    if (options->accounts.count > 1)
        return command_refuse("report takes one --account");
    struct api_client *client = api_open(options, &fault);
    report_open(&report, options->csv);
    bool told = client != NULL && make(options, client, &report, &fault);
    bool all_comply = report.counts[COMPLIANCE_NO] == 0;
    report_close(&report);
    api_close(client);
    if (!told)
        return command_fault(&fault);
    return options->detailed && !all_comply ? EXIT_CHANGES : EXIT_FINE;
}
