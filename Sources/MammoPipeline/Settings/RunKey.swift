import MammoData
import MammoImage
import MammoNet
import MammoTrain

/// One key of the settings file: how it is called, read and written.
package struct RunKey: Sendable {
    /// In snake_case.
    package let name: String
    /// Its value as text; nil for null.
    package let written: @Sendable (RunSettings) -> String?
    /// Takes a value from a text, nil for null, or says what was expected.
    let read: @Sendable (inout RunSettings, String?) -> String?

    private init<Value: ConfigurationValue>(
        _ name: String, _ path: WritableKeyPath<RunSettings, Value> & Sendable
    ) {
        self.name = name
        written = { $0[keyPath: path].written }
        read = { settings, text in
            guard let value = Value.read(text) else { return Value.expected }
            settings[keyPath: path] = value
            return nil
        }
    }

    private init(_ key: ConfigurationKey) {
        name = key.name
        written = { key.written($0.training) }
        read = { key.read(&$0.training, $1) }
    }

    /// Keys that decide the pixels of the PNGs.
    package static let pixels: [RunKey] = [
        .init("size", \.pixels.size), .init("frame", \.pixels.frame), .init("decode", \.pixels.decode),
        .init("intensity", \.pixels.intensity), .init("window_index", \.pixels.windowIndex),
        .init("roi", \.pixels.region), .init("fit", \.pixels.fit), .init("flip_to", \.pixels.flipTo),
        .init("resize", \.pixels.resize), .init("png_level", \.pixels.pngLevel),
    ]

    /// Keys of training; where its images and folds lie follows from `out`.
    package static let training: [RunKey] = ConfigurationKey.all
        .filter { !["images", "csv", "folds_file"].contains($0.name) }.map(RunKey.init)

    /// Keys that training's results depend on beside the folds, its images and the contents of the weights.
    static let learning: [RunKey] = {
        let others = Set(ConfigurationKey.all.filter(\.mayChange).map(\.name) + ["folds", "shuffle_seed", "weights"])
        return training.filter { !others.contains($0.name) }
    }()

    /// All keys, those of `mammo run` first.
    package static let all: [RunKey] =
        [.init("images", \.images), .init("csv", \.csv), .init("out", \.out)] + pixels
        + [
            .init("presentation_only", \.presentationOnly), .init("jobs", \.jobs), .init("tta", \.tta),
            .init("test_images", \.testImages), .init("test_csv", \.testCSV),
        ] + training
}

extension BreastSide: ConfigurationChoice {}
extension DecodeMode: ConfigurationChoice {}
extension FitMethod: ConfigurationChoice {}
extension IntensityMode: ConfigurationChoice {}
extension RegionMethod: ConfigurationChoice {}
extension ResizeMethod: ConfigurationChoice {}
extension TestTimeAugmentation: ConfigurationChoice {}
extension PixelSize: ConfigurationText {}

extension PreprocessParameters {
    /// Rows and columns together.
    var size: PixelSize {
        get { PixelSize(rows: rows, columns: columns) }
        set { (rows, columns) = (newValue.rows, newValue.columns) }
    }
}
