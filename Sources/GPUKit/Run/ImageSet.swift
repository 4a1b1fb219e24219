import Glibc
import MammoData

/// The fixtures' images as often as a measurement needs them, under other names, with a table and folds: in fold 0 one patient,
/// all others in fold 1.
package struct ImageSet: Sendable {
    package let folder: String
    package let table: String
    package let folds: String
    /// Images in fold 1.
    package let training: Int

    /// Links images in a new folder.
    ///
    /// - Parameters:
    ///   - name: The folder to make.
    ///   - source: The folder of PNGs.
    ///   - fixtures: The table of those PNGs, whose first patient is validated on.
    ///   - least: How many images fold 1 has at least.
    /// - Throws: `StepProblem.failed`.
    package init(_ name: String, of source: String, table fixtures: String, least: Int) throws(StepProblem) {
        do throws(DataError) {
            let found = try DelimitedText(Files.read(fixtures), path: fixtures)
            let columns = ["patient_id", "image_id"].compactMap { found.header.fields.firstIndex(of: $0) }
            guard columns.count == 2, let held = found.records.first?[columns[0]] else {
                throw .table(path: fixtures, reason: "no patient_id and image_id")
            }
            try Files.makeFolder(name)
            var rows: [String] = [found.header.fields.joined(separator: ",")]
            var count = 0
            var copy = 0
            repeat {
                for record in found.records {
                    let (patient, image) = (record[columns[0]], record[columns[1]])
                    guard copy == 0 || (patient != held && count < least) else { continue }
                    if patient != held { count += 1 }
                    var fields = record.fields
                    // Numbers, as image ids are.
                    fields[columns[1]] = copy == 0 ? image : "\(image)\(1000 + copy)"
                    rows.append(fields.map(DelimitedText.quoted).joined(separator: ","))
                    try Self.link("\(source)/\(patient)_\(image).png", "\(name)/\(patient)_\(fields[columns[1]]).png")
                }
                copy += 1
            } while count < least
            (folder, table, folds, training) = (name, "\(name).csv", "\(name)-folds.csv", count)
            try Files.write(Array((rows.joined(separator: "\n") + "\n").utf8), to: table)
            let patients = Set(found.records.map { $0[columns[0]] }).sorted()
            let lines = ["patient_id,fold"] + patients.map { "\($0),\($0 == held ? 0 : 1)" }
            try Files.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: folds)
        } catch {
            throw .failed(error.description)
        }
    }

    private static func link(_ from: String, _ to: String) throws(DataError) {
        guard symlink(from, to) == 0 || errno == EEXIST else { throw .unwritable(path: to, code: errno) }
    }
}
