/* The table: what happened to one key within a minute is one line, in the order it happened; mails, which come seconds later, stand in the
 * line of what they tell. */
#include "journal_rows.h"
#include "mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BURST_MS = 60 * 1000, MAIL_MS = 10 * 60 * 1000, NAME_SIZE = USER_NAME_SIZE + 16 };

struct line {
    size_t key;
    int64_t at_ms;
    char text[JOURNAL_LINE];
    char letter[JOURNAL_WHAT]; /* "mail created to", if that is what it ends with */
};

/* One person's lines. */
struct page {
    const struct journal *journal;
    const struct entry **own;
    size_t own_count;
    struct line *lines;
    size_t count;
};

static void begin_line(struct page *page, const struct entry *entry, size_t key) {
    char name[NAME_SIZE];
    char label[16] = "-";
    const struct person *person = &page->journal->persons[entry->person];
    int64_t minutes = (entry->at_ms - page->journal->began_ms) / 60000;
    struct line *line = &page->lines[page->count++];
    snprintf(name, sizeof name, person->number > 1 ? "%s#%u" : "%s", person->name, person->number);
    if (key != 0)
        snprintf(label, sizeof label, "k%u", page->journal->keys[key - 1].number);
    line->key = key;
    line->at_ms = entry->at_ms;
    snprintf(line->text, sizeof line->text, "%3" PRId64 "d %02" PRId64 ":%02" PRId64 "  %-22s %-3s ", minutes / 1440,
             minutes / 60 % 24, minutes % 60, name, label);
}

/* "mail created to ann@example.com" after "mail created to ..." is "and ann@example.com". */
static void add_to_line(struct line *line, const char *what, bool first) {
    char letter[JOURNAL_WHAT] = "";
    const char *address = strrchr(what, ' ');
    size_t used = strlen(line->text);
    if (text_starts(what, "mail ") && address != NULL)
        snprintf(letter, sizeof letter, "%.*s", (int)(address - what), what);
    bool again = letter[0] != '\0' && strcmp(letter, line->letter) == 0;
    snprintf(line->text + used, sizeof line->text - used, "%s%s",
             again   ? " and"
             : first ? " "
                     : ", ",
             again ? address : what);
    memcpy(line->letter, letter, sizeof letter);
}

/* What names no key belongs to the key named next within the burst, else to the one named last. */
static size_t key_at(const struct page *page, size_t at, size_t last) {
    const struct entry *const *own = page->own;
    for (size_t i = at; i < page->own_count && own[i]->at_ms - own[at]->at_ms < BURST_MS; i++)
        if (own[i]->key != 0)
            return own[i]->key;
    return last;
}

/* The line a mail belongs to: the last one about its key. */
static struct line *line_of_mail(const struct page *page, const struct entry *entry) {
    for (size_t i = page->count; i > 0 && entry->at_ms - page->lines[i - 1].at_ms < MAIL_MS; i--)
        if (page->lines[i - 1].key == entry->key)
            return &page->lines[i - 1];
    return NULL;
}

static void add_entry(struct page *page, size_t at) {
    const struct entry *entry = page->own[at];
    struct line *last = page->count == 0 ? NULL : &page->lines[page->count - 1];
    struct line *told = text_starts(entry->what, "mail ") ? line_of_mail(page, entry) : NULL;
    bool near = last != NULL && entry->at_ms - last->at_ms < BURST_MS;
    size_t key = key_at(page, at, near ? last->key : 0);
    bool goes_on = told != NULL || (near && last->key == key);
    if (!goes_on)
        begin_line(page, entry, key);
    add_to_line(told != NULL ? told : &page->lines[page->count - 1], entry->what, !goes_on);
}

static void print_person(struct page *page, size_t person, struct text *out) {
    const struct journal *journal = page->journal;
    page->own_count = page->count = 0;
    for (size_t i = 0; i < journal->count; i++)
        if (journal->entries[i].person == person)
            page->own[page->own_count++] = &journal->entries[i];
    page->lines = mem_zero(page->own_count + 1, sizeof *page->lines);
    for (size_t i = 0; i < page->own_count; i++)
        add_entry(page, i);
    for (size_t i = 0; i < page->count; i++) {
        text_add(out, page->lines[i].text);
        text_add(out, "\n");
    }
    mem_free(page->lines);
}

void journal_print(const struct journal *journal, struct text *out) {
    struct page page = {.journal = journal, .own = mem_zero(journal->count + 1, sizeof *page.own)};
    for (size_t person = 0; person < journal->person_count; person++)
        print_person(&page, person, out);
    mem_free(page.own);
}
