import Glibc

/// What is wrong with a table, a list, or a file to be written.
public enum DataError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file that cannot be read; the text is the system's reason.
    case unreadable(path: String, reason: String)
    /// A file that cannot be written; the code is the system's `errno`.
    case unwritable(path: String, code: Int32)
    /// A table or list that breaks a rule, at a line counted from 1.
    case line(path: String, line: Int, reason: String)
    /// A table that as a whole cannot be used.
    case table(path: String, reason: String)
    /// An output folder that holds images made with other parameters; the options that differ.
    case otherParameters(folder: String, found: String, asked: String)
    /// A file that holds other folds than those to be written; the text says how they differ.
    case otherFolds(path: String, found: String)
    /// A split that the table does not allow.
    case split(String)
    /// A list of augmentations that cannot be read.
    case augmentation(String)
    /// Rows that nothing can be trained on, or not as asked.
    case training(String)

    /// One line, the path in front.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .unwritable(let path, let code): "\(path): cannot be written: \(String(cString: strerror(code)))"
        case .line(let path, let line, let reason): "\(path):\(line): \(reason)"
        case .table(let path, let reason): "\(path): \(reason)"
        case .otherParameters(let folder, let found, let asked):
            "\(folder): holds images made with \(found), but \(asked) was requested; "
                + "name another --out, or give --force to make them again"
        case .otherFolds(let path, let found):
            "\(path): holds other folds (found \(found)); a run that uses them would validate on images that it trained "
                + "on; name another --out, or give --force to replace them"
        case .split(let reason), .augmentation(let reason), .training(let reason): reason
        }
    }

    /// Whether the failure is that one file's: another file beside it may well be written.
    var concernsOneFile: Bool {
        guard case .unwritable(_, let code) = self else { return true }
        return [EISDIR, ENAMETOOLONG, EINVAL, ENOTDIR, ELOOP, EILSEQ].contains(code)
    }
}
