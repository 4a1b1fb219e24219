import Glibc
import MammoBase

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
        let opened = open(FileName.bytes(of: path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // a pipe must not hold us up
        guard opened >= 0 else { throw .unreadable(FileName.reason(errno, path)) }
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
        guard place >= 0, place < count, length > 0 else { return [] }
        let wanted = min(length, count - place)
        load(place, wanted)
        let from = place - windowStart
        guard from >= 0, from < window.count else { return [] }
        return window[from..<min(from + wanted, window.count)]
    }

    /// An unsigned number of one to eight bytes; nil past the end.
    func number(at place: Int, bytes length: Int, bigEndian: Bool = false) -> Int? {
        guard place >= 0, place <= count - length else { return nil }
        load(place, length)
        let from = place - windowStart
        guard from >= 0, from + length <= window.count else { return nil }
        var number: UInt64 = 0
        for step in 0..<length {
            number = number << 8 | UInt64(window[bigEndian ? from + step : from + length - 1 - step])
        }
        return Int(truncatingIfNeeded: number)
    }

    /// Fills `buffer` from `place` on, past the window; false where the file ends before or cannot be read.
    func read(at place: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        guard place >= 0, place <= count - buffer.count else { return false }
        guard descriptor >= 0 else {
            window.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place..<place + buffer.count]))
            }
            return true
        }
        return Self.fill(buffer, from: descriptor, at: place) == buffer.count
    }

    /// Moves the window where it does not have the `wanted` bytes from `place` on.
    private func load(_ place: Int, _ wanted: Int) {
        if place >= windowStart && place + wanted <= windowStart + window.count { return }
        guard descriptor >= 0 else { return }
        let length = min(max(wanted, Self.windowSize), count - place)
        let descriptor = descriptor
        window = [UInt8](unsafeUninitializedCapacity: length) { buffer, filled in
            filled = Self.fill(UnsafeMutableRawBufferPointer(buffer), from: descriptor, at: place)
        }
        windowStart = place
    }

    /// Reads until `buffer` is full or nothing more comes; how many bytes came.
    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, at place: Int) -> Int {
        var filled = 0
        while filled < buffer.count {
            let got = pread(
                descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, off_t(place + filled))
            if got < 0 && errno == EINTR { continue }
            if got <= 0 { break }
            filled += got
        }
        return filled
    }
}
