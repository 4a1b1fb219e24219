#include "ccurl.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clibrary.h"

// From curl.h; these numbers are part of libcurl's binary interface and never change.
enum {
    timeout_ms = 155,
    connect_timeout_ms = 156,
    low_speed_limit = 19,
    low_speed_time = 20,
    no_progress = 43,
    upload = 46,
    post = 47,
    fresh_connect = 74,
    http_get = 80,
    no_signal = 99,
    write_data = 10001,
    url = 10002,
    proxy = 10004,
    read_data = 10009,
    error_buffer = 10010,
    post_fields = 10015,
    authorities_file = 10065,
    user_agent = 10018,
    http_header = 10023,
    user_name = 10173,
    user_password = 10174,
    write_function = 20011,
    file_bytes = 30115,
    post_bytes = 30120,
    response_code = 0x200002,
    global_all = 3,
    error_bytes = 256,
    most_bytes = 1 << 20
};

struct ccurl {
    void *handle;
    void (*cleanup)(void *);
    void (*reset)(void *);
    int (*set)(void *, int, ...);
    int (*get)(void *, int, ...);
    int (*perform)(void *);
    void *(*append)(void *, const char *);
    void (*free_list)(void *);
    const char *(*reason)(int);
};

ccurl *ccurl_open(const char *path, cmessage *message) {
    void *library = clibrary_open(path, message);
    if (!library) return NULL;
    ccurl found;
    void *(*make)(void);
    int (*begin)(long);
    const int is_whole = clibrary_find(library, "curl_global_init", &begin) &&
                         clibrary_find(library, "curl_easy_init", &make) &&
                         clibrary_find(library, "curl_easy_cleanup", &found.cleanup) &&
                         clibrary_find(library, "curl_easy_reset", &found.reset) &&
                         clibrary_find(library, "curl_easy_setopt", &found.set) &&
                         clibrary_find(library, "curl_easy_getinfo", &found.get) &&
                         clibrary_find(library, "curl_easy_perform", &found.perform) &&
                         clibrary_find(library, "curl_slist_append", &found.append) &&
                         clibrary_find(library, "curl_slist_free_all", &found.free_list) &&
                         clibrary_find(library, "curl_easy_strerror", &found.reason);
    found.handle = is_whole && begin(global_all) == 0 ? make() : NULL;
    ccurl *connection = found.handle ? malloc(sizeof *connection) : NULL;
    if (!connection) {
        char text[sizeof message->text];
        snprintf(text, sizeof text, "%s: no libcurl that can be used", path);
        cmessage_say(message, text);
        return NULL;
    }
    *connection = found;
    return connection;
}

void ccurl_close(ccurl *connection) {
    if (!connection) return;
    connection->cleanup(connection->handle);
    free(connection);
}

static size_t take(const char *bytes, size_t size, size_t count, void *place) {
    ccurl_response *response = place;
    const size_t all = size * count, room = most_bytes - response->body_bytes, more = all < room ? all : room;
    char *grown = realloc(response->body, response->body_bytes + more + 1);
    if (!grown) return 0;
    memcpy(grown + response->body_bytes, bytes, more);
    response->body = grown;
    response->body_bytes += more;
    return all;
}

static int describe(const ccurl *c, const ccurl_request *request, FILE *file, long long bytes) {
    void *h = c->handle;
    int bad = c->set(h, url, request->url) | c->set(h, no_signal, 1L) | c->set(h, no_progress, 1L) |
              c->set(h, user_agent, "mammo") | c->set(h, connect_timeout_ms, (long)request->connect_ms) |
              c->set(h, timeout_ms, (long)request->total_ms);
    if (request->stall_seconds > 0) {
        bad |= c->set(h, low_speed_limit, 1L) | c->set(h, low_speed_time, (long)request->stall_seconds);
    }
    if (request->authorities) bad |= c->set(h, authorities_file, request->authorities);
    if (request->once) bad |= c->set(h, fresh_connect, 1L);
    if (request->bypasses_proxies) bad |= c->set(h, proxy, "");
    if (request->user) bad |= c->set(h, user_name, request->user);
    if (request->password) bad |= c->set(h, user_password, request->password);
    if (file) {
        bad |= c->set(h, upload, 1L) | c->set(h, read_data, (void *)file) | c->set(h, file_bytes, bytes);
    } else if (request->body) {
        bad |= c->set(h, post, 1L) | c->set(h, post_bytes, (long long)request->body_bytes) |
               c->set(h, post_fields, request->body);
    } else {
        bad |= c->set(h, http_get, 1L);
    }
    return bad;
}

int ccurl_perform(ccurl *connection, const ccurl_request *request, ccurl_response *response, cmessage *message) {
    char text[sizeof message->text], reason[error_bytes] = "";
    *response = (ccurl_response){0};
    FILE *file = NULL;
    struct stat status = {0};
    if (request->file && (!(file = fopen(request->file, "rbe")) || fstat(fileno(file), &status) != 0)) {
        snprintf(text, sizeof text, "%s: cannot be read", request->file);
        cmessage_say(message, text);
        if (file) fclose(file);
        return 0;
    }
    connection->reset(connection->handle);
    void *list = NULL;
    for (const char *const *line = request->headers; line && *line; line++) list = connection->append(list, *line);
    int code = describe(connection, request, file, status.st_size) | connection->set(connection->handle, http_header, list) |
               connection->set(connection->handle, error_buffer, reason) |
               connection->set(connection->handle, write_function, take) |
               connection->set(connection->handle, write_data, (void *)response);
    if (code == 0) code = connection->perform(connection->handle);
    if (code == 0) connection->get(connection->handle, response_code, &response->status);
    connection->free_list(list);
    // The list, the texts and the buffers are this call's.
    connection->reset(connection->handle);
    if (file) fclose(file);
    if (code == 0) return 1;
    cmessage_say(message, *reason ? reason : connection->reason(code));
    ccurl_free(response);
    return 0;
}

void ccurl_free(ccurl_response *response) {
    free(response->body);
    *response = (ccurl_response){0};
}
