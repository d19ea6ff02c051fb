/* Where a program's own credentials are found, and what a shared file may say. */
#include "credentials.h"

#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/keyturn-credentials-XXXXXX";
static char credentials_file[64];
static char config_file[64];

static int make_folder(void **state) {
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(credentials_file, sizeof credentials_file, "%s/credentials", folder);
    snprintf(config_file, sizeof config_file, "%s/config", folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    unlink(credentials_file);
    unlink(config_file);
    return rmdir(folder);
}

static void write_file(const char *path, const char *content) {
    unlink(path);
    if (content == NULL)
        return;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static int clean(void **state) {
    static const char *const names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                                        "AWS_PROFILE"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        unsetenv(names[i]);
    setenv("AWS_SHARED_CREDENTIALS_FILE", credentials_file, 1);
    setenv("AWS_CONFIG_FILE", config_file, 1);
    write_file(credentials_file, NULL);
    write_file(config_file, NULL);
    return 0;
}

static const struct {
    const char *story;
    const char *profile; /* AWS_PROFILE */
    const char *credentials;
    const char *config;
    const char *found; /* "id secret token"; NULL: refused */
    const char *says;  /* part of the refusal */
} files[] = {
    {"the default profile", NULL, "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s1\n", NULL,
     "AKIA1 s1 ", NULL},
    {"no line end at the end", NULL, "[default]\naws_access_key_id=AKIA1\naws_secret_access_key=s1", NULL, "AKIA1 s1 ",
     NULL},
    {"lines of other systems", NULL, "[default]\r\naws_access_key_id = AKIA1\r\naws_secret_access_key = s1\r\n", NULL,
     "AKIA1 s1 ", NULL},
    {"a named profile between others", "b",
     "[a]\naws_access_key_id=A\naws_secret_access_key=sa\n[b]\naws_access_key_id=B\naws_secret_access_key=sb\naws_"
     "session_token=tb\n[c]\naws_access_key_id=C\naws_secret_access_key=sc\n",
     NULL, "B sb tb", NULL},
    {"comments and blank lines", NULL,
     "# one\n; two\n\n[default] # three\naws_access_key_id = AKIA1 # four\naws_secret_access_key = s/+=1 ; five\n",
     NULL, "AKIA1 s/+=1 ", NULL},
    {"a hash within a value is no comment", NULL, "[default]\naws_access_key_id=A#1\naws_secret_access_key=s;1\n", NULL,
     "A#1 s;1 ", NULL},
    {"names in capitals", NULL, "[default]\nAWS_ACCESS_KEY_ID=A\nAWS_SECRET_ACCESS_KEY=s\n", NULL, "A s ", NULL},
    {"nested settings are skipped", NULL,
     "[default]\ns3 =\n  aws_access_key_id = nested\naws_access_key_id=A\naws_secret_access_key=s\n", NULL, "A s ",
     NULL},
    {"settings nobody knows", NULL,
     "[default]\nregion=eu-west-1\nfuture_setting=x=y\naws_access_key_id=A\naws_secret_access_key=s\n", NULL, "A s ",
     NULL},
    {"the config file", NULL, NULL, "[default]\naws_access_key_id=A\naws_secret_access_key=s\n", "A s ", NULL},
    {"a profile in the config file", "p q", NULL, "[profile p q]\naws_access_key_id=A\naws_secret_access_key=s\n",
     "A s ", NULL},
    {"the credentials file goes before", NULL, "[default]\naws_access_key_id=A\naws_secret_access_key=s\n",
     "[default]\naws_access_key_id=B\naws_secret_access_key=t\n", "A s ", NULL},
    {"other profiles may do as they like", NULL,
     "[default]\naws_access_key_id=A\naws_secret_access_key=s\n[x]\ncredential_process=/bin/x\n", NULL, "A s ", NULL},

    {"no files", NULL, NULL, NULL, NULL, "AWS_ACCESS_KEY_ID is not set"},
    {"no such profile", "missing", "[default]\naws_access_key_id=A\naws_secret_access_key=s\n", NULL, NULL,
     "\"missing\""},
    {"a section of the config file without its word", "p", NULL, "[p]\naws_access_key_id=A\naws_secret_access_key=s\n",
     NULL, "no keys"},
    {"an id without a secret", NULL, "[default]\naws_access_key_id=A\n", NULL, NULL, "no aws_secret_access_key"},
    {"a secret without an id", NULL, "[default]\naws_secret_access_key=s\n", NULL, NULL, "no aws_access_key_id"},
    {"a role", "r", NULL, "[profile r]\nrole_arn=arn:aws:iam::1:role/x\nsource_profile=default\n", NULL,
     "source_profile, which is not supported"},
    {"a role beside keys", NULL, "[default]\naws_access_key_id=A\naws_secret_access_key=s\nrole_arn=x\n", NULL, NULL,
     "role_arn, which is not supported"},
    {"a process", NULL, "[default]\ncredential_process=/bin/x\n", NULL, NULL,
     "credential_process, which is not supported"},
    {"single sign-on", NULL, NULL, "[default]\nsso_session=x\n", NULL, "sso_session, which is not supported"},
    {"a web identity", NULL, NULL, "[default]\nweb_identity_token_file=/x\n", NULL,
     "web_identity_token_file, which is not supported"},
    {"a section that is not closed", NULL, "[default\naws_access_key_id=A\n", NULL, NULL, "line 1 of"},
    {"a line that is no setting", NULL, "[default]\naws_access_key_id=A\nnonsense\n", NULL, NULL, "line 3 of"},
};

static void say(const struct credentials *found, char *text, size_t size) {
    snprintf(text, size, "%s %s %s", found->access_key_id, found->secret_access_key.bytes,
             found->session_token.bytes != NULL ? found->session_token.bytes : "");
}

static void every_file_is_read_as_the_sdks_read_it(void **state) {
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct credentials found;
        struct fault fault = {0};
        char said[256] = "";
        clean(state);
        write_file(credentials_file, files[i].credentials);
        write_file(config_file, files[i].config);
        if (files[i].profile != NULL)
            setenv("AWS_PROFILE", files[i].profile, 1);
        bool read = credentials_find(&found, &fault);
        if (read)
            say(&found, said, sizeof said);
        if (read != (files[i].found != NULL) || (!read && strstr(fault.message, files[i].says) == NULL))
            print_error("%s: %s%s\n", files[i].story, said, fault.message);
        assert_int_equal(read, files[i].found != NULL);
        if (read) {
            assert_string_equal(said, files[i].found);
        } else {
            assert_int_equal(fault.kind, FAULT_CONFIG);
            assert_non_null(strstr(fault.message, files[i].says));
            assert_true(secret_empty(&found.secret_access_key));
        }
        credentials_close(&found);
    }
}

static void the_environment_goes_before_the_files(void **state) {
    (void)state;
    struct credentials found;
    char said[256];
    write_file(credentials_file, "[default]\naws_access_key_id=A\naws_secret_access_key=s\n");
    setenv("AWS_ACCESS_KEY_ID", "AKIAENV", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    setenv("AWS_SESSION_TOKEN", "token", 1);
    assert_true(credentials_find(&found, NULL));
    say(&found, said, sizeof said);
    assert_string_equal(said, "AKIAENV secret token");
    credentials_close(&found);
}

static void half_an_environment_is_refused_and_not_filled_from_files(void **state) {
    (void)state;
    struct credentials found;
    struct fault fault;
    write_file(credentials_file, "[default]\naws_access_key_id=A\naws_secret_access_key=s\n");
    setenv("AWS_ACCESS_KEY_ID", "AKIAENV", 1);
    assert_false(credentials_find(&found, &fault));
    assert_non_null(strstr(fault.message, "AWS_SECRET_ACCESS_KEY is not set"));
    unsetenv("AWS_ACCESS_KEY_ID");
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    assert_false(credentials_find(&found, &fault));
    assert_non_null(strstr(fault.message, "AWS_ACCESS_KEY_ID is not set"));
    assert_null(strstr(fault.message, "secret"));
}

static void a_copy_lives_by_itself(void **state) {
    (void)state;
    struct credentials found = {.access_key_id = "AKIA1", .expires = 7};
    struct credentials copy = {0};
    assert_true(secret_set(&found.secret_access_key, "one", 3));
    credentials_copy(&copy, &found);
    credentials_close(&found);
    assert_string_equal(copy.access_key_id, "AKIA1");
    assert_string_equal(copy.secret_access_key.bytes, "one");
    assert_true(secret_empty(&copy.session_token));
    assert_int_equal(copy.expires, 7);
    credentials_close(&copy);
    credentials_close(&copy);
    credentials_close(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_file_is_read_as_the_sdks_read_it, clean),
        cmocka_unit_test_setup(the_environment_goes_before_the_files, clean),
        cmocka_unit_test_setup(half_an_environment_is_refused_and_not_filled_from_files, clean),
        cmocka_unit_test_setup(a_copy_lives_by_itself, clean),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
