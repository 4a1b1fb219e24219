import CCUDA
import CMessage
import Glibc
import MammoBase

/// The plugin that computes on NVIDIA cards: a library beside the program, opened when a card is asked for.
public struct CUDAPlugin: Sendable {
    /// The file that was opened.
    public let path: String
    /// Where cuBLASLt and NCCL are searched for first; nil: where they usually are.
    let libraries: String?
    nonisolated(unsafe) let table: UnsafePointer<mammo_cuda_table>

    /// What the library is called that Scripts/build-cuda makes.
    public static let fileName = "libmammo_cuda.so"

    /// Opens a plugin.
    ///
    /// - Parameter files: Where the plugin and NVIDIA's libraries are.
    /// - Throws: `ComputeError.unavailable`, which says what is missing and how to get it.
    public init(_ files: CUDAFiles = CUDAFiles()) throws(ComputeError) {
        guard let named = files.plugin ?? Self.defaultPath else {
            throw .unavailable(
                "no \(Self.fileName) beside the program, which --device cuda needs; build it with Scripts/build-cuda, "
                    + "or name it by --cuda-plugin or MAMMO_CUDA_PLUGIN")
        }
        // A name by itself would be searched for among the system's libraries.
        let found = named.contains("/") ? named : "./\(named)"
        var message = cmessage()
        guard let table = ccuda_open(found, &message) else {
            throw .unavailable("\(message.string); Scripts/build-cuda builds the plugin")
        }
        (path, libraries, self.table) = (found, files.libraries, table)
    }

    /// The architectures that the plugin contains code for: "sm_75 sm_80 sm_90 compute_90".
    public var architectures: String { String(cString: table.pointee.architectures) }

    /// The CUDA that the plugin was built with: "13.0".
    public var toolkit: String { Self.release(Int(table.pointee.toolkit)) }

    /// The newest CUDA that the driver supports: "12.4"; nil where there is no driver.
    public var driver: String? {
        var version: Int32 = 0
        guard table.pointee.driver_version(&version) == mammo_cuda_ok, version > 0 else { return nil }
        return Self.release(Int(version))
    }

    /// "12.4" of 12040.
    private static func release(_ number: Int) -> String { "\(number / 1000).\(number % 1000 / 10)" }

    /// Where a plugin is looked for: what `MAMMO_CUDA_PLUGIN` says, else beside the executable, in `../lib`, and where
    /// Scripts/build-cuda leaves it for an executable that swift build has left in its own place; nil: there is none.
    public static var defaultPath: String? {
        if let named = Environment.value(of: "MAMMO_CUDA_PLUGIN") { return named }
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
                    capability: Int(properties.major * 10 + properties.minor), isEmulated: properties.emulated != 0,
                    refusal: Self.text(properties.refusal)))
        }
        return cards
    }

    /// A C string in an array of fixed size, which Swift imports as a tuple.
    static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// What the last failed call of this thread has to say.
    var message: String { table.pointee.message().map { String(cString: $0) } ?? "no message" }
}
