/* dlq: the messages nobody could read, and their way back. */
#include "command.h"
#include "config.h"
#include "dead_letter.h"
#include "letter_show.h"
#include "scan.h"
#include "service_settings.h"
#include "shown.h"
#include "topics.h"

#include <stdio.h>
#include <string.h>

enum { LETTER_WORD = 2 /* after "dlq show" */, LIMIT = 1000, WRITE_MS = 10000, CLOSE_MS = 5000 };

static const char *const dead_letters[] = {TOPIC_JOBS_DLQ, TOPIC_EVENTS_DLQ};

/* One going through the letters. */
struct round {
    const struct options *options;
    struct kafka_settings settings;
    const char *wanted; /* the letter named; NULL: all */
    int64_t limit;
    int64_t count;
    int64_t refused;             /* letters that cannot go back */
    struct kafka_writer *writer; /* of retry */
    struct doc *list;            /* with --json */
    struct text out;
    struct fault fault; /* of a visit */
    void (*deal)(struct round *round, const struct kafka_message *letter);
};

static bool is_wanted(const struct round *round, const struct kafka_message *letter) {
    char id[LETTER_ID_SIZE];
    letter_id(letter, id);
    return round->wanted == NULL || strcmp(round->wanted, id) == 0;
}

static bool visit(const struct kafka_message *letter, void *context) {
    struct round *round = context;
    if (!is_wanted(round, letter))
        return true;
    round->count++;
    round->deal(round, letter);
    return round->fault.kind == FAULT_NONE && round->wanted == NULL && round->count < round->limit;
}

static bool has_enough(const struct round *round) {
    return round->count >= round->limit || (round->wanted != NULL && round->count > 0);
}

static bool scan_all(struct round *round, struct fault *fault) {
    bool fine = true;
    for (size_t i = 0; fine && i < COUNT_OF(dead_letters) && !has_enough(round); i++) {
        fine = kafka_scan(&round->settings, dead_letters[i], visit, round, fault);
        if (fine && round->fault.kind != FAULT_NONE) {
            *fault = round->fault;
            fine = false;
        }
    }
    if (fine && round->wanted != NULL && round->count == 0)
        return fault_set(fault, FAULT_GONE, round->wanted, "there is no such dead letter; keyturn dlq list shows them");
    return fine;
}

static bool load_settings(const char *path, struct kafka_settings *settings, struct fault *fault) {
    struct config *config = config_load(path, fault);
    if (config == NULL)
        return false;
    service_settings_kafka(config, "keyturn", settings);
    config_close(config);
    return true;
}

static void close_output(struct round *round, const char *verb) {
    if (round->options->json) {
        struct doc *whole = doc_object();
        doc_set(whole, "letters", round->list);
        round->list = NULL;
        doc_set_bool(whole, "limited", round->wanted == NULL && round->count >= round->limit);
        shown_doc(&round->out, whole);
        doc_close(whole);
    } else if (round->wanted == NULL) {
        text_format(&round->out, "%lld %s %s%s\n", (long long)round->count, round->count == 1 ? "letter" : "letters",
                    verb, round->count >= round->limit ? ", and perhaps more: --limit stopped here" : "");
    }
}

static int go_round(const struct options *options, const char *verb,
                    void (*deal)(struct round *round, const struct kafka_message *letter), bool writes) {
    struct fault fault = {.kind = FAULT_NONE};
    struct round round = {.options = options,
                          .wanted = options->word_count > LETTER_WORD ? options->words[LETTER_WORD] : NULL,
                          .limit = options->limit > 0 ? options->limit : LIMIT,
                          .list = options->json ? doc_array() : NULL,
                          .deal = deal};
    text_open(&round.out, SHOWN_MAX);
    bool done = load_settings(options->config, &round.settings, &fault);
    if (done && writes)
        done = (round.writer = kafka_writer_open(&round.settings, WRITE_MS, &fault)) != NULL;
    done = done && scan_all(&round, &fault);
    if (round.writer != NULL)
        kafka_writer_close(round.writer, CLOSE_MS);
    explicit_bzero(&round.settings, sizeof round.settings); /* passwords may be among the properties */
    close_output(&round, verb);
    struct fault unprinted;
    bool printed = (!done && round.count == 0) || shown_print(&round.out, &unprinted);
    text_close(&round.out);
    doc_close(round.list);
    if (!done)
        return command_fault(&fault);
    if (!printed)
        return command_fault(&unprinted);
    return round.refused > 0 ? EXIT_FAULT : EXIT_FINE;
}

static void add_to_list(struct round *round, const struct kafka_message *letter) {
    if (round->options->json)
        doc_add(round->list, letter_doc(letter, false));
    else
        letter_line(letter, &round->out);
}

static void add_whole(struct round *round, const struct kafka_message *letter) {
    if (round->options->json)
        doc_add(round->list, letter_doc(letter, true));
    else
        letter_page(letter, &round->out);
}

/* Told only once it is back. Of all letters, those that cannot go back do not keep the others. */
static void put_back(struct round *round, const struct kafka_message *letter) {
    char id[LETTER_ID_SIZE];
    letter_id(letter, id);
    if (dead_letter_retry(round->writer, letter, &round->fault)) {
        add_to_list(round, letter);
        return;
    }
    round->count--;
    text_clip(round->fault.where, sizeof round->fault.where, id);
    if (round->fault.kind != FAULT_INVALID || round->wanted != NULL)
        return;
    round->refused++;
    (void)command_fault(&round->fault);
    round->fault = (struct fault){.kind = FAULT_NONE};
}

int dlq_list_command(const struct options *options) {
    return go_round(options, "here", add_to_list, false);
}

int dlq_show_command(const struct options *options) {
    if (options->word_count != LETTER_WORD + 1)
        return command_refuse("dlq show needs one LETTER, as dlq list names them");
    return go_round(options, "shown", add_whole, false);
}

int dlq_retry_command(const struct options *options) {
    bool one = options->word_count == LETTER_WORD + 1;
    if (options->word_count > LETTER_WORD + 1 || one == options->all)
        return command_refuse("dlq retry needs one LETTER, or --all");
    return go_round(options, "put back", put_back, true);
}
