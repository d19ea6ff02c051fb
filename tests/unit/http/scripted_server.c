#include "scripted_server.h"

#include "mem.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUESTS_MOST = 512, CONNECTIONS_MOST = 512, REQUEST_SIZE = 256 * 1024 };

struct connection {
    struct scripted_server *server;
    pthread_t thread;
    int socket;
    size_t number;
};

struct scripted_server {
    const struct scripted_step *steps;
    size_t step_count;
    int listener;
    char url[64];
    pthread_t acceptor;
    pthread_mutex_t mutex;
    size_t connection_count;
    struct connection connections[CONNECTIONS_MOST];
    size_t request_count;
    char *requests[REQUESTS_MOST];
    size_t came_on[REQUESTS_MOST];
};

static size_t content_length(const char *head) {
    for (const char *line = head; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncasecmp(line, "content-length:", 15) == 0)
            return strtoul(line + 15, NULL, 10);
    }
    return 0;
}

/* One whole request, zero-terminated. False when the client has gone. */
static bool receive(int from, char *request) {
    size_t length = 0;
    size_t needed = REQUEST_SIZE;
    while (length < needed) {
        ssize_t got = recv(from, request + length, REQUEST_SIZE - 1 - length, 0);
        if (got <= 0)
            return false;
        length += (size_t)got;
        request[length] = '\0';
        const char *end = strstr(request, "\r\n\r\n");
        if (end != NULL)
            needed = (size_t)(end + 4 - request) + content_length(request);
    }
    return true;
}

static const struct scripted_step *note(struct connection *connection, const char *request) {
    struct scripted_server *server = connection->server;
    pthread_mutex_lock(&server->mutex);
    size_t index = server->request_count < REQUESTS_MOST ? server->request_count++ : REQUESTS_MOST - 1;
    mem_free(server->requests[index]);
    server->requests[index] = mem_copy(request);
    server->came_on[index] = connection->number;
    pthread_mutex_unlock(&server->mutex);
    return &server->steps[index < server->step_count ? index : server->step_count - 1];
}

static void send_all(int to, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t sent = send(to, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        length -= (size_t)sent;
    }
}

static void answer(int to, const struct scripted_step *step) {
    char line[64];
    const char *body = step->body != NULL ? step->body : "";
    snprintf(line, sizeof line, "Content-Length: %zu\r\n\r\n", strlen(body) + (size_t)step->more);
    send_all(to, step->head, strlen(step->head));
    send_all(to, line, strlen(line));
    send_all(to, body, strlen(body));
}

static void reset(int socket) {
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void *serve(void *context) {
    struct connection *connection = context;
    char *request = mem_alloc(REQUEST_SIZE);
    enum scripted_end end = SCRIPTED_KEEP;
    while (end == SCRIPTED_KEEP && receive(connection->socket, request)) {
        const struct scripted_step *step = note(connection, request);
        if (step->end == SCRIPTED_GONE) /* before the answer: who has it finds nobody any more */
            shutdown(connection->server->listener, SHUT_RDWR);
        if (step->head != NULL)
            answer(connection->socket, step);
        end = step->end;
    }
    if (end == SCRIPTED_HOLD)
        while (recv(connection->socket, request, REQUEST_SIZE, 0) > 0)
            ;
    if (end == SCRIPTED_RESET)
        reset(connection->socket);
    pthread_mutex_lock(&connection->server->mutex);
    close(connection->socket);
    connection->socket = -1;
    pthread_mutex_unlock(&connection->server->mutex);
    mem_free(request);
    return NULL;
}

static void begin_connection(struct scripted_server *server, int socket) {
    const int at_once = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    pthread_mutex_lock(&server->mutex);
    struct connection *connection = &server->connections[server->connection_count++];
    *connection = (struct connection){.server = server, .socket = socket, .number = server->connection_count};
    pthread_create(&connection->thread, NULL, serve, connection);
    pthread_mutex_unlock(&server->mutex);
}

static void *accept_all(void *context) {
    struct scripted_server *server = context;
    for (;;) {
        int socket = accept(server->listener, NULL, NULL);
        if (socket < 0)
            return NULL;
        begin_connection(server, socket);
    }
}

struct scripted_server *scripted_open(const struct scripted_step *steps, size_t count) {
    struct scripted_server *server = mem_zero(1, sizeof *server);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    server->steps = steps;
    server->step_count = count;
    pthread_mutex_init(&server->mutex, NULL);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(server->listener, (struct sockaddr *)&address, length) != 0 || listen(server->listener, 64) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &length) != 0)
        abort();
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    pthread_create(&server->acceptor, NULL, accept_all, server);
    return server;
}

void scripted_close(struct scripted_server *server) {
    shutdown(server->listener, SHUT_RDWR);
    pthread_join(server->acceptor, NULL);
    close(server->listener);
    for (size_t i = 0; i < server->connection_count; i++) {
        pthread_mutex_lock(&server->mutex);
        if (server->connections[i].socket >= 0)
            shutdown(server->connections[i].socket, SHUT_RDWR);
        pthread_mutex_unlock(&server->mutex);
        pthread_join(server->connections[i].thread, NULL);
    }
    for (size_t i = 0; i < REQUESTS_MOST; i++)
        mem_free(server->requests[i]);
    pthread_mutex_destroy(&server->mutex);
    mem_free(server);
}

const char *scripted_url(const struct scripted_server *server) {
    return server->url;
}

size_t scripted_requests(struct scripted_server *server) {
    pthread_mutex_lock(&server->mutex);
    size_t count = server->request_count;
    pthread_mutex_unlock(&server->mutex);
    return count;
}

const char *scripted_request(struct scripted_server *server, size_t index) {
    pthread_mutex_lock(&server->mutex);
    const char *request = server->requests[index];
    pthread_mutex_unlock(&server->mutex);
    return request;
}

size_t scripted_connection(struct scripted_server *server, size_t index) {
    pthread_mutex_lock(&server->mutex);
    size_t number = server->came_on[index];
    pthread_mutex_unlock(&server->mutex);
    return number;
}
