/* status: one user, or all. */
#include "api_users.h"
#include "clock.h"
#include "command.h"
#include "shown.h"
#include "status_show.h"

/* A list while it is read. */
struct listing {
    int64_t now;
    bool color;
    bool json;
    size_t count;
    struct doc *items; /* with json */
    struct text out;
};

static struct doc *copy_of(const struct doc *user, struct fault *fault) {
    struct text bytes;
    text_open(&bytes, API_BODY_MAX);
    struct doc *copy = doc_print(user, &bytes) ? doc_parse(bytes.bytes, bytes.length, "API", fault) : NULL;
    text_close(&bytes);
    return copy;
}

static bool list_one(const struct doc *user, void *context, struct fault *fault) {
    struct listing *listing = context;
    listing->count++;
    if (!listing->json) {
        status_show_line(user, listing->now, listing->color, &listing->out);
        return true;
    }
    struct doc *copy = copy_of(user, fault);
    if (copy != NULL)
        doc_add(listing->items, copy);
    return copy != NULL;
}

static void close_list(struct listing *listing) {
    if (listing->json) {
        struct doc *whole = doc_object();
        doc_set(whole, "items", listing->items);
        shown_doc(&listing->out, whole);
        doc_close(whole);
    } else {
        text_format(&listing->out, "%zu %s\n", listing->count, listing->count == 1 ? "user" : "users");
    }
}

static bool list_users(const struct options *options, struct api_client *client, struct fault *fault) {
    struct listing listing = {.now = clock_wall_ms() / 1000,
                              .color = shown_in_color(options->color),
                              .json = options->json,
                              .items = options->json ? doc_array() : NULL};
    const struct api_filter filter = api_filter_of(options);
    text_open(&listing.out, SHOWN_MAX);
    bool read = api_users_each(client, &filter, list_one, &listing, fault);
    if (read)
        close_list(&listing);
    else
        doc_close(listing.items);
    bool told = read && shown_print(&listing.out, fault);
    text_close(&listing.out);
    return told;
}

static bool show_user(const struct options *options, struct api_client *client, struct fault *fault) {
    struct api_user found;
    struct text out;
    struct doc *user =
        api_user_named(client, options, options->words[1], &found, fault) ? api_user_read(client, &found, fault) : NULL;
    if (user == NULL)
        return false;
    text_open(&out, SHOWN_MAX);
    if (options->json)
        shown_doc(&out, user);
    else
        status_show_user(user, clock_wall_ms() / 1000, shown_in_color(options->color), &out);
    bool told = shown_print(&out, fault);
    text_close(&out);
    doc_close(user);
    return told;
}

int status_command(const struct options *options) {
    struct fault fault = {.kind = FAULT_NONE};
    if (options->word_count > 2)
        return command_refuse("status takes one USER");
    if (options->accounts.count > 1)
        return command_refuse("status takes one --account");
    struct api_client *client = api_open(options, &fault);
    bool told = client != NULL && (options->word_count == 2 ? show_user : list_users)(options, client, &fault);
    api_close(client);
    return told ? EXIT_FINE : command_fault(&fault);
}
