/* Dead letters as people and scripts see them. Owns nothing. */
#ifndef KEYTURN_LETTER_SHOW_H
#define KEYTURN_LETTER_SHOW_H

#include "doc.h"
#include "kafka.h"
#include "text.h"

enum { LETTER_ID_SIZE = 64 };

/* A letter's name on the command line: "jobs/0/12", of keyturn.jobs.dlq.v1, partition 0, offset 12. */
void letter_id(const struct kafka_message *letter, char id[LETTER_ID_SIZE]);

/* One line: name, when, why, whose. */
void letter_line(const struct kafka_message *letter, struct text *out);

/* The letter as a document: id, key, from (topic, partition, offset), code, message, time, bytes; `whole`: its headers and its value too, `text` where it is UTF-8, else
 * `hex`. The caller closes it. */
struct doc *letter_doc(const struct kafka_message *letter, bool whole);

/* The same for people: a row for each header, then the value. */
void letter_page(const struct kafka_message *letter, struct text *out);

#endif
