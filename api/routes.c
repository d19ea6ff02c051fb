#include "routes.h"

const struct route routes[] = {
    {"GET", "/health", ROUTE_OPEN, "", health_answer},
    {"GET", "/healthz", ROUTE_OPEN, "", health_live},
    {"GET", "/readyz", ROUTE_OPEN, "", health_readiness},
    {"GET", "/metrics", SCOPE_METRICS, "", health_metrics},
    {"GET", "/users", SCOPE_USERS_READ, "account user key_id state policy limit after", users_answer},
    {"GET", "/credentials/{user}", SCOPE_CREDENTIALS_READ, "account format region wait", credentials_of_name},
    {"GET", "/accounts/{account}/users/{user}/credentials", SCOPE_CREDENTIALS_READ, "format region wait",
     credentials_of_user},
};

const size_t route_count = COUNT_OF(routes);
