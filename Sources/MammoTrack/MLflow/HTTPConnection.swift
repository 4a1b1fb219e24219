import CCURL
import CMessage
import Glibc
import MammoBase

/// A connection to a tracking server over libcurl, which is opened here and not before: it knows certificates and proxies. Used from
/// one thread at a time.
final class HTTPConnection {
    /// What is sent.
    enum Content {
        /// A question.
        case nothing
        /// JSON, by POST.
        case json(String)
        /// A file's bytes, by PUT.
        case file(String)
    }

    /// HTTP's status and what came with it.
    typealias Answer = (status: Int, body: [UInt8])

    private let uri: TrackingURI
    private let credentials: TrackingCredentials
    private let handle: OpaquePointer
    /// Milliseconds that a connection may take.
    private static let connecting: Int32 = 5000
    /// Seconds that a transfer may stand still.
    private static let standing: Int32 = 20

    /// Opens libcurl; nothing is sent yet.
    ///
    /// - Throws: `TrackingError.noLibrary`.
    init(_ uri: TrackingURI, _ credentials: TrackingCredentials) throws(TrackingError) {
        var message = cmessage()
        guard let handle = ccurl_open("libcurl.so.4", &message) else { throw .noLibrary(message.string) }
        (self.uri, self.credentials, self.handle) = (uri, credentials, handle)
    }

    deinit { ccurl_close(handle) }

    /// Sends a request and waits for the answer.
    ///
    /// - Parameters:
    ///   - content: What is sent.
    ///   - path: What follows the server's address, from its slash on.
    ///   - seconds: The most that it may take.
    ///   - once: Whether the server must not get it twice, as may happen where an old connection breaks.
    /// - Returns: The answer, whatever its status.
    /// - Throws: `TrackingError.unreachable`.
    func send(
        _ content: Content, to path: String, within seconds: Double, once: Bool = false
    ) throws(TrackingError) -> Answer {
        var lines = ["Expect:"]
        if let token = credentials.token { lines.append("Authorization: Bearer \(token)") }
        var (body, file): (String?, String?) = (nil, nil)
        switch content {
        case .nothing: break
        case .json(let text):
            body = text
            lines.append("Content-Type: application/json")
        case .file(let path):
            file = path
            lines.append("Content-Type: application/octet-stream")
        }
        var (response, message) = (ccurl_response(), cmessage())
        let isAnswered = Self.withStrings(lines) { headers in
            Self.withStrings(
                [
                    uri.description + path, body, file, credentials.user, credentials.password, credentials.authorities,
                ]
            ) { texts in
                var request = ccurl_request()
                (request.url, request.body, request.file) = (texts[0], texts[1], texts[2])
                (request.user, request.password, request.authorities) = (texts[3], texts[4], texts[5])
                request.body_bytes = body?.utf8.count ?? 0
                request.connect_ms = Self.connecting
                request.total_ms = Int32(clamping: Int(max(seconds, 0.1) * 1000))
                request.stall_seconds = Self.standing
                request.bypasses_proxies = uri.isLocal ? 1 : 0
                request.once = once ? 1 : 0
                return headers.withUnsafeBufferPointer { lines in
                    request.headers = lines.baseAddress
                    return ccurl_perform(handle, &request, &response, &message) != 0
                }
            }
        }
        guard isAnswered else { throw .unreachable(uri, reason: message.string) }
        defer { ccurl_free(&response) }
        let bytes = UnsafeRawBufferPointer(start: response.body, count: response.body_bytes)
        return (Int(response.status), Array(bytes))
    }

    /// Texts as C has them, a null pointer for each that is nil and one behind the last.
    private static func withStrings<Result>(
        _ strings: [String?], _ body: ([UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { $0.flatMap { strdup($0) } }
        defer { copies.forEach { free($0) } }
        return body(copies.map { $0.map { UnsafePointer($0) } } + [nil])
    }
}
