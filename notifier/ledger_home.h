/* Where the mail ledger lives: is that Redis there, and fit to be trusted with it? One that comes back may have come
 * back with other settings, or be another; so it is asked again and again. Any thread may ask. */
#ifndef KEYTURN_LEDGER_HOME_H
#define KEYTURN_LEDGER_HOME_H

#include "store.h"

struct ledger_home;

/* `tolerant`: an unfit one is warned of, once, and taken: for tests and demos. The settings are borrowed. */
struct ledger_home *ledger_home_open(const struct store_settings *settings, bool tolerant);

/* As store_check(), and begins the ledger where there is none: from then on it is whole, and what happens is mailed. FAULT_UNAVAILABLE: it does
 * not answer; FAULT_CONFIG: it may lose what it is told, and no mail may rest on it. */
bool ledger_home_check(struct ledger_home *home, struct fault *fault) MUST_CHECK;

/* NULL does nothing. */
void ledger_home_close(struct ledger_home *home);

#endif
