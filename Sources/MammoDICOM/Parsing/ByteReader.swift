import Glibc

/// Bytes of a file or of memory at any place, without loading the whole: a window of 16 KB follows the reads.
///
/// Not a memory map: a file cut short by somebody else while it is read would end the process.
final class ByteReader {
    /// How many bytes there are.
    let count: Int

    private let descriptor: Int32
    private var window: [UInt8]
    private var windowStart = 0

    private static let windowSize = 1 << 14

    /// Opens a regular file.
    ///
    /// - Throws: `DICOMError.unreadable` with the system's reason.
    init(path: String) throws(DICOMError) {
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // a pipe must not hold us up
        guard opened >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
        var status = stat()
        var problem: String?
        if fstat(opened, &status) != 0 { problem = String(cString: strerror(errno)) }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFDIR { problem = "is a folder, expected a DICOM file" }
        if problem == nil && kind != S_IFREG { problem = "is not a regular file" }
        if let problem {
            close(opened)
            throw .unreadable(problem)
        }
        descriptor = opened
        count = Int(status.st_size)
        window = []
    }

    /// Reads from memory.
    init(_ bytes: [UInt8]) {
        descriptor = -1
        count = bytes.count
        window = bytes
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// `length` bytes from `place` on; fewer where the file ends or cannot be read.
    func bytes(at place: Int, count length: Int) -> ArraySlice<UInt8> {
        guard place >= 0, place < count else { return [] }
        let wanted = min(length, count - place)
        if place < windowStart || place + wanted > windowStart + window.count {
            guard descriptor >= 0 else { return [] }
            window = [UInt8](repeating: 0, count: max(wanted, Self.windowSize))
            windowStart = place
            var filled = 0
            while filled < window.count {
                let got = window.withUnsafeMutableBytes { buffer in
                    pread(
                        descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled,
                        off_t(place + filled))
                }
                if got < 0 && errno == EINTR { continue }
                if got <= 0 { break }
                filled += got
            }
            window.removeLast(window.count - filled)
        }
        let from = place - windowStart
        return window[from..<min(from + wanted, window.count)]
    }

    /// An unsigned number of two or four bytes; nil past the end.
    func number(at place: Int, bytes length: Int, bigEndian: Bool = false) -> Int? {
        let found = bytes(at: place, count: length)
        guard found.count == length else { return nil }
        return (bigEndian ? Array(found) : found.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
}
