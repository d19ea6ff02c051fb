#include "routes.h"

const struct route routes[] = {
    {"GET", "/health", ROUTE_OPEN, "", health_answer, NULL},
    {"GET", "/healthz", ROUTE_OPEN, "", health_live, NULL},
    {"GET", "/readyz", ROUTE_OPEN, "", health_readiness, NULL},
    {"GET", "/metrics", SCOPE_METRICS, "", health_metrics, NULL},
    {"GET", "/openapi.json", ROUTE_ANY_KEY, "", document_answer, NULL},
    {"GET", "/users", SCOPE_USERS_READ, "account user key_id state policy limit after", users_answer, NULL},
    {"GET", "/credentials/{user}", SCOPE_CREDENTIALS_READ, "account format region wait", credentials_of_name,
     credentials_ahead_of_name},
    {"GET", "/accounts/{account}/users/{user}/credentials", SCOPE_CREDENTIALS_READ, "format region wait",
     credentials_of_user, credentials_ahead_of_user},
    {"GET", "/events", SCOPE_USERS_READ, "account type", events_answer, NULL},
    {"GET", "/accounts", SCOPE_USERS_READ, "limit after", accounts_answer, NULL},
    {"GET", "/accounts/{account}", SCOPE_USERS_READ, "", accounts_one, NULL},
    {"GET", "/accounts/{account}/users/{user}", SCOPE_USERS_READ, "", user_answer, NULL},
    {"POST", "/accounts/{account}/users/{user}/rotate", SCOPE_ROTATE, "", requests_rotate, NULL},
    {"POST", "/accounts/{account}/users/{user}/rollback", SCOPE_ROTATE, "", requests_rollback, NULL},
    {"POST", "/accounts/{account}/users/{user}/pause", SCOPE_ROTATE, "", requests_pause, NULL},
    {"POST", "/accounts/{account}/users/{user}/resume", SCOPE_ROTATE, "", requests_resume, NULL},
    {"POST", "/accounts/{account}/users/{user}/keys/{key_id}/deactivate", SCOPE_ROTATE, "", requests_deactivate, NULL},
    {"POST", "/accounts/{account}/pause", SCOPE_ADMIN, "", account_pause, NULL},
    {"POST", "/accounts/{account}/resume", SCOPE_ADMIN, "", account_resume, NULL},
    {"POST", "/pause", SCOPE_ADMIN, "", accounts_pause_all, NULL},
    {"POST", "/resume", SCOPE_ADMIN, "", accounts_resume_all, NULL},
};

const size_t route_count = COUNT_OF(routes);
