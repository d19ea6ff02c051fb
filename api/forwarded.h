/* Who a proxy says it speaks for. */
#ifndef KEYTURN_FORWARDED_H
#define KEYTURN_FORWARDED_H

#include "web.h"

/* The last address of an X-Forwarded-For (its last line, where there are several): what the proxy next to us added; everything before it is the
 * client's own words. "203.0.113.7", "203.0.113.7:50123", "2001:db8::1" and "[2001:db8::1]:50123" are understood, the port is left out, since it
 * changes from connection to connection. False, and `address` as it was: it is none of these. */
bool forwarded_address(const char *header, char address[WEB_PEER_SIZE]) MUST_CHECK;

#endif
