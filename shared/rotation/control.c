#include "control.h"

#include "placeholder.h"
#include "secretsmanager.h"
#include "tags.h"
#include "text.h"

/* The control's secret within one call of this library. */
struct handle {
    struct aws *aws;
    const struct config *config;
    char name[SECRET_NAME_SIZE];
    enum secret_state state;
    int64_t now; /* of a change's look */
};

/* --- reading ------------------------------------------------------------------------------------------------------------- */

static bool read_paused(const struct secret_tag *tag, struct control *control) {
    struct keyring ring = {0}; /* a user's pause is spelled alike, but for that of a rollback */
    if (!tags_read(tag, &ring) || ring.paused_for_rollback)
        return false;
    control->paused = ring.paused;
    control->resumed = ring.resumed;
    text_clip(control->actor, sizeof control->actor, ring.paused_by);
    return true;
}

static bool read_tag(const struct secret_tag *tag, struct control *control) {
    if (text_equal(tag->key, TAG_PAUSED))
        return read_paused(tag, control);
    if (text_equal(tag->key, TAG_BRAKED))
        return tags_read_braked(tag, control->braked_for, &control->braked_count, &control->braked);
    return text_equal(tag->key, TAG_USER) || !text_starts(tag->key, "keyturn:");
}

static bool read_tags(const struct secret_description *secret, struct control *control, struct fault *fault) {
    bool understood = !secret->truncated;
    for (size_t i = 0; i < secret->tag_count && understood; i++)
        understood = read_tag(&secret->tags[i], control);
    return understood || fault_set(fault, FAULT_INVALID, "control", "the tags of %s are not understood", secret->name);
}

static bool describe(struct handle *handle, struct control *control, struct fault *fault) {
    struct secret_description secret;
    struct control seen = {0};
    *control = seen;
    if (!secrets_describe(handle->aws, handle->name, &secret, fault) || !read_tags(&secret, &seen, fault))
        return false;
    handle->state = secret.state;
    *control = seen;
    return true;
}

static bool open_handle(struct handle *handle, struct aws *aws, const struct config *config, const char *account,
                        struct fault *fault) {
    *handle = (struct handle){.aws = aws, .config = config};
    return config_secret_name(config, account, CONTROL_USER, CONTROL_USER, handle->name, sizeof handle->name, fault) &&
           aws_use_account(aws, account, fault);
}

bool control_read(struct aws *aws, const struct config *config, const char *account, struct control *control,
                  struct fault *fault) {
    struct handle handle;
    *control = (struct control){0};
    return open_handle(&handle, aws, config, account, fault) && describe(&handle, control, fault);
}

/* --- what it is made to say ---------------------------------------------------------------------------------------------- */

static bool begin_change(struct handle *handle, struct aws *aws, const struct config *config, const char *account,
                         struct control *control, struct fault *fault) {
    *control = (struct control){0};
    if (!open_handle(handle, aws, config, account, fault))
        return false;
    aws_look_begin(aws);
    if (!describe(handle, control, fault))
        return false;
    handle->now = aws_look_now(aws);
    return handle->now > 0 || fault_set(fault, FAULT_INVALID, "DescribeSecret", "the answer carries no Date");
}

static bool make_secret(struct handle *handle, struct fault *fault) {
    return handle->state != SECRET_ABSENT ||
           placeholder_make(handle->aws, handle->config, handle->name, CONTROL_USER, fault);
}

static bool put(struct handle *handle, const struct secret_tag *tag, struct control *control, struct fault *fault) {
    struct control after = *control;
    if (!make_secret(handle, fault) || !secrets_tag(handle->aws, handle->name, tag, 1, fault))
        return false;
    bool read = read_tag(tag, &after);
    *control = after;
    return read || fault_set(fault, FAULT_INVALID, "control", "%s cannot be spelled", tag->key);
}

/* One that stands is written again as it was: what was seen may be stale, and the pause over meanwhile. */
bool control_pause(struct aws *aws, const struct config *config, const char *account, const char *actor,
                   struct control *control, struct fault *fault) {
    struct handle handle;
    struct secret_tag tag;
    if (!begin_change(&handle, aws, config, account, control, fault))
        return false;
    bool paused = control->paused != 0;
    tags_paused(paused ? control->paused : handle.now, false, paused ? control->actor : actor, &tag);
    return put(&handle, &tag, control, fault);
}

/* The word first: a brake that is left behind is void from then on. */
bool control_resume(struct aws *aws, const struct config *config, const char *account, const char *actor,
                    struct control *control, struct fault *fault) {
    static const char braked_tag[1][TAG_KEY_SIZE] = {TAG_BRAKED};
    struct handle handle;
    struct secret_tag tag;
    if (!begin_change(&handle, aws, config, account, control, fault))
        return false;
    bool braked = control->braked != 0;
    tags_resumed(handle.now, actor, &tag);
    if (control_hold(control) != ACCOUNT_GOES_ON && !put(&handle, &tag, control, fault))
        return false;
    if (braked && !secrets_untag(aws, handle.name, braked_tag, 1, fault))
        return false;
    control->braked = control->braked_count = 0;
    control->braked_for[0] = '\0';
    return true;
}

bool control_brake(struct aws *aws, const struct config *config, const char *account, const char *what, int64_t count,
                   struct control *control, struct fault *fault) {
    struct handle handle;
    struct secret_tag tag;
    if (!begin_change(&handle, aws, config, account, control, fault))
        return false;
    tags_braked(what, count, handle.now, &tag);
    return control_is_braked(control) || put(&handle, &tag, control, fault);
}
