#include "routes.h"

const struct route routes[] = {
    {"GET", "/health", ROUTE_OPEN, "", health_answer},
    {"GET", "/healthz", ROUTE_OPEN, "", health_live},
    {"GET", "/readyz", ROUTE_OPEN, "", health_readiness},
    {"GET", "/metrics", SCOPE_METRICS, "", health_metrics},
    {"GET", "/openapi.json", ROUTE_ANY_KEY, "", document_answer},
    {"GET", "/users", SCOPE_USERS_READ, "account user key_id state policy limit after", users_answer},
    {"GET", "/credentials/{user}", SCOPE_CREDENTIALS_READ, "account format region wait", credentials_of_name},
    {"GET", "/accounts/{account}/users/{user}/credentials", SCOPE_CREDENTIALS_READ, "format region wait",
     credentials_of_user},
    {"GET", "/events", SCOPE_USERS_READ, "account type", events_answer},
    {"GET", "/accounts", SCOPE_USERS_READ, "limit after", accounts_answer},
    {"GET", "/accounts/{account}", SCOPE_USERS_READ, "", accounts_one},
    {"GET", "/accounts/{account}/users/{user}", SCOPE_USERS_READ, "", user_answer},
    {"POST", "/accounts/{account}/users/{user}/rotate", SCOPE_ROTATE, "", requests_rotate},
    {"POST", "/accounts/{account}/users/{user}/rollback", SCOPE_ROTATE, "", requests_rollback},
    {"POST", "/accounts/{account}/users/{user}/pause", SCOPE_ROTATE, "", requests_pause},
    {"POST", "/accounts/{account}/users/{user}/resume", SCOPE_ROTATE, "", requests_resume},
    {"POST", "/accounts/{account}/users/{user}/keys/{key_id}/deactivate", SCOPE_ROTATE, "", requests_deactivate},
    {"POST", "/accounts/{account}/pause", SCOPE_ADMIN, "", account_pause},
    {"POST", "/accounts/{account}/resume", SCOPE_ADMIN, "", account_resume},
    {"POST", "/pause", SCOPE_ADMIN, "", accounts_pause_all},
    {"POST", "/resume", SCOPE_ADMIN, "", accounts_resume_all},
};

const size_t route_count = COUNT_OF(routes);
