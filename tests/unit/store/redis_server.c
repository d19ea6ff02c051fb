#include "redis_server.h"

#include "clock.h"
#include "operation.h"
#include "text.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { START_MS = 10 * 1000 };

static struct {
    pid_t pid;
    int port;
    char folder[128];
    struct store_settings socket;
    struct store_settings by_port;
} server;

static bool is_installed(void) {
    const char *path = getenv("PATH");
    char copy[4096];
    char file[4200];
    snprintf(copy, sizeof copy, "%s", path == NULL ? "" : path);
    for (char *rest = copy, *folder = strsep(&rest, ":"); folder != NULL; folder = strsep(&rest, ":")) {
        snprintf(file, sizeof file, "%s/redis-server", folder);
        if (access(file, X_OK) == 0)
            return true;
    }
    return false;
}

int redis_server_free_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int line = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(line >= 0);
    assert_int_equal(bind(line, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(line, (struct sockaddr *)&address, &length), 0);
    close(line);
    return ntohs(address.sin_port);
}

static void become_redis(void) {
    char port[16];
    char path[160];
    snprintf(port, sizeof port, "%d", server.port);
    snprintf(path, sizeof path, "%s/redis.sock", server.folder);
    int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execlp("redis-server", "redis-server", "--bind", "127.0.0.1", "--port", port, "--unixsocket", path, "--dir",
           server.folder, "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy",
           "noeviction", (char *)NULL);
    _exit(127);
}

static void wait_until_it_answers(void) {
    struct store *store = store_open(&server.socket);
    struct fault fault;
    bool answers = false;
    for (int64_t end = clock_boot_ms() + START_MS; !answers && clock_boot_ms() < end; clock_sleep_ms(answers ? 0 : 5))
        answers = store_ping(store, &fault);
    store_close(store);
    if (!answers)
        fail_msg("redis-server does not answer: %s", fault.message);
}

void redis_server_revive(void) {
    server.pid = fork();
    assert_true(server.pid >= 0);
    if (server.pid == 0)
        become_redis();
    wait_until_it_answers();
}

int redis_server_start(void **state) {
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    if (!is_installed())
        return 0;
    const char *temporary = getenv("TMPDIR");
    snprintf(server.folder, sizeof server.folder, "%s/keyturn-redis-XXXXXX",
             temporary != NULL && strlen(temporary) < 60 ? temporary : "/tmp");
    assert_non_null(mkdtemp(server.folder));
    server.port = redis_server_free_port();
    server.socket = (struct store_settings){.prefix = "kt:", .timeout_ms = 5000};
    snprintf(server.socket.host, sizeof server.socket.host, "%s/redis.sock", server.folder);
    server.by_port = (struct store_settings){.host = "127.0.0.1", .port = server.port, .prefix = "kt:"};
    redis_server_revive();
    return 0;
}

void redis_server_kill(void) {
    kill(server.pid, SIGKILL);
    waitpid(server.pid, NULL, 0);
    server.pid = 0;
}

static void remove_folder(const char *path) {
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char inner[512];
        if (text_equal(entry->d_name, ".") || text_equal(entry->d_name, ".."))
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (entry->d_type == DT_DIR)
            remove_folder(inner);
        else
            unlink(inner);
    }
    if (folder != NULL)
        closedir(folder);
    rmdir(path);
}

int redis_server_stop(void **state) {
    (void)state;
    if (server.folder[0] == '\0')
        return 0;
    if (server.pid > 0)
        redis_server_kill();
    remove_folder(server.folder);
    return 0;
}

void redis_server_needed(void) {
    if (server.pid > 0)
        return;
    if (getenv("CI") != NULL || getenv("KEYTURN_REQUIRE") != NULL)
        fail_msg("redis-server is not installed, and here it must be");
    print_message("SKIPPED: redis-server is not installed (Debian package redis-server)\n");
    skip();
}

void redis_server_freeze(void) {
    kill(server.pid, SIGSTOP);
}

void redis_server_thaw(void) {
    kill(server.pid, SIGCONT);
}

const struct store_settings *redis_server_socket(void) {
    return &server.socket;
}

const struct store_settings *redis_server_port(void) {
    return &server.by_port;
}

void redis_server_flush(void) {
    struct store *store = store_open(&server.socket);
    struct command command;
    struct reply *reply = NULL;
    struct fault fault;
    command_begin(&command, "FLUSHALL");
    assert_true(operation_run(store, &command, REPEAT_ONCE, &reply, &fault));
    reply_close(reply);
    store_close(store);
}
