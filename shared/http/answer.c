#include "answer.h"

#include "instant.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

/* Servers may ask for longer; nobody waits longer on their word. */
enum { RETRY_AFTER_MOST = 3600 };

static const char *header(CURL *curl, const char *name) {
    struct curl_header *found;
    return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : NULL;
}

static const char *first_of(CURL *curl, const char *const *names) {
    const char *value = NULL;
    for (; value == NULL && *names != NULL; names++)
        value = header(curl, *names);
    return value != NULL ? value : "";
}

static int64_t date_of(const char *value) {
    int64_t instant;
    return value != NULL && instant_parse_http(value, &instant) ? instant : 0;
}

/* RFC 9110: a number of seconds, or a date. */
static int64_t retry_after(const char *value, int64_t now) {
    if (value == NULL || value[0] == '\0')
        return 0;
    char *end;
    int64_t seconds = strtoll(value, &end, 10);
    if (*end != '\0')
        seconds = date_of(value) != 0 && now != 0 ? date_of(value) - now : 0;
    if (seconds < 0)
        return 0;
    return seconds < RETRY_AFTER_MOST ? seconds : RETRY_AFTER_MOST;
}

void answer_head(void *curl, struct http_response *response) {
    static const char *const request_ids[] = {"x-amzn-RequestId", "x-amz-request-id", NULL};
    static const char *const error_types[] = {"x-amzn-ErrorType", NULL};
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    response->status = (int)status;
    response->date = date_of(header(curl, "Date"));
    response->retry_after = retry_after(header(curl, "Retry-After"), response->date);
    text_clip(response->request_id, sizeof response->request_id, first_of(curl, request_ids));
    text_clip(response->error_type, sizeof response->error_type, first_of(curl, error_types));
}
