import MammoGraph

/// Where in a file a network is: in which of its state dicts, and behind which prefix of the names. What programs put around a
/// network is not known beforehand: every prefix that a network's first entry is found behind is tried.
struct NetworkSearch {
    /// The network of a file.
    struct Found {
        let table: TensorTable
        /// "model.net.", or "".
        let prefix: String
        let fit: NetworkFit
        /// The names behind the prefix.
        let names: [String]
        /// Tensors of floating point that are not the network's.
        var besides: [String] = []
        /// What --no-ema takes in place of averages, or an average that it leaves; nil where there is no choice.
        var other: String?
        /// What timm says of the network.
        var timm: TimmDescription?

        var isAverage: Bool { table.isAverage || TensorTable.isOfAverages(prefix) }
        /// "state_dict_ema", "model.", or both.
        var place: String {
            [table.place, prefix.isEmpty ? "" : "names with '\(CheckpointFacts.shown(prefix))'"].filter { !$0.isEmpty }
                .joined(separator: ", ")
        }
        /// Equal ranks of different places do not tell which is meant.
        fileprivate var rank: [Int] {
            let parts = prefix.split(separator: ".").map(String.init)
            let unusual = parts.contains { !NetworkSearch.usualPrefixes.contains($0) && !TensorTable.isOfAverages($0) }
            return [fit.lacksHead ? 1 : 0, TableOrder.rank(table.keys), unusual ? 1 : 0]
        }
    }

    fileprivate static let usualPrefixes: Set<String> = ["model", "net", "network", "backbone", "encoder", "trunk"]

    /// Names that are compared with networks; a file with more is not looked at to its end.
    private static let most = 1 << 18
    /// Prefixes of one state dict.
    private static let mostPrefixes = 16

    /// The network of a file.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - ema: Whether averages are preferred where there are some.
    /// - Returns: Where it is, and how it fits.
    /// - Throws: `WeightsError.misfit` where none fits, or where several do and nothing tells which is meant.
    static func find(in file: WeightsFile, ema: Bool) throws(WeightsError) -> Found {
        let all = candidates(in: file)
        let fitting = all.filter { $0.fit.problemCount == 0 }
        guard !fitting.isEmpty else {
            // That timm's network is none of those here says more than what is missing of the nearest.
            for found in all { _ = try TimmDescription(of: found, in: file) }
            throw refusal(all, file)
        }
        let (averages, others) = (fitting.filter(\.isAverage), fitting.filter { !$0.isAverage })
        if !ema, others.isEmpty {
            throw .misfit(
                path: file.path, reason: "has averaged weights alone (\(averages[0].place)); leave --no-ema out")
        }
        let asked = ema && !averages.isEmpty ? averages : others
        // A whole network rather than one without a head.
        let rank = asked.map(\.rank).min { $0.lexicographicallyPrecedes($1) } ?? []
        let best = asked.filter { $0.rank == rank }
        guard best.count == 1, var found = best.first else {
            throw .misfit(
                path: file.path,
                reason: "has \(best.count) networks (\(best.prefix(4).map(\.place).joined(separator: "; "))); "
                    + "save the state_dict() of the one that is meant")
        }
        found.other = (found.isAverage ? others : averages).first?.place
        found.timm = try TimmDescription(of: found, in: file)
        return found
    }

    private static func candidates(in file: WeightsFile) -> [Found] {
        var found: [Found] = []
        var looked = 0
        for table in file.tables {
            let tensors = table.tensors.map { (Wrappers.removed(from: $0.name), $0) }
            let unread = Dictionary(
                table.unread.map { (Wrappers.removed(from: $0.key), $0.value) }, uniquingKeysWith: { first, _ in first }
            )
            for (prefix, features) in prefixes(of: tensors.map(\.0)) {
                looked += tensors.count + unread.count
                guard looked <= most else { break }
                func inner(_ name: String) -> String? {
                    name.hasPrefix(prefix) ? features + name.dropFirst(prefix.count) : nil
                }
                var (inside, besides): ([NetworkFit.Named], [String]) = ([], [])
                for (name, entry) in tensors {
                    if let name = inner(name) {
                        inside.append((name, entry))
                    } else if entry.type.isFloatingPoint {
                        besides.append(entry.name)
                    }
                }
                let hidden = Dictionary(
                    unread.compactMap { name, reason in inner(name).map { ($0, reason) } },
                    uniquingKeysWith: { first, _ in first })
                let pooling = table.metadata["pool"].flatMap { Pooling(rawValue: $0) }
                let fit = NetworkFit.nearest(to: inside, unread: hidden, pooling: pooling)
                found.append(Found(table: table, prefix: prefix, fit: fit, names: inside.map(\.name), besides: besides))
            }
        }
        return found
    }

    /// What may stand before a network's names, and what has to be put before the rest: something where a Sequential of a
    /// network's features was saved, whose names begin with numbers.
    private static func prefixes(of names: [String]) -> [(prefix: String, features: String)] {
        let stems = Family.all.flatMap { $0.stems.map(\.name) }
        for (stems, features) in [(stems, ""), (Family.all.compactMap(\.bareStem), "features.")] {
            var found: [String] = []
            for name in names {
                for stem in stems where name.hasSuffix(stem) && found.count < mostPrefixes {
                    let prefix = String(name.dropLast(stem.count))
                    if prefix.isEmpty || prefix.hasSuffix("."), !found.contains(prefix) { found.append(prefix) }
                }
            }
            if !found.isEmpty { return found.map { ($0, features) } }
        }
        return [("", "")]
    }

    private static func refusal(_ all: [Found], _ file: WeightsFile) -> WeightsError {
        guard let nearest = all.min(by: { $0.fit.problemCount < $1.fit.problemCount }) else {
            return .misfit(path: file.path, reason: "has no state dict")
        }
        if let reason = all.lazy.flatMap(\.names).compactMap(Family.refusal(ofEntry:)).first {
            return .misfit(path: file.path, reason: reason)
        }
        if let (network, entry) = ForeignNetworks.found(nearest.table.tensors.map(\.name)) {
            return .misfit(
                path: file.path,
                reason:
                    "is a \(network) by its entry \(CheckpointFacts.shown(entry)); mammo has ConvNeXt and EfficientNet")
        }
        let fit = nearest.fit
        let shown = fit.problems.joined(separator: "; ")
        let more = fit.problemCount > fit.problems.count ? "; and \(fit.problemCount - fit.problems.count) more" : ""
        let place = nearest.place.isEmpty ? "" : " (\(nearest.place))"
        return .misfit(
            path: file.path,
            reason: "fits no \(fit.family)\(place); compared with \(fit.name), the nearest: "
                + "\(shown)\(more)")
    }
}
