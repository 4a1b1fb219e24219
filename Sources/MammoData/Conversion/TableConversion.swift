import MammoDICOM

/// A table in our columns, made of another data set's tables and files.
package struct TableConversion: Sendable {
    /// Images in the order of the tables' rows; none stands twice.
    package let images: [ConvertedImage]
    /// Rows and files that no image is made of.
    package let passedOver: [PassedOver]
    private let map: ColumnMap

    /// Converts tables that belong together.
    ///
    /// - Parameters:
    ///   - tables: The files.
    ///   - map: Which column is which.
    ///   - folder: The folder of images; nil where files are not looked for.
    ///   - workers: Headers that are read at a time.
    /// - Throws: `DataError` where a table cannot be read, a column is missing, or no row has a positive label's text.
    package init(_ tables: [String], _ map: ColumnMap, images folder: String?, workers: Int) throws(DataError) {
        if let folder, !Files.isFolder(folder) { throw .unreadable(path: folder, reason: "no such folder") }
        var (entries, passedOver) = ([SourceEntry](), [PassedOver]())
        for path in tables {
            let text = try SourceTable.read(path) { passedOver.append(PassedOver(.fields, "\($0)")) }
            let reader = try SourceEntry.Reader(map, ColumnFinder(text, acceptsIndex: true))
            for record in text.records {
                do throws(PassedOver) { entries.append(try reader.entry(record)) } catch { passedOver.append(error) }
            }
        }
        var assembly = Assembly(map, folder.map(ImageFolder.init), workers: workers)
        assembly.add(entries)
        (images, self.passedOver, self.map) = (assembly.images, passedOver + assembly.passedOver, map)
    }

    /// How many patients have images.
    package var patients: Int { Set(images.map(\.patient)).count }

    /// How many images have cancer.
    package var positives: Int { images.count(where: \.cancer) }

    /// How many were passed over, by kind, the most frequent first.
    package var counts: [(kind: PassedOver.Kind, count: Int)] {
        Dictionary(passedOver.map { ($0.kind, 1) }, uniquingKeysWith: +).map { ($0.key, $0.value) }
            .sorted { ($1.1, $0.0.description) < ($0.1, $1.0.description) }
    }

    /// The table: patient_id, image_id, laterality, view, cancer and path, and where they are known dataset and
    /// prediction_id.
    package var csv: [UInt8] {
        let hasBreasts = images.contains { $0.predictionID != nil }
        var header = ["patient_id", "image_id", "laterality", "view", "cancer", "path"]
        if map.dataset != nil { header.append("dataset") }
        if hasBreasts { header.append("prediction_id") }
        var text = header.joined(separator: ",") + "\n"
        for image in images {
            var fields = [
                image.patient, image.image, image.laterality, image.view, image.cancer ? "1" : "0", image.path,
            ]
            if let dataset = map.dataset { fields.append(dataset) }
            if hasBreasts { fields.append(image.predictionID ?? "") }
            text += fields.map(DelimitedText.quoted).joined(separator: ",") + "\n"
        }
        return Array(text.utf8)
    }

    /// Writes the table, once it is sure that it can be read.
    ///
    /// - Parameter path: Where.
    /// - Throws: `DataError`.
    package func write(to path: String) throws(DataError) {
        let bytes = csv
        _ = try ImageTable(DelimitedText(bytes, path: path), need: .labels)
        try Files.write(bytes, to: path)
    }
}
