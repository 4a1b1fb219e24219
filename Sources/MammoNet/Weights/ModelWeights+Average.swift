import MammoData
import MammoGraph
import MammoImage

extension ModelWeights {
    /// The metadata's key that has the SHA-256 of the files that weights are the mean of, with commas between.
    static let averagedKey = "averaged"

    /// Puts the mean of several networks' values in the place of its own, summed in double precision; running statistics of
    /// batch normalisations too, while their counters stay. Its threshold, calibration and epoch are of one network and go.
    ///
    /// - Parameter others: The others, with the same entries, pooling, normalisation and preprocessing.
    /// - Throws: `WeightsError.misfit` with the first tensor that differs in name or shape, or with what else does.
    public mutating func average(with others: [ModelWeights]) throws(WeightsError) {
        for other in others { try check(other) }
        let all = [self] + others
        for entry in architecture.entries where entry.role != .counter {
            var sums = [Double](repeating: 0, count: entry.count)
            for weights in all {
                for (place, value) in weights.values(of: entry.name).enumerated() { sums[place] += Double(value) }
            }
            replaced[entry.name] = sums.map { Float($0 / Double(all.count)) }
        }
        (metadata.threshold, metadata.calibration) = (nil, nil)
        metadata.others["epoch"] = nil
        if others.contains(where: { $0.metadata.others["fold"] != metadata.others["fold"] }) {
            metadata.others["fold"] = nil
        }
        metadata.others[Self.averagedKey] = all.map(\.file.digest).joined(separator: ",")
        notes.append(
            "is the mean of \(all.count) files; threshold, calibration and epoch are of one alone and left out")
        if architecture.hasBatchNorm {
            notes.append("running means and variances are averaged too; none were measured with the averaged weights")
        }
    }

    private func check(_ other: ModelWeights) throws(WeightsError) {
        func misfit(_ reason: String) -> WeightsError {
            .misfit(path: other.file.path, reason: "\(reason) as in \(file.path); average files of one network")
        }
        let (mine, theirs) = (architecture.entries, other.architecture.entries)
        for (place, entry) in mine.enumerated() {
            guard place < theirs.count, theirs[place].name == entry.name else {
                throw misfit("has no tensor \(entry.name) at its place, expected it")
            }
            guard theirs[place].shape == entry.shape else {
                throw misfit("\(entry.name) is \(shown(theirs[place].shape)), expected \(shown(entry.shape))")
            }
        }
        guard theirs.count == mine.count else {
            throw misfit("has \(theirs[mine.count].name), expected no such tensor")
        }
        guard other.hasHead == hasHead else { throw misfit("has \(hasHead ? "no" : "a") head, expected it") }
        guard other.architecture.pooling == architecture.pooling else {
            throw misfit(
                "has the pooling \(other.architecture.pooling.rawValue), expected \(architecture.pooling.rawValue)")
        }
        guard other.architecture.name == architecture.name else {
            throw misfit("is \(other.architecture.name), expected \(architecture.name)")
        }
        guard other.completeMetadata.normalisation == completeMetadata.normalisation else {
            throw misfit("has another mean and std, expected them")
        }
        let (ours, others) = (metadata.preprocessing, other.metadata.preprocessing)
        guard ours == others || (ours.flatMap { one in others.map { one.samePixels(as: $0) } } ?? false) else {
            throw misfit("was trained on images preprocessed otherwise, expected them")
        }
    }

    private func shown(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "x") }
}
