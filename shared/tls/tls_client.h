/* TLS for a library that knows how to shake hands but not whom to believe: hiredis compares no host name. Here both are settled beforehand: the
 * authorities, and the name or address that the server's certificate must carry. A tls_client is read only once it is made: any thread. */
#ifndef KEYTURN_TLS_CLIENT_H
#define KEYTURN_TLS_CLIENT_H

#include "fault.h"

struct tls_client;
struct ssl_st; /* OpenSSL's SSL */

/* What all connections to `host`, a name or an address, share. `ca_file`: PEM, the only authorities believed; empty: the system's (SSL_CERT_FILE and
 * SSL_CERT_DIR count). NULL and FAULT_CONFIG if they cannot be read. */
struct tls_client *tls_client_open(const char *ca_file, const char *host, struct fault *fault);

/* Connections begun go on. NULL does nothing. */
void tls_client_close(struct tls_client *client);

/* One connection's state, without a socket yet: whoever takes it sets one and connects, which fails unless the certificate is by such an authority
 * and for that host. Ended by SSL_free(), which hiredis calls where its handshake went well, or by tls_client_end(). NULL: no memory. */
struct ssl_st *tls_client_begin(const struct tls_client *client);

/* Ends one whose handshake failed. `why`: what is wrong with the server's certificate, a constant; NULL if nothing is known to be. */
void tls_client_end(struct ssl_st *connection, const char **why);

#endif
