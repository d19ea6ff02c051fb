/* A session against a scripted server, with accounts, and a look begun where a test asks for one. */
#ifndef KEYTURN_TEST_SESSION_H
#define KEYTURN_TEST_SESSION_H

#include "aws_session.h"
#include "scripted_server.h"

/* Accounts 222222222222 and 333333333333 have a role each; 111111111111 has none and is the program's own. */
struct session {
    struct scripted_server *server;
    struct aws_account accounts[3];
    struct aws_environment *environment;
    struct aws *aws;
    struct fault fault; /* for the calls of the test */
};

/* Opens all of it; ends the test if that fails. */
void session_open(struct session *session, const struct scripted_step *steps, size_t count);
void session_close(struct session *session);

/* Begins a look at a server whose clock is known to show about SERVER_NOW. */
void session_look(struct session *session);

/* As if a look had begun just now and its first answer had come with this Date. */
void session_observed(struct session *session, int64_t date);

#define OK_HEAD            "HTTP/1.1 200 OK\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\nx-amzn-RequestId: id-1\r\n"
#define ERROR_HEAD(status) "HTTP/1.1 " status "\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\nx-amzn-RequestId: id-2\r\n"
#define XML_ERROR(code)    "<ErrorResponse><Error><Code>" code "</Code><Message>why</Message></Error></ErrorResponse>"
#define JSON_ERROR(code)   "{\"__type\":\"" code "\",\"message\":\"why\"}"

enum { SERVER_NOW = 1700000000 }; /* the Date above */

#endif
