/* The manual and the text of docs/cli.md have every command and every option that the tables have. */
#include "manual.h"
#include "mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { DOCS_MAX = 256 * 1024, LINE_MAX_SIZE = 512, WANTED_SIZE = 2 * LINE_MAX_SIZE };

static char docs[DOCS_MAX];
static struct text page;

static int begin(void **state) {
    (void)state;
    FILE *file = fopen(REPOSITORY "/docs/cli.md", "r");
    assert_non_null(file);
    size_t length = fread(docs, 1, sizeof docs - 1, file);
    docs[length] = '\0';
    fclose(file);
    text_open(&page, MANUAL_MAX);
    manual_page(NULL, &page);
    return 0;
}

static int end(void **state) {
    (void)state;
    text_close(&page);
    return 0;
}

static void assert_holds(const char *text, const char *wanted) {
    if (strstr(text, wanted) == NULL)
        fail_msg("\"%s\" is not there", wanted);
}

/* A word as the manual spells it: "\-\-json". */
static void spell(const char *word, char spelled[LINE_MAX_SIZE]) {
    size_t length = 0;
    for (; *word != '\0' && length + 3 < LINE_MAX_SIZE; word++) {
        if (*word == '-')
            spelled[length++] = '\\';
        spelled[length++] = *word;
    }
    spelled[length] = '\0';
}

static void find_command(const struct command *command, void *context) {
    char wanted[WANTED_SIZE];
    (void)context;
    snprintf(wanted, sizeof wanted, ".SS %s\n", command->name);
    assert_holds(page.bytes, wanted);
    snprintf(wanted, sizeof wanted, "\n| `%s%s%s` |", command->name, command->words[0] != '\0' ? " " : "",
             command->words);
    assert_holds(docs, wanted);
}

static void find_option(const char *name, const char *value, const char *sentence, void *context) {
    char wanted[WANTED_SIZE];
    char spelled[LINE_MAX_SIZE];
    (void)sentence;
    (void)context;
    spell(name, spelled);
    snprintf(wanted, sizeof wanted, ".B %s", spelled);
    assert_holds(page.bytes, wanted);
    snprintf(wanted, sizeof wanted, "`%s%s%s`", name, value[0] != '\0' ? " " : "", value);
    assert_holds(docs, wanted);
}

static void every_command_is_in_the_manual_and_in_the_docs(void **state) {
    (void)state;
    assert_false(page.overflowed);
    command_each(find_command, NULL);
}

static void every_option_is_in_the_manual_and_in_the_docs(void **state) {
    (void)state;
    options_each("", ~(unsigned)(OPTION_VERSION | OPTION_HELP), find_option, NULL);
}

static void the_docs_name_no_command_that_is_not_there(void **state) {
    (void)state;
    size_t rows = 0;
    for (const char *row = strstr(docs, "\n| `"); row != NULL && row < strstr(docs, "\n## ");
         row = strstr(row + 1, "\n| `")) {
        char name[LINE_MAX_SIZE];
        text_clip(name, strcspn(row + 4, "`") + 1, row + 4);
        size_t length = strlen(name);
        while (length > 0 && command_find(name) == NULL) { /* the words behind it */
            while (length > 0 && name[length - 1] != ' ')
                length--;
            length -= length > 0 ? 1 : 0;
            name[length] = '\0';
        }
        if (length == 0)
            fail_msg("%.40s", row + 1);
        rows++;
    }
    assert_true(rows > 20);
}

static void a_command_has_a_page_of_its_own(void **state) {
    (void)state;
    struct text own;
    text_open(&own, MANUAL_MAX);
    manual_page(command_find("dlq retry"), &own);
    assert_holds(own.bytes, ".TH KEYTURN-DLQ-RETRY 1");
    assert_holds(own.bytes, "keyturn dlq retry \\- put a dead letter back");
    assert_null(strstr(own.bytes, "topics"));
    text_close(&own);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_is_in_the_manual_and_in_the_docs),
        cmocka_unit_test(every_option_is_in_the_manual_and_in_the_docs),
        cmocka_unit_test(the_docs_name_no_command_that_is_not_there),
        cmocka_unit_test(a_command_has_a_page_of_its_own),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
