/* What can be said of aws.endpoint without asking anybody. Pure. */
#ifndef KEYTURN_CONFIG_ENDPOINT_H
#define KEYTURN_CONFIG_ENDPOINT_H

#include "policy.h"

/* Is `url` (of the setting's form: http or https, no user) https, or plain http to loopback or to one of the hosts in `allowed`? Never
 * plain http to AWS itself. */
bool endpoint_is_allowed(const char *url, const struct text_list *allowed);

/* Is its host one of AWS's own? */
bool endpoint_is_amazon(const char *url);

/* Can only this machine reach what listens on `listen` (host:port)? */
bool endpoint_is_here(const char *listen);

#endif
