/* Compares a text with a file beside the test, byte for byte. */
#ifndef KEYTURN_TEST_GOLDEN_H
#define KEYTURN_TEST_GOLDEN_H

/* Fails, showing the text, unless it is what golden/<name> holds. */
void golden_compare(const char *name, const char *text);

#endif
