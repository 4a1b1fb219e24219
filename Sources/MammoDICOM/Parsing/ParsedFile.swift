/// A file's data set, found and gone through, and what contradicts its transfer syntax.
struct ParsedFile {
    let layout: FileLayout
    let dataSet: DataSet
    /// That of the meta information; where there is none, that of what was found.
    let transferSyntax: TransferSyntax
    /// What was odd about the structure.
    let warnings: [String]

    /// Goes through a file.
    ///
    /// - Throws: `DICOMError` where it is no DICOM file, cannot be followed, or is in a transfer syntax that is not read.
    init(_ reader: ByteReader) throws(DICOMError) {
        if reader.count == 0 { throw .notDICOM("the file is empty") }
        let layout = try FileLayout(reader)
        let declared = layout.transferSyntaxUID.flatMap(TransferSyntax.named)
        if let uid = layout.transferSyntaxUID, declared == nil { throw .unsupportedTransferSyntax(uid) }
        var (reader, start, warnings) = (reader, layout.dataSetStart, layout.warnings)
        if layout.transferSyntaxUID == FileLayout.deflatedUID {
            if Self.startsDataSet(reader, at: start) {
                warnings.append("the transfer syntax says that the data set is deflated, and it is not")
            } else {
                (reader, start) = (ByteReader(try Inflation.dataSet(reader, from: start)), 0)
            }
        } else if !layout.hasPrefix, !Self.startsDataSet(reader, at: start) {
            throw Self.noDICOM
        }
        let encoding = layout.encoding(reader, from: start)
        let dataSet = try DataSet(
            ElementHeads(reader: reader, isBigEndian: encoding.isBigEndian), from: start, to: reader.count,
            isExplicit: encoding.isExplicit, isOutermost: true)
        let isImage = [0x0008_0016, 0x0028_0010, ElementHeads.pixelData].contains { dataSet[$0] != nil }
        if !layout.hasPrefix && !isImage { throw Self.noDICOM }
        let found: TransferSyntax
        if let declared { found = declared } else { found = try Self.syntax(of: dataSet) }
        self.layout = layout
        self.dataSet = dataSet
        transferSyntax = found
        self.warnings = warnings + Self.contradictions(dataSet, declared)
    }

    /// Whether a file begins as DICOM does, by `DICM` or by an element that another one follows.
    static func isDICOM(_ reader: ByteReader) -> Bool {
        guard let layout = try? FileLayout(reader) else { return true }
        return layout.hasPrefix || startsDataSet(reader, at: layout.dataSetStart)
    }

    private static let noDICOM = DICOMError.notDICOM("no DICM at byte 128, and no data set at byte 0")

    /// Whether a data set begins at a place: an element of the first groups, with another one behind it.
    private static func startsDataSet(_ reader: ByteReader, at place: Int) -> Bool {
        [false, true].contains { isBigEndian in
            let heads = ElementHeads(reader: reader, isBigEndian: isBigEndian)
            guard let tag = heads.tag(at: place), (0x0002...0x0028).contains(tag >> 16) else { return false }
            return heads.isFollowedHead(at: place, tag: tag, end: reader.count)
        }
    }

    /// The transfer syntax of a file that does not say: native by its encoding, else by its first codestream.
    private static func syntax(of dataSet: DataSet) throws(DICOMError) -> TransferSyntax {
        var uid = dataSet.isExplicit ? "1.2.840.10008.1.2.1" : FileLayout.implicitUID
        if dataSet.heads.isBigEndian { uid = "1.2.840.10008.1.2.2" }
        if let fragments = dataSet.fragments {
            let frames = EncapsulatedFrames(dataSet.heads.reader, fragments, frames: 1)
            guard let kind = frames.kind else { throw .unsupportedTransferSyntax("(none)") }
            uid = kind.syntaxUID
        }
        guard let syntax = TransferSyntax.named(uid) else { throw .unsupportedTransferSyntax(uid) }
        return syntax
    }

    private static func contradictions(_ dataSet: DataSet, _ declared: TransferSyntax?) -> [String] {
        guard let declared else { return [] }
        let says = "the transfer syntax is \(declared.name)"
        var warnings: [String] = []
        let expectsExplicit = declared.uid != FileLayout.implicitUID
        if dataSet.count(isExplicit: expectsExplicit) == 0, dataSet.count(isExplicit: !expectsExplicit) > 0 {
            warnings.append("\(says), but the data set is written with \(expectsExplicit ? "implicit" : "explicit") VR")
        } else if dataSet.contradictsEncoding {
            warnings.append(
                "\(says), but parts of the data set are written with \(expectsExplicit ? "implicit" : "explicit") VR")
        }
        if dataSet.heads.isBigEndian != declared.isBigEndian {
            warnings.append("\(says), but the data set is \(declared.isBigEndian ? "little" : "big")-endian")
        }
        return warnings
    }
}
