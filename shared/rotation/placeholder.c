#include "placeholder.h"

#include "secretsmanager.h"
#include "tags.h"
#include "text.h"

bool placeholder_make(struct aws *aws, const struct config *config, const char *name, const char *user,
                      struct fault *fault) {
    struct secret_tag tags[CONFIG_TAG_MAX + 1];
    size_t count = 0;
    text_clip(tags[count].key, sizeof tags[count].key, TAG_USER);
    text_clip(tags[count].value, sizeof tags[count].value, user);
    count++;
    for (size_t i = 0; i < config->secrets.tag_count; i++, count++) {
        text_clip(tags[count].key, sizeof tags[count].key, config->secrets.tags[i].name);
        text_clip(tags[count].value, sizeof tags[count].value, config->secrets.tags[i].value);
    }
    return secrets_create_placeholder(aws, name, config->secrets.kms_key_id, tags, count, fault);
}
