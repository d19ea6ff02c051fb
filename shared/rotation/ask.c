#include "ask.h"

#include "facts.h"
#include "tags.h"
#include "text.h"

const char *ask_name(enum ask_kind kind) {
    static const char *const names[] = {
#define X(kind, name) name,
        ASK_KINDS(X)
#undef X
    };
    return names[kind];
}

/* --- what stands --------------------------------------------------------------------------------------------------------- */

static struct ask_open open_as(enum ask_kind kind, const char *key, int64_t at, const char *by) {
    struct ask_open open = {.kind = kind, .at = at};
    text_clip(open.key, sizeof open.key, key);
    text_clip(open.by, sizeof open.by, by);
    return open;
}

static struct ask_open asked_of(const struct keyring *ring) {
    bool back = ring->asked.kind == REQUEST_ROLLBACK;
    return open_as(back ? ASK_ROLLBACK : ASK_ROTATE, ring->asked.key, ring->asked.at, ring->asked.actor);
}

/* Only the newest emergency's reporter is known. */
static struct ask_open leak_of(const struct keyring *ring, const struct key *key) {
    return open_as(ASK_DEACTIVATE, key->id, key->leaked, key->leaked == ring->leaked_at ? ring->leaked_by : "");
}

static bool resumed_lately(const struct facts *facts) {
    return facts->ring->resumed != 0 && facts->now < later(facts->ring->resumed, facts->floor);
}

size_t ask_standing(const struct policy *policy, const struct keyring *ring, struct ask_open open[ASK_OPEN_MAX]) {
    struct facts facts;
    size_t count = 0;
    facts_of(policy, ring, &facts);
    if (ring->asked.kind != REQUEST_NONE && !facts.met)
        open[count++] = asked_of(ring);
    for (size_t i = 0; i < facts.count; i++)
        if (ring->keys[i].leaked != 0 && (ring->keys[i].status == KEY_ACTIVE || &ring->keys[i] == facts.current))
            open[count++] = leak_of(ring, &ring->keys[i]);
    if (ring->paused != 0)
        open[count++] = open_as(ASK_PAUSE, "", ring->paused, ring->paused_by);
    else if (resumed_lately(&facts))
        open[count++] = open_as(ASK_RESUME, "", ring->resumed, ring->paused_by);
    return count;
}

/* --- the answer ---------------------------------------------------------------------------------------------------------- */

struct asking {
    const struct facts *facts;
    const struct ask *ask;
    struct keyring *after; /* the ring as it will be */
    struct ask_answer *answer;
};

static void refuse(struct ask_answer *answer, const char *refusal, const char *sentence) {
    answer->verdict = ASK_REFUSED;
    answer->refusal = refusal;
    answer->sentence = sentence;
}

static void stands(struct ask_answer *answer, struct ask_open open) {
    answer->verdict = ASK_STANDS;
    answer->open = open;
}

static struct secret_tag *tag(struct ask_answer *answer) {
    return &answer->tags[answer->tag_count++];
}

/* The key to be succeeded; where no key is Active, whatever key there is to name. */
static const char *key_to_name(const struct facts *facts) {
    if (facts->ring->current_id[0] != '\0')
        return facts->ring->current_id;
    if (facts->succeeded != NULL)
        return facts->succeeded->id;
    return facts->count > 0 ? facts->ring->keys[0].id : "";
}

/* In the second of one that is answered already this would be that one, and nobody would do it: it is asked a second later. */
static int64_t moment_of(const struct asking *of, enum request_kind kind, const char *key) {
    const struct request *answered = &of->facts->ring->answered;
    bool same = answered->kind == kind && answered->at == of->facts->now && text_equal(answered->key, key);
    return same ? later(of->facts->now, 1) : of->facts->now;
}

static void write_asked(struct asking *of, enum request_kind kind, const char *key) {
    struct request *asked = &of->after->asked;
    *asked = (struct request){.kind = kind, .at = moment_of(of, kind, key)};
    text_clip(asked->key, sizeof asked->key, key);
    text_clip(asked->actor, sizeof asked->actor, of->ask->actor);
    tags_asked(asked, tag(of->answer));
    of->answer->open = asked_of(of->after);
}

static void write_pause(struct asking *of, bool for_rollback) {
    of->after->paused = of->facts->now;
    of->after->paused_for_rollback = for_rollback;
    of->after->resumed = 0;
    tags_paused(of->facts->now, for_rollback, of->ask->actor, tag(of->answer));
}

static bool is_open(const struct facts *facts) {
    return facts->ring->asked.kind != REQUEST_NONE && !facts->met;
}

static void refuse_second(const struct facts *facts, struct ask_answer *answer) {
    refuse(answer, "request_open", "a request of this user is open; one more can be made when it is met or refused");
    answer->open = asked_of(facts->ring);
}

static void ask_rotate(struct asking *of) {
    const char *key = key_to_name(of->facts);
    if (is_open(of->facts))
        refuse_second(of->facts, of->answer);
    else if (key[0] == '\0')
        refuse(of->answer, "no_key", "the user has no access key that could be succeeded; make the first one by hand");
    else
        write_asked(of, REQUEST_ROTATE, key);
}

static void ask_rollback(struct asking *of) {
    if (is_open(of->facts))
        refuse_second(of->facts, of->answer);
    else if (of->facts->ring->current_id[0] == '\0' || rollback_target(of->facts) == NULL)
        refuse(of->answer, reason_name(REASON_NOTHING_TO_ROLL_BACK), reason_sentence(REASON_NOTHING_TO_ROLL_BACK));
    else {
        write_asked(of, REQUEST_ROLLBACK, of->facts->ring->current_id);
        write_pause(of, true);
    }
}

static void ask_deactivate(struct asking *of) {
    const struct key *named = keyring_find(of->facts->ring, of->ask->key);
    if (named == NULL) {
        refuse(of->answer, "no_such_key", "IAM lists no such key of this user");
        return;
    }
    struct key *key = &of->after->keys[named - of->facts->ring->keys];
    if (named->leaked != 0) {
        stands(of->answer, leak_of(of->facts->ring, named));
        return;
    }
    key->leaked = of->facts->now;
    of->after->leaked_at = of->facts->now;
    text_clip(of->after->leaked_by, sizeof of->after->leaked_by, of->ask->actor);
    tags_leaked(key->id, of->facts->now, of->ask->actor, tag(of->answer));
    of->answer->open = leak_of(of->after, key);
}

static void ask_pause(struct asking *of) {
    const struct keyring *ring = of->facts->ring;
    if (ring->paused != 0) {
        stands(of->answer, open_as(ASK_PAUSE, "", ring->paused, ring->paused_by));
        return;
    }
    write_pause(of, false);
    of->answer->open = open_as(ASK_PAUSE, "", of->facts->now, of->ask->actor);
}

/* A worker that saw the pause may still act on it for a floor; and what a rollback paused is its own until it is met. */
static void ask_resume(struct asking *of) {
    const struct keyring *ring = of->facts->ring;
    struct ask_answer *answer = of->answer;
    if (ring->paused == 0) {
        int64_t at = ring->resumed != 0 ? ring->resumed : of->facts->now;
        stands(answer, open_as(ASK_RESUME, "", at, ring->resumed != 0 ? ring->paused_by : of->ask->actor));
    } else if (ring->asked.kind == REQUEST_ROLLBACK && is_open(of->facts)) {
        refuse(answer, "rollback_open", "a rollback is under way; the user can be resumed when it is met or refused");
        answer->open = asked_of(ring);
    } else if (of->facts->now < later(ring->paused, of->facts->floor)) {
        refuse(answer, "paused_lately", "a pause lasts a safety floor at least: what began before it may still land");
        answer->open = open_as(ASK_PAUSE, "", ring->paused, ring->paused_by);
        answer->until = later(ring->paused, of->facts->floor);
    } else {
        of->after->paused = 0;
        of->after->resumed = of->facts->now;
        of->after->discards = 0;
        tags_resumed(of->facts->now, of->ask->actor, tag(answer));
        answer->drop_discards = ring->last_discard != 0;
        answer->open = open_as(ASK_RESUME, "", of->facts->now, of->ask->actor);
    }
}

static void (*const asks[ASK_KIND_COUNT])(struct asking *of) = {
    [ASK_ROTATE] = ask_rotate, [ASK_ROLLBACK] = ask_rollback, [ASK_DEACTIVATE] = ask_deactivate,
    [ASK_PAUSE] = ask_pause,   [ASK_RESUME] = ask_resume,
};

/* May no request at all be served? A pause, and its end, harm nobody. */
static bool is_hopeless(const struct facts *facts, const struct ask *ask, struct ask_answer *answer) {
    const struct keyring *ring = facts->ring;
    if (ask->kind == ASK_PAUSE || ask->kind == ASK_RESUME)
        return false;
    if (!ring->in_scope || ring->recheck == RECHECK_OUT_OF_SCOPE)
        refuse(answer, "out_of_scope", "no policy selects this user, so none of its keys is ever changed");
    else if (facts->policy->notify_only)
        refuse(answer, "notify_only", "the user's policy only tells of the age of its keys, and changes none");
    else if (facts->policy->mode == MODE_PLAN)
        refuse(answer, "mode_plan", "the user's policy is in mode plan: what it would do is told, nothing is changed");
    return answer->verdict == ASK_REFUSED;
}

/* Would the next look only drop it? Then that is the answer. */
static void look_ahead(const struct asking *of) {
    struct ask_answer *answer = of->answer;
    of->after->recheck = RECHECK_SAME;
    answer->next = plan_next(of->facts->policy, of->after);
    bool dropped = answer->verdict == ASK_TAKEN && answer->next.step == STEP_DROP_REQUEST &&
                   (of->ask->kind == ASK_ROTATE || of->ask->kind == ASK_ROLLBACK);
    if (!dropped)
        return;
    refuse(answer, reason_name(answer->next.reason), reason_sentence(answer->next.reason));
    answer->open = (struct ask_open){0};
    answer->tag_count = 0;
}

void ask_decide(const struct policy *policy, const struct keyring *ring, const struct ask *ask,
                struct ask_answer *answer) {
    struct facts facts;
    struct keyring after = *ring;
    struct asking of = {&facts, ask, &after, answer};
    *answer = (struct ask_answer){.verdict = ASK_TAKEN};
    facts_of(policy, ring, &facts);
    if (is_hopeless(&facts, ask, answer))
        return;
    asks[ask->kind](&of);
    if (answer->verdict != ASK_REFUSED)
        look_ahead(&of);
}
