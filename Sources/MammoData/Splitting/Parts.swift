/// A table cut into parts that can be worked on separately.
public struct Parts: Equatable, Sendable {
    /// The rows of each part, in the table's order.
    public let rows: [[Int]]

    /// As `numpy.array_split`: in order, the first `count % parts` parts one longer than the others.
    public static func byImage(count: Int, parts: Int) -> Parts {
        let (shortest, longer) = count.quotientAndRemainder(dividingBy: parts)
        var start = 0
        return Parts(
            rows: (0..<parts).map { part in
                let size = shortest + (part < longer ? 1 : 0)
                defer { start += size }
                return Array(start..<(start + size))
            })
    }

    /// No patient of a table in two parts; patients are told apart as folds tell them: where all ids are numbers, 007 is 7.
    public static func byPatient(of table: ImageTable, parts: Int) -> Parts {
        byPatient(table.patientNumbers(), parts: parts)
    }

    /// No patient in two parts, and the parts as even as that allows; larger parts first.
    ///
    /// - Parameters:
    ///   - patients: the patient of each row.
    ///   - parts: how many parts.
    /// - Returns: the rows of each part, in rising order.
    public static func byPatient<Patient: Hashable>(_ patients: [Patient], parts: Int) -> Parts {
        var rowsOfPatient: [[Int]] = []
        var indexOfPatient: [Patient: Int] = [:]
        for (row, patient) in patients.enumerated() {
            if let index = indexOfPatient[patient] {
                rowsOfPatient[index].append(row)
            } else {
                indexOfPatient[patient] = rowsOfPatient.count
                rowsOfPatient.append([row])
            }
        }
        let bins = EvenBins(sizes: rowsOfPatient.map(\.count), bins: parts).bins
        let rows = bins.map { bin in bin.flatMap { rowsOfPatient[$0] }.sorted() }
        // Stable: among equals the part that was filled first stays first.
        let order = rows.indices.sorted { rows[$0].count != rows[$1].count ? rows[$0].count > rows[$1].count : $0 < $1 }
        return Parts(rows: order.map { rows[$0] })
    }

    /// How many patients have images in more than one part.
    public func patientsDivided<Patient: Hashable>(_ patients: [Patient]) -> Int {
        var partOfPatient: [Patient: Int] = [:]
        var divided: Set<Patient> = []
        for (part, rows) in rows.enumerated() {
            for row in rows where partOfPatient.updateValue(part, forKey: patients[row]) ?? part != part {
                divided.insert(patients[row])
            }
        }
        return divided.count
    }
}
