/* The response of an exchange on its way from the route to libmicrohttpd, and the errors the server answers itself. What a route may set in
 * it is in web.h. */
#ifndef KEYTURN_RESPONSE_H
#define KEYTURN_RESPONSE_H

#include "exchange.h"

/* Makes the response empty: 200, no body. The exchange owns its body until it is sent. */
void response_open(struct exchange *exchange);

/* Makes an open response an error of the server's own, keeping its headers: a problem of RFC 9457 if the settings ask for them, else the
 * sentence as text. `code` is that of web_problem(). */
void response_refuse(struct exchange *exchange, int status, const char *code, const char *sentence);

/* Hands the response, or its stream, over to libmicrohttpd. MHD_NO: it could not; the callback returns that, which ends the connection. */
enum MHD_Result response_send(struct exchange *exchange);

/* The three in a row: opens, refuses, sends. */
enum MHD_Result response_send_refusal(struct exchange *exchange, int status, const char *code, const char *sentence);

#endif
