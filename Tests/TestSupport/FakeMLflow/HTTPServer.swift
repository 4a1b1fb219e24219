import Foundation
import Glibc

/// A small HTTP server on a port of 127.0.0.1, a thread for each connection: what a client of it sees when a server fails is what
/// its handler says.
package final class HTTPServer: @unchecked Sendable {
    /// A request, whole.
    package struct Request: Sendable {
        package var method: String
        package var path: String
        /// Names in lower case.
        package var headers: [String: String]
        package var body: [UInt8]
    }

    /// What becomes of a request.
    package enum Response: Sendable {
        /// A status and a body.
        case answer(Int, [UInt8])
        /// The connection is closed without a word.
        case close
        /// Nothing comes until the server ends.
        case hang
    }

    package let port: UInt16
    private let socket: Int32
    private let handle: @Sendable (Request) -> Response
    private let lock = NSLock()
    private var connections: Set<Int32> = []
    private var isEnded = false

    private struct Failure: Error { var code: Int32 }

    /// Listens.
    ///
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - handle: Answers a request, in the thread of its connection.
    /// - Throws: Where there is no such port.
    package init(port: UInt16 = 0, handle: @escaping @Sendable (Request) -> Response) throws {
        self.handle = handle
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 64) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw Failure(code: errno) }
        (self.socket, self.port) = (socket, UInt16(bigEndian: address.sin_port))
        signal(SIGPIPE, SIG_IGN)
        Thread { [self] in acceptAll() }.start()
    }

    /// Ends it: nothing listens any more, and all connections are cut.
    package func end() {
        lock.withLock {
            guard !isEnded else { return }
            isEnded = true
            for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
            shutdown(socket, Int32(SHUT_RDWR))
        }
    }

    private func acceptAll() {
        while true {
            let connection = accept(socket, nil, nil)
            let goesOn = lock.withLock { () -> Bool in
                if connection >= 0 && !isEnded { connections.insert(connection) }
                return !isEnded
            }
            guard goesOn, connection >= 0 else {
                if connection >= 0 { close(connection) }
                if goesOn { continue }
                break
            }
            Thread { [self] in serve(connection) }.start()
        }
        close(socket)
    }

    private func serve(_ connection: Int32) {
        defer {
            lock.withLock { _ = connections.remove(connection) }
            close(connection)
        }
        var buffer: [UInt8] = []
        while let request = read(connection, &buffer) {
            switch handle(request) {
            case .close: return
            case .hang:
                var byte: UInt8 = 0
                // Until the client gives up, or the server ends.
                while recv(connection, &byte, 1, 0) > 0 {}
                return
            case .answer(let status, let body):
                let head =
                    "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
                guard write(connection, Array(head.utf8) + body) else { return }
            }
        }
    }

    /// The next request; nil where the client has none.
    private func read(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        let blank = Array("\r\n\r\n".utf8)
        var end = buffer.firstRange(of: blank)
        while end == nil {
            guard fill(connection, &buffer) else { return nil }
            end = buffer.firstRange(of: blank)
        }
        guard let end else { return nil }
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let first = lines[0].split(separator: " ").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        buffer.removeSubrange(..<end.upperBound)
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while buffer.count < length { guard fill(connection, &buffer) else { return nil } }
        let body = Array(buffer[..<length])
        buffer.removeSubrange(..<length)
        guard first.count >= 2 else { return nil }
        return Request(method: first[0], path: first[1], headers: headers, body: body)
    }

    private func fill(_ connection: Int32, _ buffer: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(connection, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var left = bytes[...]
        while !left.isEmpty {
            let count = left.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return false }
            left = left.dropFirst(count)
        }
        return true
    }
}
