import MammoBase
import MammoDICOM

/// What `inspect` prints about one file. The members are named as the JSON keys are.
struct FileReport: Encodable {
    var path: String
    var error: String?
    var bits_allocated: Int?
    var bits_stored: Int?
    var columns: Int?
    var decodes: Bool?
    var frames: Int?
    var laterality: String?
    var modality_lut: Bool?
    var photometric_interpretation: String?
    var presentation_intent: String?
    var rescale_intercept: Double?
    var rescale_slope: Double?
    var rows: Int?
    var signed: Bool?
    var stored_max: Int?
    var stored_min: Int?
    var transfer_syntax: String?
    var transfer_syntax_uid: String?
    var view: String?
    var voi_function: String?
    var warnings: [String]?
    var windows: [[Double]]?

    /// Reads a file. With `presentationOnly` the pixels of one that is FOR PROCESSING are not decoded.
    init(path: String, frame: Int, decode: Bool, presentationOnly: Bool) {
        self.path = path
        do {
            let file = try DICOMFile(path: path)
            describe(try file.attributes(ofFrame: frame))
            guard decode, !(presentationOnly && file.attributes.isForProcessing) else { return }
            decodes = false
            let image = try file.storedImage(frame: frame)
            decodes = true
            signed = image.isSigned
            warnings = (warnings ?? []) + image.warnings
            (stored_min, stored_max) = image.extremes().map { ($0.smallest, $0.largest) } ?? (nil, nil)
        } catch {
            self.error = "\(error)"
        }
    }

    private static let forProcessing = "FOR PROCESSING"

    /// The image is raw data of the detector.
    var isForProcessing: Bool { presentation_intent == Self.forProcessing }

    private mutating func describe(_ attributes: ImageAttributes) {
        bits_allocated = attributes.bitsAllocated
        bits_stored = attributes.bitsStored
        columns = attributes.columns
        frames = attributes.frames
        laterality = attributes.laterality
        modality_lut = attributes.modalityLUT != nil
        photometric_interpretation = attributes.photometricInterpretation.description
        presentation_intent = attributes.isForProcessing ? Self.forProcessing : "FOR PRESENTATION"
        rescale_intercept = attributes.rescaleIntercept
        rescale_slope = attributes.rescaleSlope
        rows = attributes.rows
        signed = attributes.isSigned
        transfer_syntax = attributes.transferSyntax.name
        transfer_syntax_uid = attributes.transferSyntax.uid
        view = attributes.view
        voi_function = attributes.voiFunction
        warnings = attributes.warnings
        windows = attributes.windows.map { [$0.center, $0.width] }
    }

    /// One line for people.
    var line: String {
        var parts = ["\(path): \(transfer_syntax ?? "")", "\(rows ?? 0)×\(columns ?? 0)"]
        parts.append("\(bits_stored ?? 0) of \(bits_allocated ?? 0) bits" + (signed == true ? " signed" : ""))
        parts.append(photometric_interpretation ?? "")
        let windows = (windows ?? []).map { "\($0[0].plain)/\($0[1].plain)" }.joined(separator: " ")
        parts.append(windows.isEmpty ? "no window" : "window \(windows) \(voi_function ?? "")")
        let side = [laterality ?? "", view ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        if !side.isEmpty { parts.append(side) }
        if isForProcessing { parts.append(Self.forProcessing) }
        if modality_lut == true { parts.append("Modality LUT") }
        parts.append((frames ?? 0).of("frame"))
        switch (decodes, stored_min, stored_max) {
        case (true?, let low?, let high?): parts.append("pixels decode (\(low) to \(high))")
        case (false?, _, _): parts.append("PIXELS DO NOT DECODE: \(error ?? "")")
        default: break
        }
        return (parts + (warnings ?? [])).joined(separator: ", ")
    }
}

extension Double {
    /// Without `.0` where it is whole.
    fileprivate var plain: String {
        self == rounded() && magnitude < 1e15 ? "\(Int(self))" : "\(self)"
    }
}
