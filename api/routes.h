/* The routes of the API: one table, a row each. A row's function finds the call authorized: its key is good, has the scope, and the query
 * holds only parameters the row knows. */
#ifndef KEYTURN_ROUTES_H
#define KEYTURN_ROUTES_H

#include "call.h"

enum { ROUTE_OPEN = -1 /* no key needed */, ROUTE_ANY_KEY = -2 /* any key, whatever its scopes */ };

struct route {
    const char *method;
    const char *path;  /* a template as web.h has it; also the metric label and the name in logs */
    int scope;         /* enum api_scope, ROUTE_OPEN or ROUTE_ANY_KEY */
    const char *query; /* names of known parameters, separated by blanks */
    void (*answer)(struct call *call);
    /* NULL, or names the user that the cache will be asked for, so that it is asked for all calls that came in together; false: it cannot be told. What is
     * borrowed lasts as long as the call. */
    bool (*ahead)(struct call *call, struct cache_user *whose);
};

extern const struct route routes[];
extern const size_t route_count;

/* The functions of the rows, by file. */
void events_answer(struct call *call);
void health_answer(struct call *call);
void health_live(struct call *call);
void health_readiness(struct call *call);
void health_metrics(struct call *call);
void document_answer(struct call *call);
void users_answer(struct call *call);
void user_answer(struct call *call);
void accounts_answer(struct call *call);
void accounts_one(struct call *call);
void account_pause(struct call *call);
void account_resume(struct call *call);
void accounts_pause_all(struct call *call);
void accounts_resume_all(struct call *call);
void requests_rotate(struct call *call);
void requests_rollback(struct call *call);
void requests_deactivate(struct call *call);
void requests_pause(struct call *call);
void requests_resume(struct call *call);
void credentials_of_name(struct call *call);
void credentials_of_user(struct call *call);
bool credentials_ahead_of_name(struct call *call, struct cache_user *whose);
bool credentials_ahead_of_user(struct call *call, struct cache_user *whose);

#endif
