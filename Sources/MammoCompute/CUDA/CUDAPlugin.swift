import CCUDA
import CMessage
import Glibc

/// The plugin that computes on NVIDIA cards: a library beside the program, opened when a card is asked for.
public struct CUDAPlugin: Sendable {
    /// The file that was opened.
    public let path: String
    nonisolated(unsafe) let table: UnsafePointer<mammo_cuda_table>

    /// What the library is called that Scripts/build-cuda makes.
    public static let fileName = "libmammo_cuda.so"

    /// A card, or what stands for one.
    public struct Card: Equatable, Sendable {
        /// Its number, from 0.
        public let number: Int
        /// "Tesla T4".
        public let name: String
        /// Bytes of its memory.
        public let memory: Int
        /// 7 and 5 of sm_75.
        public let capability: (major: Int, minor: Int)
        /// Whether threads are fibres on the host's processor.
        public let isEmulated: Bool

        /// A card as the driver describes it.
        ///
        /// - Parameters:
        ///   - number: From 0.
        ///   - name: What it is sold as.
        ///   - memory: Bytes of its memory.
        ///   - capability: 7 and 5 of sm_75.
        ///   - isEmulated: Whether threads are fibres on the host's processor.
        package init(
            number: Int, name: String, memory: Int, capability: (major: Int, minor: Int), isEmulated: Bool
        ) {
            (self.number, self.name, self.memory) = (number, name, memory)
            (self.capability, self.isEmulated) = (capability, isEmulated)
        }

        /// Why it does not compute in a precision; nil where it does. Before sm_80 nothing multiplies in bfloat16.
        package func refusal(of precision: CUDAPrecision) -> String? {
            guard precision == .bfloat16, capability.major < 8 else { return nil }
            return
                "card \(number), \(name), is sm_\(capability.major)\(capability.minor), and bf16 needs sm_80 or newer; "
                + "take fp16"
        }

        /// Tuples are not compared by themselves.
        public static func == (one: Card, other: Card) -> Bool {
            one.number == other.number && one.name == other.name && one.memory == other.memory
                && one.capability == other.capability && one.isEmulated == other.isEmulated
        }
    }

    /// Opens a plugin.
    ///
    /// - Parameter path: Its file; nil: the one at `defaultPath`.
    /// - Throws: `ComputeError.unavailable`, which says what is missing and how to get it.
    public init(path: String? = nil) throws(ComputeError) {
        guard let named = path ?? Self.defaultPath else {
            throw .unavailable(
                "no \(Self.fileName) beside the program, which --device cuda needs; build it with Scripts/build-cuda, "
                    + "or name it by --cuda-plugin or MAMMO_CUDA_PLUGIN")
        }
        // A name by itself would be looked for among the system's libraries.
        let found = named.contains("/") ? named : "./\(named)"
        var message = cmessage()
        guard let table = ccuda_open(found, &message) else {
            throw .unavailable("\(Self.text(message.text)); Scripts/build-cuda builds the plugin")
        }
        (self.path, self.table) = (found, table)
    }

    /// Where a plugin is looked for: what `MAMMO_CUDA_PLUGIN` says, else beside the executable, in `../lib`, and where
    /// Scripts/build-cuda leaves it for an executable that swift build has left in its own place; nil: there is none.
    public static var defaultPath: String? {
        if let named = PluginPlaces.named(by: "MAMMO_CUDA_PLUGIN") { return named }
        guard let folder = PluginPlaces.executableFolder else { return nil }
        return ["", "../lib/", "../../../.build-cuda/"].map { "\(folder)/\($0)\(fileName)" }
            .first { access($0, R_OK) == 0 }
    }

    /// The cards there are.
    ///
    /// - Returns: At least one.
    /// - Throws: `ComputeError.unavailable` where there is no driver or no card.
    public func cards() throws(ComputeError) -> [Card] {
        var count: Int32 = 0
        let status = table.pointee.device_count(&count)
        guard status == mammo_cuda_ok else { throw .unavailable("\(path): \(message)") }
        guard count > 0 else {
            throw .unavailable(
                "\(path): the driver knows no card that may be used; see nvidia-smi and CUDA_VISIBLE_DEVICES")
        }
        var cards: [Card] = []
        for number in 0..<count {
            var properties = mammo_cuda_properties()
            guard table.pointee.device_properties(number, &properties) == mammo_cuda_ok else {
                throw .unavailable("\(path): card \(number): \(message)")
            }
            cards.append(
                Card(
                    number: Int(number), name: Self.text(properties.name),
                    memory: Int(clamping: properties.memory_bytes),
                    capability: (Int(properties.major), Int(properties.minor)), isEmulated: properties.emulated != 0))
        }
        return cards
    }

    /// A text of C's in an array of fixed size, which Swift has as a tuple.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// What the last failed call of this thread has to say.
    var message: String { table.pointee.message().map { String(cString: $0) } ?? "no message" }
}
