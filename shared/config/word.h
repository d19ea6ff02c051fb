/* What a text setting may look like. Pure predicates, for the rows of settings.c. */
#ifndef KEYTURN_CONFIG_WORD_H
#define KEYTURN_CONFIG_WORD_H

#include "base.h"

/* 12 digits. */
bool word_account(const char *text);

/* 12 digits, or a pattern of digits, '*' and '?'. */
bool word_account_pattern(const char *text);

/* arn:<partition>:iam::<12 digits>:role/<name>. */
bool word_role(const char *text);

/* Letters, digits and '-', as "eu-central-1"; or empty. */
bool word_region(const char *text);

/* http:// or https:// and a host, without user, query or blank; or empty. */
bool word_endpoint(const char *text);

/* A host name or an address, without scheme, port or path. */
bool word_host(const char *text);

/* host:port, or empty. */
bool word_listen(const char *text);

/* host:port, several separated by commas. */
bool word_brokers(const char *text);

/* An address with one '@', no blanks, or empty. */
bool word_mail(const char *text);

/* Letters, digits, '_', '-' and '.', at least one. */
bool word_name(const char *text);

/* Letters, digits, '_', '-', '.' and ':'; may be empty. */
bool word_prefix(const char *text);

/* Letters, digits, '_', '-', '.', ':' and '/', at least one, and not AWS's own "aws:". */
bool word_tag_prefix(const char *text);

/* Begins and ends with '/'. */
bool word_path(const char *text);

/* The name of a time zone, as "Europe/Berlin" or "UTC", which is the path of a file in a folder; or empty. */
bool word_zone(const char *text);

/* A time of day, as "22:00". */
bool word_clock(const char *text);

#endif
