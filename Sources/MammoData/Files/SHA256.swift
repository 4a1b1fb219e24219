import CLibCrypto

/// SHA-256 (FIPS 180-4) by OpenSSL.
public enum SHA256Digest {
    /// The digest as 64 hexadecimal digits.
    public static func hex(of bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        return hexadecimal(digest)
    }

    /// The digest of a file's contents, of any size.
    ///
    /// - Throws: `DataError.unreadable`.
    package static func hex(ofFile path: String) throws(DataError) -> String {
        let stream = SHA256Stream()
        do { try Files.read(path) { stream.update($0) } } catch let error as DataError {
            throw error
        } catch {
            preconditionFailure("nothing else is thrown")
        }
        return stream.hex()
    }

    fileprivate static func hexadecimal(_ digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// SHA-256 of what comes piece by piece.
final class SHA256Stream {
    private let context: OpaquePointer

    init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("OpenSSL has SHA-256, and memory for it")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    func update(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

    /// The digest of all that came; to be asked for once.
    func hex() -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        EVP_DigestFinal_ex(context, &digest, nil)
        return SHA256Digest.hexadecimal(digest)
    }
}
