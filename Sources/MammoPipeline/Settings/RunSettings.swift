import MammoImage
import MammoNet
import MammoTrain

/// Everything that `mammo run` depends on: one file of `key: value` lines holds the settings of all stages.
package struct RunSettings: Sendable {
    /// The folder of patient/image.dcm.
    package var images = ""
    /// The table with labels.
    package var csv = ""
    /// The folder for everything that is made.
    package var out = ""
    /// What decides the pixels of the PNGs.
    package var pixels = PreprocessParameters()
    /// Whether images that are FOR PROCESSING are left out.
    package var presentationOnly = false
    /// Images read and preprocessed at a time; nil for all cores.
    package var jobs: Int?
    /// The mirror images that predictions are averaged over.
    package var tta = TestTimeAugmentation.none
    /// The folder of images to predict beside those of the fold; nil for none.
    package var testImages: String?
    /// The table of the images to predict; nil for none.
    package var testCSV: String?
    /// Training's settings, and the folds'. Where its images and folds lie is known from `out`.
    package var training = TrainingConfiguration()

    /// The defaults: images, table, folder and weights are still to be named.
    package init() {}

    /// Where everything lies in `out`.
    package var files: RunFiles { RunFiles(out: out) }

    /// The table that the stages read: that of the settings, or its rows that are left.
    package var table: String { presentationOnly ? files.table : csv }

    /// The configuration to train with.
    package var trained: TrainingConfiguration {
        var configuration = training
        (configuration.images, configuration.csv, configuration.foldsFile) = (files.png, table, files.folds)
        // The file has the folds.
        configuration.shuffleSeed = nil
        return configuration
    }
}
