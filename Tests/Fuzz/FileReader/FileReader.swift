import MammoDICOM
import MammoImage

/// Reads a file as `mammo preprocess` does, every frame up to the third, down to a small picture.
@_cdecl("mammo_fuzz_read")
public func fuzzRead(_ path: UnsafePointer<CChar>) {
    guard let file = try? DICOMFile(path: String(cString: path)) else { return }
    let preprocessor = Preprocessor(PreprocessParameters(rows: 16, columns: 8))
    for frame in 1...min(3, file.attributes.frames) {
        guard let image = try? file.storedImage(frame: frame),
            let attributes = try? file.attributes(ofFrame: frame)
        else { continue }
        precondition(image.samples.count == image.rows * image.columns)
        // Large pictures cost time and find nothing more.
        if image.samples.count < 1 << 18 { _ = try? preprocessor.process(image, attributes) }
    }
}
