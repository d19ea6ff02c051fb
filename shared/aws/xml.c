/* Nodes and texts lie in blocks that are freed together. While parsing, `open` is the element being read: a text counts when
 * its element closes without a child, so the layout between elements never becomes data. */
#include "xml.h"

#include "mem.h"
#include "text.h"

#include <expat.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024 };

struct xml {
    const char *name;
    const char *text; /* NULL while it has children */
    struct xml *parent;
    struct xml *first;
    struct xml *last;
    struct xml *next;
};

struct block {
    struct block *older;
    size_t used;
    size_t size;
    _Alignas(max_align_t) char bytes[];
};

struct tree {
    struct xml root; /* first, so that the root is the tree's address */
    struct block *blocks;
};

struct reader {
    XML_Parser parser;
    struct tree *tree;
    struct xml *open;
    struct text text;
    size_t depth;
    size_t nodes;
    const char *refusal; /* why we stopped it ourselves */
};

static void *take(struct tree *tree, size_t size) {
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    struct block *block = tree->blocks;
    if (block == NULL || block->size - block->used < size) {
        size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = mem_alloc(sizeof *block + room);
        *block = (struct block){.older = tree->blocks, .size = room};
        tree->blocks = block;
    }
    void *taken = block->bytes + block->used;
    block->used += size;
    return taken;
}

static char *take_copy(struct tree *tree, const char *text, size_t length) {
    char *copy = take(tree, length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static void refuse(struct reader *reader, const char *reason) {
    reader->refusal = reason;
    XML_StopParser(reader->parser, XML_FALSE);
}

static struct xml *add_child(struct reader *reader) {
    struct xml *parent = reader->open;
    if (parent == NULL)
        return &reader->tree->root;
    struct xml *node = take(reader->tree, sizeof *node);
    *node = (struct xml){.parent = parent};
    if (parent->last == NULL)
        parent->first = node;
    else
        parent->last->next = node;
    parent->last = node;
    return node;
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **attributes) {
    struct reader *reader = context;
    (void)attributes;
    if (reader->refusal != NULL)
        return;
    if (++reader->depth > XML_MAX_DEPTH) {
        refuse(reader, "its elements are nested too deeply");
        return;
    }
    if (++reader->nodes > XML_MAX_NODES) {
        refuse(reader, "it has too many elements");
        return;
    }
    reader->open = add_child(reader);
    reader->open->name = take_copy(reader->tree, name, strlen(name));
    text_reset(&reader->text);
}

static void XMLCALL on_end(void *context, const XML_Char *name) {
    struct reader *reader = context;
    (void)name;
    if (reader->refusal != NULL)
        return;
    if (reader->open->first == NULL)
        reader->open->text = take_copy(reader->tree, reader->text.bytes, reader->text.length);
    text_reset(&reader->text);
    reader->open = reader->open->parent;
    reader->depth--;
}

static void XMLCALL on_text(void *context, const XML_Char *bytes, int length) {
    struct reader *reader = context;
    if (reader->refusal == NULL && !text_append(&reader->text, bytes, (size_t)length))
        refuse(reader, "a text in it is too long");
}

static void XMLCALL on_document_type(void *context, const XML_Char *name, const XML_Char *system,
                                     const XML_Char *public, int internal) {
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    refuse(context, "it has a document type, which no answer of AWS has");
}

static void not_xml(const struct reader *reader, const char *where, struct fault *fault) {
    const char *reason = reader->refusal != NULL ? reader->refusal : XML_ErrorString(XML_GetErrorCode(reader->parser));
    fault_set(fault, FAULT_INVALID, where, "not XML we take at line %lu, column %lu: %s",
              (unsigned long)XML_GetCurrentLineNumber(reader->parser),
              (unsigned long)XML_GetCurrentColumnNumber(reader->parser), reason);
}

static bool read_tree(struct reader *reader, const char *bytes, size_t length, const char *where, struct fault *fault) {
    static const XML_Memory_Handling_Suite wiped = {mem_alloc, mem_grow, mem_free};
    reader->parser = XML_ParserCreate_MM("UTF-8", &wiped, NULL);
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_start, on_end);
    XML_SetCharacterDataHandler(reader->parser, on_text);
    XML_SetStartDoctypeDeclHandler(reader->parser, on_document_type);
    bool read = XML_Parse(reader->parser, bytes, (int)length, XML_TRUE) == XML_STATUS_OK && reader->refusal == NULL;
    if (!read)
        not_xml(reader, where, fault);
    XML_ParserFree(reader->parser);
    return read;
}

struct xml *xml_parse(const char *bytes, size_t length, const char *where, struct fault *fault) {
    if (length > XML_MAX_BYTES) {
        fault_set(fault, FAULT_INVALID, where, "%zu bytes of XML are more than the %d allowed", length,
                  (int)XML_MAX_BYTES);
        return NULL;
    }
    struct reader reader = {.tree = mem_zero(1, sizeof *reader.tree)};
    text_open(&reader.text, XML_MAX_BYTES);
    bool read = read_tree(&reader, bytes, length, where, fault);
    text_close(&reader.text);
    if (read)
        return &reader.tree->root;
    xml_close(&reader.tree->root);
    return NULL;
}

void xml_close(struct xml *root) {
    struct tree *tree = (struct tree *)root;
    if (tree == NULL)
        return;
    while (tree->blocks != NULL) {
        struct block *block = tree->blocks;
        tree->blocks = block->older;
        mem_free(block);
    }
    mem_free(tree);
}

const char *xml_name(const struct xml *node) {
    return node != NULL ? node->name : NULL;
}

static const struct xml *named_from(const struct xml *node, const char *name, size_t length) {
    while (node != NULL && (strncmp(node->name, name, length) != 0 || node->name[length] != '\0'))
        node = node->next;
    return node;
}

const struct xml *xml_at(const struct xml *node, const char *path) {
    while (node != NULL && *path != '\0') {
        size_t length = strcspn(path, ".");
        node = named_from(node->first, path, length);
        path += path[length] == '.' ? length + 1 : length;
    }
    return node;
}

const char *xml_text(const struct xml *node) {
    return node != NULL ? node->text : NULL;
}

const struct xml *xml_first(const struct xml *node, const char *name) {
    return node != NULL ? named_from(node->first, name, strlen(name)) : NULL;
}

const struct xml *xml_next(const struct xml *node) {
    return node != NULL ? named_from(node->next, node->name, strlen(node->name)) : NULL;
}

bool xml_take(const struct xml *node, const char *path, char *to, size_t size) {
    const char *text = xml_text(xml_at(node, path));
    return text != NULL && text[0] != '\0' && text_copy(to, size, text);
}
