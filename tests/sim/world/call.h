/* One call on its way through the simulated AWS: who makes it, what it asks, and how it is answered. Private to the world. */
#ifndef KEYTURN_TESTS_CALL_H
#define KEYTURN_TESTS_CALL_H

#include "doc.h"
#include "form.h"
#include "world.h"

enum world_protocol { PROTOCOL_QUERY, PROTOCOL_JSON, PROTOCOL_REST };

/* Who signed. */
struct principal {
    struct world_account *account; /* NULL: the operator's own, which holds no users */
    struct world_user *user;       /* NULL: the operator, or a role */
    bool role;
    const char *key_id;
};

struct world_call {
    struct world *world;
    const char *service; /* of the credential scope: iam sts secretsmanager ses */
    const char *region;
    char action[64];
    int64_t now;
    enum world_protocol protocol;
    struct principal by;
    struct form form; /* of PROTOCOL_QUERY */
    struct doc *doc;  /* of the other two */
    struct world_answer *answer;
};

/* Answers with an error in the call's own protocol. Always false. */
bool call_refuse(struct world_call *call, int status, const char *code, const char *message);

/* A value of the form, or a text of the JSON request; NULL if it is not there. */
const char *call_value(const struct world_call *call, const char *name);

/* The same, refusing the call where it is missing. */
const char *call_required(struct world_call *call, const char *name);

/* Tells the world's owner what changed. */
void call_changed(struct world_call *call, const struct world_change *change);

/* The document of a JSON answer, closed here. */
void call_answer_json(struct world_call *call, struct doc *doc);

/* The services: each false if it refused the call, or does not know the action. */
bool iam_call(struct world_call *call);
bool iam_read_call(struct world_call *call);
bool sts_call(struct world_call *call);
bool secrets_call(struct world_call *call);
bool ses_call(struct world_call *call);

/* The ARN of a user. */
void call_user_arn(const struct world_account *account, const struct world_user *user, char arn[ARN_SIZE]);

#endif
