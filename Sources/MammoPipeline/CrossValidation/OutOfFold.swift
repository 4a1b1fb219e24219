import MammoData
import MammoTrain

/// The predictions of all folds, each image's by the networks that were not trained on it: `oof.csv`.
package struct OutOfFold: Sendable {
    /// The predictions of one fold; of several seeds, the logits averaged.
    package struct Fold: Sendable {
        /// The fold.
        package let fold: Int
        /// In the table's order.
        package let predictions: [ValidationFile.Prediction]
    }

    /// By fold, rising.
    package let folds: [Fold]

    /// All folds' predictions.
    package var predictions: [ValidationFile.Prediction] { folds.flatMap(\.predictions) }

    /// Reads the runs' predictions.
    ///
    /// - Parameter jobs: Finished, by fold, then by seed.
    /// - Throws: `DataError` where a file cannot be read, or the seeds of a fold have predicted other images.
    package init(_ jobs: [FoldJob]) throws(DataError) {
        var folds: [Fold] = []
        for fold in Set(jobs.map(\.fold)).sorted() {
            let own = jobs.filter { $0.fold == fold }
            var all: [[ValidationFile.Prediction]] = []
            for job in own { all.append(try ValidationFile.read(job.validation)) }
            folds.append(Fold(fold: fold, predictions: try Self.mean(all, own)))
        }
        self.folds = folds
    }

    /// The mean of the logits of each image, summed in double precision in the order of the seeds.
    private static func mean(
        _ all: [[ValidationFile.Prediction]], _ jobs: [FoldJob]
    ) throws(DataError) -> [ValidationFile.Prediction] {
        var mean = all[0]
        for (other, job) in zip(all, jobs).dropFirst() {
            guard other.map(\.key) == mean.map(\.key) else {
                throw .table(
                    path: job.validation, reason: "has other images than \(jobs[0].validation); remove both folders")
            }
        }
        for place in mean.indices where all.count > 1 {
            let sum = all.reduce(0.0) { $0 + Double($1[place].logit) }
            mean[place].logit = Float(sum / Double(all.count))
        }
        return mean
    }

    /// Writes the table: beside its place first.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError.unwritable`.
    package func write(to path: String) throws(DataError) {
        var text = ValidationFile.header + "\n"
        for fold in folds { text += ValidationFile.lines(fold.predictions, fold: fold.fold) }
        try Files.write(Array(text.utf8), to: path)
    }
}

extension ValidationFile.Prediction {
    /// What tells images apart.
    fileprivate var key: String { "\(patientID)/\(imageID)" }
}
