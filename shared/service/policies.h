/* The policies in force: replaced by one thread while others read them for as long as they like. A set lives until it
 * is replaced and its last reader let it go, so there are never more of them than readers, and one. */
#ifndef KEYTURN_POLICIES_H
#define KEYTURN_POLICIES_H

#include "policy.h"

struct policies;

/* Begins with a copy of `first`. */
struct policies *policies_open(const struct policy_set *first);

/* A copy of `next` is in force from now on; whoever holds the one before keeps it. From any thread. */
void policies_replace(struct policies *policies, const struct policy_set *next);

/* The set in force; it stays as it is until policies_release(). From any thread. */
const struct policy_set *policies_hold(struct policies *policies);

/* Lets a set go that policies_hold() gave; it is not to be read any more. From any thread, on which it need not have been got. */
void policies_release(struct policies *policies, const struct policy_set *held);

/* How many sets there are, in force or held: for tests. */
size_t policies_count(struct policies *policies);

/* When nobody holds any set. NULL does nothing. */
void policies_close(struct policies *policies);

#endif
