// libcurl, opened at run time by those who send something: requests over HTTP and HTTPS. No header of libcurl's is needed.
#ifndef CCURL_H
#define CCURL_H

#include <stddef.h>

#include "cmessage.h"

/// One connection, used from one thread at a time.
typedef struct ccurl ccurl;

typedef struct {
    /// Where to: http:// or https://.
    const char *url;
    /// Lines such as "Content-Type: application/json", NULL at the end.
    const char *const *headers;
    /// What a POST carries; NULL for a GET, and where `file` is given.
    const char *body;
    size_t body_bytes;
    /// A file that a PUT carries; NULL for none.
    const char *file;
    /// Name and password of HTTP's basic scheme; NULL for none.
    const char *user, *password;
    /// A file of certificates that the server's is checked by; NULL for those that libcurl has.
    const char *authorities;
    /// Milliseconds to connect, and for all of it; 0: no limit on all of it.
    int connect_ms, total_ms;
    /// A transfer that stands still for so many seconds has failed; 0: never.
    int stall_seconds;
    /// Non-zero: proxies that the environment names are passed over.
    int bypasses_proxies;
    /// Non-zero: a connection of its own. libcurl sends a request twice where an old connection breaks before the answer.
    int once;
} ccurl_request;

typedef struct {
    /// HTTP's status.
    long status;
    /// The beginning of what came back, at most 1 MB, to be freed by `ccurl_free`.
    char *body;
    size_t body_bytes;
} ccurl_response;

/// Opens libcurl.
///
/// - path: the library's file, or its name where the loader finds it: libcurl.so.4.
/// - message: why not, in one line.
/// Returns NULL where the library is missing or is none.
ccurl *ccurl_open(const char *path, cmessage *message);

/// Closes the connection; the library stays open until the process ends.
void ccurl_close(ccurl *connection);

/// Sends a request and waits for the answer. Certificates are checked, and redirections are not followed: they would
/// take credentials elsewhere.
///
/// - message: why there was no answer, in one line; never with credentials.
/// Returns 1 where there was an answer, whatever its status, else 0.
int ccurl_perform(ccurl *connection, const ccurl_request *request, ccurl_response *response, cmessage *message);

/// Frees an answer's body.
void ccurl_free(ccurl_response *response);

#endif
