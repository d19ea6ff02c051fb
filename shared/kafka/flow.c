#include "flow.h"

enum { STOP_POLL_MS = 20, PAUSED_POLL_MS = 10 };

void flow_open(struct flow *flow, int64_t patience_ms, int64_t drain_ms, int64_t now_ms) {
    *flow = (struct flow){
        .patience_ms = patience_ms > 0 ? patience_ms : FLOW_PATIENCE_MS,
        .drain_ms = drain_ms > 0 ? drain_ms : FLOW_DRAIN_MS,
        .commit_at_ms = now_ms + FLOW_COMMIT_EVERY_MS,
    };
}

void flow_took(struct flow *flow, int64_t now_ms) {
    if (flow->holding++ == 0)
        flow->held_since_ms = now_ms;
}

void flow_offered(struct flow *flow, bool taken, int64_t now_ms) {
    if (!taken)
        return;
    flow->holding--;
    flow->held_since_ms = now_ms;
}

void flow_assigned(struct flow *flow) {
    flow->paused = false;
}

void flow_revoke(struct flow *flow, size_t holding, bool lost, int64_t now_ms) {
    flow->revoking = true;
    flow->revoked = holding;
    flow->lost = lost;
    flow->committed = false;
    flow->drained_by_ms = now_ms + flow->drain_ms;
}

static struct flow_step step(enum flow_action action, int64_t wait_ms) {
    return (struct flow_step){action, wait_ms};
}

static struct flow_step drop(struct flow *flow, size_t count) {
    flow->holding -= count;
    flow->revoked = 0;
    return step(FLOW_DROP, 0);
}

static struct flow_step commit_now(struct flow *flow) {
    flow->committed = true;
    return step(FLOW_COMMIT_NOW, 0);
}

static bool must_wait(const struct flow *flow, const struct flow_facts *facts) {
    return facts->in_flight > 0 && facts->now_ms < flow->drained_by_ms;
}

static struct flow_step next_of_revoke(struct flow *flow, const struct flow_facts *facts) {
    if (flow->revoked > 0)
        return drop(flow, flow->revoked);
    if (!flow->lost && !flow->committed && must_wait(flow, facts))
        return step(FLOW_AWAIT, flow->drained_by_ms - facts->now_ms);
    if (!flow->lost && !flow->committed)
        return commit_now(flow);
    flow->revoking = false;
    flow->committed = false;
    return step(FLOW_LET_GO, 0);
}

static void begin_stop(struct flow *flow, int64_t now_ms) {
    flow->stopping = true;
    flow->committed = false;
    flow->drained_by_ms = now_ms + flow->drain_ms;
}

static struct flow_step set_paused(struct flow *flow, bool paused) {
    flow->paused = paused;
    return step(paused ? FLOW_PAUSE : FLOW_RESUME, 0);
}

/* Polling goes on while work ends, so that the group does not think this member dead. */
static struct flow_step next_of_stop(struct flow *flow, const struct flow_facts *facts) {
    if (flow->holding > 0)
        return drop(flow, flow->holding);
    if (!flow->paused)
        return set_paused(flow, true);
    if (must_wait(flow, facts))
        return step(FLOW_POLL, STOP_POLL_MS);
    return flow->committed ? step(FLOW_LEAVE, 0) : commit_now(flow);
}

/* While paused a message in hand is offered again and again, with short polls between. */
static struct flow_step next_of_held(struct flow *flow, const struct flow_facts *facts) {
    bool patient = facts->now_ms - flow->held_since_ms < flow->patience_ms;
    if (!flow->paused && !patient)
        return set_paused(flow, true);
    flow->offered = !flow->paused || !flow->offered;
    return flow->offered ? step(FLOW_OFFER, FLOW_SLICE_MS) : step(FLOW_POLL, PAUSED_POLL_MS);
}

static struct flow_step next_of_run(struct flow *flow, const struct flow_facts *facts) {
    if (facts->now_ms >= flow->commit_at_ms) {
        flow->commit_at_ms = facts->now_ms + FLOW_COMMIT_EVERY_MS;
        return step(FLOW_COMMIT, 0);
    }
    if (facts->unsettled)
        return step(FLOW_SETTLE, 0);
    if (facts->pause_asked && !flow->paused)
        return set_paused(flow, true);
    if (facts->pause_asked)
        return step(FLOW_POLL, FLOW_SLICE_MS);
    if (flow->holding > 0)
        return next_of_held(flow, facts);
    if (flow->paused)
        return set_paused(flow, false);
    return step(FLOW_POLL, FLOW_SLICE_MS);
}

struct flow_step flow_next(struct flow *flow, const struct flow_facts *facts) {
    if (flow->revoking)
        return next_of_revoke(flow, facts);
    if (facts->stop_asked && !flow->stopping)
        begin_stop(flow, facts->now_ms);
    return flow->stopping ? next_of_stop(flow, facts) : next_of_run(flow, facts);
}
