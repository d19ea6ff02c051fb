/* One call of a route: who asks, what, and how to answer. Lives on the stack of the thread that answers, beside those answered together with it. What is said of it in answers,
 * logs and audit is decided here, so that every route says it alike. */
#ifndef KEYTURN_CALL_H
#define KEYTURN_CALL_H

#include "api.h"
#include "api_key.h"
#include "doc.h"

enum { CALL_SCRATCH = 512, ETAG_SIZE = 72 };

#define CALL_NOT_AHEAD SIZE_MAX

struct route;

struct call {
    struct api *api;
    const struct route *route;
    const struct web_request *request;
    struct web_response *response;
    struct api_key key;  /* of who asks; empty where the route needs none */
    struct bench *bench; /* of this call and those answered together with it */
    size_t ahead;        /* the row of bench->ahead that was read for it; CALL_NOT_AHEAD: none was */
    bool recorded;       /* a record of it is among bench->records */
    void *scratch; /* CALL_SCRATCH bytes for the route, zero at first, kept while the same request is called again */
    bool *counted; /* kept likewise: its look into the cache is in the metrics */
};

/* Answers with an RFC 9457 problem. `code` is its kind's word, `detail` a sentence. */
void call_problem(struct call *call, int status, const char *code, const char *format, ...) PRINTF_LIKE(4, 5);

/* The one answer for what is not there and for what the key may not see. */
void call_not_found(struct call *call);

/* 400 that names the parameter. */
void call_bad_parameter(struct call *call, const char *name, const char *expected);

/* 503 with Retry-After for Redis, AWS, Kafka that do not answer; 500 for a defect. The fault is logged; the answer tells its kind only. */
void call_fault(struct call *call, const struct fault *fault);

/* Answers with a JSON document, which is closed. With `etag` (of call_etag(); NULL: none) as ETag and Cache-Control: no-cache. */
void call_answer(struct call *call, int status, struct doc *doc, const char *etag);

/* Sets a member to an instant as answers spell it; 0 sets nothing. */
void call_set_instant(struct doc *object, const char *name, int64_t at);

/* A strong ETag of some bytes: quoted hexadecimal. */
void call_etag(const void *bytes, size_t length, char etag[ETAG_SIZE]);

/* Does If-None-Match name this ETag, or any? */
bool call_has(const struct call *call, const char *etag);

/* 304 with the ETag. */
void call_not_modified(struct call *call, const char *etag);

/* Is the account configured here, and may the key see anything of it? */
bool call_sees_account(const struct call *call, const char *account);

/* The configured accounts that the key may see anything of, in order; *count of them. The array is the caller's to free. */
const char **call_accounts(const struct call *call, size_t *count);

/* May IAM be asked for one more user of the account? Its quota is one for all who ask in the account, workers among them. FAULT_THROTTLED: not now. */
bool call_may_look(const struct call *call, const char *account, struct fault *fault) MUST_CHECK;

/* Is this a thread that may block? If not, false, and the call will be made again on one. */
bool call_slowly(struct call *call) MUST_CHECK;

/* An account and a user as names may be, an account configured here, and the key may see both? Says nothing of whether there is such a
 * user. */
bool call_sees_user(const struct call *call, const char *account, const char *user);

/* Where the client is: the address of the connection, or, with api.behind_tls_proxy, what the proxy added to X-Forwarded-For. */
void call_from(const struct call *call, char address[WEB_PEER_SIZE]);

#endif
