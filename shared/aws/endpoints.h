/* Where a service of AWS answers, and what its requests are signed for. Pure, over constant tables.
 * Source: docs.aws.amazon.com/general/latest/gr/ (endpoints and quotas), and the SDKs' rules for AWS_ENDPOINT_URL. */
#ifndef KEYTURN_ENDPOINTS_H
#define KEYTURN_ENDPOINTS_H

#include "aws.h"

struct endpoint {
    char base[AWS_URL_SIZE];  /* "https://sts.eu-west-1.amazonaws.com", no slash at its end */
    char host[AWS_URL_SIZE];  /* as the Host header says it, with a port that is not the scheme's own */
    char path[AWS_URL_SIZE];  /* what an override put behind the host: "" mostly */
    char region[REGION_SIZE]; /* signed for: IAM has one control region in each partition */
    const char *service;      /* signed for: "iam", "sts", "secretsmanager", "ses" */
};

/* A service's short name, as metrics and signatures carry it. */
const char *endpoint_service(enum aws_service service);

/* The suffix of AWS_ENDPOINT_URL_ for a service: "IAM", "SECRETS_MANAGER", "SESV2". */
const char *endpoint_variable(enum aws_service service);

/* "aws", "aws-cn" or "aws-us-gov". FAULT_CONFIG if the region's name is none, or of a partition that is not served. */
bool endpoint_partition(const char *region, char partition[16], struct fault *fault) MUST_CHECK;

/* Another region of the same partition: where a new key is tried a second time unless the configuration names one. */
const char *endpoint_second_region(const char *region);

/* The endpoint of a service for calls about `region`. False, FAULT_CONFIG, if an override is too long. */
bool endpoint_of(const struct aws_settings *settings, enum aws_service service, const char *region,
                 struct endpoint *endpoint, struct fault *fault) MUST_CHECK;

#endif
