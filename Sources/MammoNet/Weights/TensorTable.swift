/// One state dict of a file: a file may hold several, as a checkpoint with averaged weights does.
struct TensorTable: Sendable {
    /// The keys that lead to it from the top of the file; none where it is the top.
    let keys: [String]
    /// In the file's order.
    private(set) var tensors: [WeightsFile.Entry] = []
    /// What stands under a name and is no tensor that can be read, as a predicate: "is a str, expected a tensor".
    private(set) var unread: [String: String] = [:]
    /// Whether its values are averages over training (EMA, SWA).
    var isAverage: Bool
    /// What it says of itself.
    var metadata: [String: String] = [:]
    private var names: Set<String> = []

    /// More tensors no network has.
    private static let most = 1 << 14

    /// An empty one.
    init(keys: [String]) {
        self.keys = keys
        isAverage = keys.contains(where: Self.isOfAverages)
    }

    /// One of tensors.
    init(keys: [String] = [], _ tensors: some Sequence<WeightsFile.Entry>) {
        self.init(keys: keys)
        for tensor in tensors { add(tensor) }
    }

    private static let words: Set<Substring> = ["ema", "average", "averaged", "avg", "swa"]

    /// Whether a key or a prefix is one that programs give to averages: "state_dict_ema", "ema_model.module.".
    static func isOfAverages(_ name: String) -> Bool {
        name.lowercased().split { !$0.isLetter }.contains(where: words.contains)
    }

    /// Adds a tensor; a second one under its name makes both unreadable.
    mutating func add(_ tensor: WeightsFile.Entry) {
        guard names.count < Self.most else { return }
        guard names.insert(tensor.name).inserted else { return add(unread: tensor.name, "is there twice") }
        tensors.append(tensor)
    }

    /// Adds what cannot be read.
    mutating func add(unread name: String, _ reason: String) {
        guard unread.count < Self.most else { return }
        unread[name] = reason
    }

    /// "state_dict_ema", "model.net", or "" for the top.
    var place: String { keys.map(CheckpointFacts.shown).joined(separator: ".") }
}
