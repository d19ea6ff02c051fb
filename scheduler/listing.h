/* Who stands how in an account at the end of a digest's period: collected while an inventory goes through its users, then announced as
 * account.listed, one event a policy and list, with the first of the users by name and how many there are. What IAM shows decides who lacks
 * a tag; the rest is what the workers' last looks left in the status. Belongs to one thread. */
#ifndef KEYTURN_LISTING_H
#define KEYTURN_LISTING_H

#include "kafka.h"
#include "status.h"

struct listing;

/* NULL where no policy's digest lists any users. The policies are borrowed. */
struct listing *listing_open(const struct policy_set *policies);
void listing_close(struct listing *listing);

/* A user that only the tags of that policy's selection keep out of it (NULL: none does). */
void listing_add_missed(struct listing *listing, const struct policy *policy, const char *user);

/* A user of a policy, as its status has it. */
void listing_add_known(struct listing *listing, const char *user, const struct status *status);

/* Publishes what was collected; `at`: the end of the period, which is the events' time. Empty lists are not told. */
bool listing_tell(const struct listing *listing, struct kafka_writer *writer, const char *partition,
                  const char *account, int64_t at, struct fault *fault) MUST_CHECK;

#endif
