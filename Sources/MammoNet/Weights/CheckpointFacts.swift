import MammoGraph

/// What a checkpoint says of itself beside its tensors: the name of its network, the options of the program that wrote it, the
/// epoch. Single values and short lists of numbers are kept, each under the keys that lead to it: `arch`, `args.model`,
/// `args.mean`, `epoch`; of everything else that it is there.
package struct CheckpointFacts: Equatable, Sendable {
    /// A value that is kept.
    package enum Value: Equatable, Sendable {
        case none
        case flag(Bool)
        case number(Double)
        case numbers([Double])
        case text(String)
        /// What is not kept: an object, a long list or text.
        case other
    }

    /// By the keys that lead to each, with dots between.
    package private(set) var values: [String: Value] = [:]

    private enum Limits {
        static let depth = 3
        static let values = 1024
        static let items = 1 << 14
        static let characters = 200
    }

    /// Facts of a file that says nothing.
    package init() {}

    /// A value; nil where there is none, `.none` where it is Python's None.
    package subscript(name: String) -> Value? { values[name] }

    /// Numbers under a name: one, or a list of them; nil where there are none.
    package func numbers(_ name: String) -> [Double]? {
        switch values[name] {
        case .number(let number): [number]
        case .numbers(let numbers): numbers
        default: nil
        }
    }

    /// A text under a name.
    package func text(_ name: String) -> String? {
        if case .text(let text) = values[name] { text } else { nil }
    }

    /// The names of what stands within something: of "args" all options.
    package func names(within name: String) -> [String] {
        values.keys.filter { $0.hasPrefix(name + ".") }.map { String($0.dropFirst(name.count + 1)) }.sorted()
    }

    /// What the network is called, by timm's `arch` or the options that usually name it.
    package var architecture: String? {
        let places = ["args", "hyper_parameters", "hparams", "config", "cfg"]
        let names = ["arch", "model", "model_name", "architecture", "backbone", "encoder"]
        let keys = ["arch", "architecture", "model_name"] + places.flatMap { place in names.map { "\(place).\($0)" } }
        return keys.lazy.compactMap { text($0) }.first
    }

    /// The normalisation of timm's options `mean` and `std`, each of one number or of three.
    ///
    /// - Parameter other: What a missing one is; nil: both have to be there.
    /// - Returns: nil where both are missing.
    func normalisation(else other: Normalisation?) -> Normalisation? {
        func values(_ name: String) -> [Float]? {
            guard let numbers = numbers("args.\(name)"), numbers.allSatisfy(\.isFinite) else { return nil }
            switch numbers.count {
            case 1: return [Float](repeating: Float(numbers[0]), count: 3)
            case 3: return numbers.map { Float($0) }
            default: return nil
            }
        }
        let found = (mean: values("mean"), deviation: values("std"))
        guard found.mean != nil || found.deviation != nil, found.deviation?.contains(0) != true,
            let mean = found.mean ?? other?.mean, let deviation = found.deviation ?? other?.deviation
        else { return nil }
        return Normalisation(mean: mean, deviation: deviation)
    }

    /// A text of a file as a part of a line: without control characters, and not longer than a line.
    static func shown(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(80).map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}

extension CheckpointFacts {
    /// What a pickle says.
    init(_ pickle: Pickle) {
        var next: [(value: PickleValue, name: String)] = [(pickle.root, "")]
        var looked = 0
        for depth in 0...Limits.depth {
            var deeper: [(value: PickleValue, name: String)] = []
            for (value, prefix) in next {
                // A state dict says nothing, and is long.
                guard let items = pickle.items(of: value), looked + items.count <= Limits.items else { continue }
                looked += items.count
                for case (.text(let key), let value) in items where values.count < Limits.values {
                    let name = prefix + key
                    guard name.utf8.count <= Limits.characters else { continue }
                    if depth < Limits.depth, pickle.items(of: value) != nil {
                        deeper.append((value, name + "."))
                    } else if let fact = Self.fact(value, in: pickle) {
                        values[name] = fact
                    }
                }
            }
            next = deeper
        }
    }

    /// A value as it is kept; nil of what is a tensor or a part of one.
    private static func fact(_ value: PickleValue, in pickle: Pickle) -> Value? {
        switch value {
        case .none: return Value.none
        case .flag(let flag): return .flag(flag)
        case .number(let number): return .number(Double(number))
        case .real(let number): return .number(number)
        case .text(let text): return text.utf8.count <= Limits.characters ? .text(text) : .other
        case .tuple(let place), .list(let place):
            let items = pickle.sequences[place]
            guard (1...16).contains(items.count) else { return .other }
            var numbers: [Double] = []
            for item in items {
                switch item {
                case .number(let number): numbers.append(Double(number))
                case .real(let number): numbers.append(number)
                default: return .other
                }
            }
            return .numbers(numbers)
        case .tensor, .storage: return nil
        default: return .other
        }
    }
}
