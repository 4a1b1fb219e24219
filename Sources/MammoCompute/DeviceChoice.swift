/// What a user asks to compute with: `cpu`, `cuda` (card 0), `cuda:1`, `cuda:0,1` (several), or `auto`, the first card where
/// there is one to be had, else the CPU.
public enum DeviceChoice: Equatable, Sendable, LosslessStringConvertible {
    /// This machine's cores.
    case cpu
    /// NVIDIA cards by their numbers.
    case cuda([Int])
    /// The first card, or the CPU.
    case auto

    /// What `init` takes, in words.
    public static let expected = "cpu, cuda, cuda:N, cuda:N,M,... or auto"

    /// Reads a choice.
    ///
    /// - Parameter text: See the type; each card once.
    public init?(_ text: String) {
        switch text {
        case "cpu": self = .cpu
        case "cuda": self = .cuda([0])
        case "auto": self = .auto
        default:
            guard text.hasPrefix("cuda:") else { return nil }
            let fields = text.dropFirst(5).split(separator: ",", omittingEmptySubsequences: false)
            let cards = fields.compactMap { Int($0) }.filter { (0...1023).contains($0) }
            guard cards.count == fields.count, Set(cards).count == cards.count else { return nil }
            self = .cuda(cards)
        }
    }

    /// As `init` reads it.
    public var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda([0]): "cuda"
        case .cuda(let cards): "cuda:" + cards.map { "\($0)" }.joined(separator: ",")
        case .auto: "auto"
        }
    }

    /// The choice that `auto` comes to on this machine; any other as it is.
    ///
    /// - Parameter plugin: The plugin's file; nil for where it is looked for.
    /// - Returns: The choice, and why no card computes where there is none.
    public func resolved(plugin: String? = nil) -> (choice: DeviceChoice, reason: String?) {
        guard self == .auto else { return (self, nil) }
        do throws(ComputeError) {
            _ = try CUDAPlugin(path: plugin).cards()
            return (.cuda([0]), nil)
        } catch {
            return (.cpu, error.description)
        }
    }

    /// Opens what was chosen.
    ///
    /// - Parameters:
    ///   - plugin: The plugin's file; nil for where it is looked for.
    ///   - precision: How cards store values within layers.
    ///   - cpu: The CPU as a device.
    /// - Returns: The CPU alone, or the cards in the order named.
    /// - Throws: `ComputeError.unavailable`, which says what is missing and how to get it.
    public func open(
        plugin: String? = nil, precision: CUDAPrecision = .single, cpu: () throws(ComputeError) -> CPUDevice
    ) throws(ComputeError) -> [any TrainingDevice] {
        guard case .cuda(let numbers) = resolved(plugin: plugin).choice else { return [try cpu()] }
        let plugin = try CUDAPlugin(path: plugin)
        var cards: [any TrainingDevice] = []
        for number in numbers { cards.append(try CUDADevice(plugin, card: number, precision: precision)) }
        return cards
    }
}
