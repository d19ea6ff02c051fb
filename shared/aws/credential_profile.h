/* Credentials from the files that the AWS CLI and the SDKs share: ~/.aws/credentials and ~/.aws/config.
 * Source: docs.aws.amazon.com/sdkref/latest/guide/file-format.html. Static keys only. */
#ifndef KEYTURN_CREDENTIAL_PROFILE_H
#define KEYTURN_CREDENTIAL_PROFILE_H

#include "credentials.h"

/* The static keys of AWS_PROFILE (or "default"): from AWS_SHARED_CREDENTIALS_FILE, else from AWS_CONFIG_FILE.
 * FAULT_CONFIG if there are none (naming the files), if a line cannot be read (naming it), or if the profile gets its
 * credentials in a way that is not supported (role_arn, credential_process, sso...). `found` is zeroed; the caller closes it. */
bool profile_find(struct credentials *found, struct fault *fault) MUST_CHECK;

#endif
