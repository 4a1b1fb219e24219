import MammoData

/// A line of one of a run's tables.
public protocol RunRecord: Sendable {
    /// The header.
    static var columns: [String] { get }
    /// The headers of earlier versions, over the same columns or fewer.
    static var formerColumns: [[String]] { get }
    /// What rises from line to line: the step or the epoch.
    var number: Int { get }
    /// As many as columns, without commas or quotes; numbers in as many digits as read back to the same bits.
    var fields: [String] { get }
    /// Reads what `fields` wrote; nil for anything else.
    init?(fields: [String])
}

extension RunRecord {
    /// None, unless columns were renamed or added.
    public static var formerColumns: [[String]] { [] }
}

/// steps.csv.
public typealias StepLog = RunLog<StepRecord>
/// epochs.csv.
public typealias EpochLog = RunLog<EpochRecord>

/// A table of a run that grows line by line. A run that is resumed at its checkpoint cuts off the steps that it is about
/// to repeat: by the end the file has one line for each step, in order, as that of an undisturbed run.
public final class RunLog<Record: RunRecord> {
    /// What the file held and keeps.
    public let earlier: [Record]
    private let file: AppendedFile
    private var waiting: [String] = []
    private var lastWrite = ContinuousClock.now
    private let interval: Duration

    /// Begins a table or continues one.
    ///
    /// - Parameters:
    ///   - path: The file; an existing one is cut or, with `last` 0, emptied.
    ///   - last: The last step or epoch that the checkpoint has; 0 for a new run.
    ///   - interval: Lines wait at most as long in memory, as long as lines come.
    /// - Throws: `DataError` where the file cannot be read or written or is another table.
    public init(path: String, keepingTo last: Int, interval: Duration = .seconds(1)) throws(DataError) {
        self.interval = interval
        var kept: Kept = ([], 0, false)
        if last > 0 && Files.status(of: path) != nil { kept = try Self.kept(path, last) }
        earlier = kept.records
        try Files.truncate(path, to: kept.bytes)
        if kept.isFormer { try Self.rewrite(kept.records, to: path) }
        file = try AppendedFile(path: path)
        if kept.bytes == 0 { try file.append(Self.header) }
    }

    /// Adds a line, which is in the file after the next `flush` at the latest.
    ///
    /// - Parameter record: What is known of a step or an epoch.
    /// - Throws: `DataError.unwritable`; the line stays in memory and is tried again with the next.
    public func append(_ record: Record) throws(DataError) {
        waiting.append(record.fields.joined(separator: ","))
        if ContinuousClock.now - lastWrite >= interval || waiting.count >= 1000 { try flush() }
    }

    /// Writes what waits: before a checkpoint, so that it never knows of a step that the table does not, and at the end.
    ///
    /// - Throws: `DataError.unwritable`.
    public func flush() throws(DataError) {
        guard !waiting.isEmpty else { return }
        try file.append(waiting.joined(separator: "\n"))
        waiting = []
        lastWrite = .now
    }

    /// Reads a table, all but a last line that a killed process left torn.
    ///
    /// - Parameter path: The file.
    /// - Returns: Its lines.
    /// - Throws: `DataError` where it cannot be read or is another table.
    public static func read(_ path: String) throws(DataError) -> [Record] { try kept(path, .max).records }

    private static var header: String { Record.columns.joined(separator: ",") }

    /// Puts this version's columns in the place of a former one's.
    private static func rewrite(_ records: [Record], to path: String) throws(DataError) {
        let lines = [header] + records.map { $0.fields.joined(separator: ",") }
        try Files.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: path)
    }

    /// Lines, where they end, and whether the header is a former one.
    private typealias Kept = (records: [Record], bytes: Int, isFormer: Bool)

    /// The lines up to a number, and where they end. Lines that are whole but cannot be read are refused only where they
    /// stand before that.
    private static func kept(_ path: String, _ last: Int) throws(DataError) -> Kept {
        let bytes = try Files.read(path)
        let former = Record.formerColumns.map { $0.joined(separator: ",") }
        var (records, isFormer) = ([Record](), false)
        var (start, line) = (0, 1)
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let text = String(decoding: bytes[start..<end], as: UTF8.self)
            if line == 1 {
                isFormer = former.contains(text)
                guard text == header || isFormer else {
                    throw .line(path: path, line: 1, reason: "the header is '\(text.prefix(80))', expected \(header)")
                }
            } else {
                let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                guard let record = Record(fields: fields) else {
                    throw .line(path: path, line: line, reason: "'\(text.prefix(80))' is not a row of \(header)")
                }
                if record.number > last { break }
                guard record.number > records.last?.number ?? 0 else {
                    throw .line(
                        path: path, line: line,
                        reason: "\(Record.columns[0]) \(record.number) after \(records.last?.number ?? 0)")
                }
                records.append(record)
            }
            (start, line) = (end + 1, line + 1)
        }
        return (records, start, isFormer)
    }
}
