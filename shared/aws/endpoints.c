#include "endpoints.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

static const struct partition {
    const char *prefix; /* of its regions' names; the empty one takes the rest */
    const char *name;
    const char *domain;
    const char *iam_host;
    const char *iam_region;
    const char *regions[2]; /* two that are always enabled */
} partitions[] = {
    {"cn-",
     "aws-cn",
     "amazonaws.com.cn",
     "iam.cn-north-1.amazonaws.com.cn",
     "cn-north-1",
     {"cn-north-1", "cn-northwest-1"}},
    {"us-gov-",
     "aws-us-gov",
     "amazonaws.com",
     "iam.us-gov.amazonaws.com",
     "us-gov-west-1",
     {"us-gov-west-1", "us-gov-east-1"}},
    {"", "aws", "amazonaws.com", "iam.amazonaws.com", "us-east-1", {"us-east-1", "us-west-2"}},
};

static const struct {
    const char *name; /* in metrics */
    const char *signing;
    const char *host; /* the first label of its host name */
    const char *variable;
} services[AWS_SERVICE_COUNT] = {
    [AWS_IAM] = {"iam", "iam", "iam", "IAM"},
    [AWS_STS] = {"sts", "sts", "sts", "STS"},
    [AWS_SECRETSMANAGER] = {"secretsmanager", "secretsmanager", "secretsmanager", "SECRETS_MANAGER"},
    [AWS_SES] = {"ses", "ses", "email", "SESV2"},
};

const char *endpoint_service(enum aws_service service) {
    return services[service].name;
}

const char *endpoint_variable(enum aws_service service) {
    return services[service].variable;
}

static const struct partition *partition_of(const char *region) {
    const struct partition *partition = partitions;
    while (!text_starts(region, partition->prefix))
        partition++;
    return partition;
}

/* A region becomes part of a host name, so nothing but its own alphabet may be in it. */
static bool is_region(const char *region) {
    size_t length = strlen(region);
    return length >= 6 && length < REGION_SIZE && strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-") == length &&
           region[0] != '-';
}

bool endpoint_partition(const char *region, char partition[16], struct fault *fault) {
    static const char *const unserved[] = {"us-iso", "eu-isoe", "eusc-"};
    if (!is_region(region))
        return fault_set(fault, FAULT_CONFIG, "region", "\"%s\" is no region of AWS", region);
    for (size_t i = 0; i < COUNT_OF(unserved); i++)
        if (text_starts(region, unserved[i]))
            return fault_set(fault, FAULT_CONFIG, "region", "regions like \"%s\" are of a partition that is not served",
                             region);
    return text_copy(partition, 16, partition_of(region)->name);
}

const char *endpoint_second_region(const char *region) {
    const struct partition *partition = partition_of(region);
    return partition->regions[strcmp(region, partition->regions[0]) == 0 ? 1 : 0];
}

static const char *override_of(const struct aws_settings *settings, enum aws_service service) {
    if (settings->endpoints[service][0] != '\0')
        return settings->endpoints[service];
    return settings->endpoint[0] != '\0' ? settings->endpoint : NULL;
}

static void aws_own(const struct partition *partition, enum aws_service service, const char *region,
                    struct endpoint *endpoint) {
    if (service == AWS_IAM)
        snprintf(endpoint->host, sizeof endpoint->host, "%s", partition->iam_host);
    else
        snprintf(endpoint->host, sizeof endpoint->host, "%s.%s.%s", services[service].host, region, partition->domain);
    snprintf(endpoint->base, sizeof endpoint->base, "https://%.480s", endpoint->host);
}

static void drop_end(char *text, const char *end) {
    size_t length = strlen(text);
    size_t less = strlen(end);
    if (length >= less && strcmp(text + length - less, end) == 0)
        text[length - less] = '\0';
}

/* scheme://host[:port][/path], as http_url_allowed() has found it to be. */
static bool split(const char *url, struct endpoint *endpoint) {
    const char *host = strchr(url, ':');
    if (host == NULL || !text_starts(host, "://"))
        return false;
    host += strlen("://");
    size_t length = strcspn(host, "/");
    snprintf(endpoint->host, sizeof endpoint->host, "%.*s", (int)length, host);
    snprintf(endpoint->base, sizeof endpoint->base, "%.*s", (int)((size_t)(host - url) + length), url);
    snprintf(endpoint->path, sizeof endpoint->path, "%s", host + length);
    drop_end(endpoint->path, "/");
    drop_end(endpoint->host, text_starts(url, "https:") ? ":443" : ":80");
    return endpoint->host[0] != '\0';
}

bool endpoint_of(const struct aws_settings *settings, enum aws_service service, const char *region,
                 struct endpoint *endpoint, struct fault *fault) {
    const struct partition *partition = partition_of(region);
    const char *override = override_of(settings, service);
    *endpoint = (struct endpoint){.service = services[service].signing};
    if (!text_copy(endpoint->region, sizeof endpoint->region, service == AWS_IAM ? partition->iam_region : region))
        return fault_set(fault, FAULT_CONFIG, "endpoint", "\"%s\" is no region of AWS", region);
    if (override == NULL) {
        aws_own(partition, service, region, endpoint);
        return true;
    }
    return split(override, endpoint) ||
           fault_set(fault, FAULT_CONFIG, "endpoint", "\"%s\" is no absolute URL", override);
}
