/* The REST API as the commands see it: paths in, documents out, docs/openapi.json's problems as faults. A client belongs to one thread.
 * It owns its connection and the key. */
#ifndef KEYTURN_API_CLIENT_H
#define KEYTURN_API_CLIENT_H

#include "doc.h"
#include "fault.h"
#include "http.h"
#include "options.h"
#include "text.h"

enum { API_BODY_MAX = 4 * 1024 * 1024 };

struct api_client;

/* The API of --api, KEYTURN_API_URL, or http://127.0.0.1:8000; the key as caller_key_find() finds it. NULL and FAULT_CONFIG: no key, or a URL
 * that is neither https nor on loopback. Connects to nothing yet. */
struct api_client *api_open(const struct options *options, struct fault *fault);

/* Wipes the key and closes. NULL does nothing. */
void api_close(struct api_client *client);

/* GETs a path ("/users?limit=9", whose parts the caller has encoded); the document is the caller's to close. NULL, and the fault of the problem:
 * DENIED (401, 403), GONE (404), CONFLICT (409), THROTTLED (429), UNAVAILABLE (503), TRANSIENT (other 5xx), INVALID; its message is for a person.
 * 429 and 503 are asked again, as late as Retry-After says, half a minute at most. */
struct doc *api_get(struct api_client *client, const char *path, struct fault *fault);

/* The same as bytes; `out` is open, and what it holds is replaced. */
bool api_get_bytes(struct api_client *client, const char *path, struct text *out, struct fault *fault) MUST_CHECK;

/* POSTs {"reason"}; as api_get() otherwise, but only 429 is asked again: nothing was done. */
struct doc *api_post(struct api_client *client, const char *path, const char *reason, struct fault *fault);

/* GETs a stream, from behind `last_id` (empty: from now); `take` as in http.h. True when the server ended it; FAULT_STOPPED when `take` did. */
bool api_stream(struct api_client *client, const char *path, const char *last_id,
                bool (*take)(void *context, const char *bytes, size_t length), void *context,
                struct fault *fault) MUST_CHECK;

#endif
