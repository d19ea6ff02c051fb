/* How requests are spelled in answers, wherever one is told. */
#ifndef KEYTURN_REQUESTS_H
#define KEYTURN_REQUESTS_H

#include "ask.h"
#include "doc.h"

/* A request that stands, as answers tell it; the caller's to close. */
struct doc *requests_open_doc(const struct ask_open *open);

#endif
