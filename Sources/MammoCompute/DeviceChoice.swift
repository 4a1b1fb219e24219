/// What a user asks to compute with: `cpu`, `cuda` (card 0), `cuda:1`, `cuda:0,1` (several), or `auto`, the first card where
/// one is available, else the CPU.
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

    /// Opens what was chosen.
    ///
    /// - Parameters:
    ///   - files: Where the plugin and its libraries are.
    ///   - precision: How cards store values within layers.
    ///   - products: How cards compute products.
    ///   - cpu: The CPU as a device.
    /// - Returns: The CPU alone, or the cards in the order named. `auto` opens the first card that can be used, and the CPU
    ///   where there is none.
    /// - Throws: `ComputeError.unavailable`, which says what is missing and how to get it.
    public func open(
        _ files: CUDAFiles = CUDAFiles(), precision: CUDAPrecision = .single,
        products: ProductOptions = ProductOptions(), cpu: () throws(ComputeError) -> CPUDevice
    ) throws(ComputeError) -> OpenedDevices {
        switch self {
        case .cpu: return OpenedDevices(choice: .cpu, devices: [try cpu()])
        case .cuda(let numbers):
            let plugin = try CUDAPlugin(files)
            var cards: [any Device] = []
            for number in numbers {
                cards.append(try CUDADevice(plugin, card: number, precision: precision, products: products))
            }
            return OpenedDevices(choice: self, devices: cards)
        case .auto:
            do throws(ComputeError) {
                let plugin = try CUDAPlugin(files)
                let cards = try plugin.cards()
                let card = cards.first { $0.refusal(of: precision, products) == nil } ?? cards[0]
                let device = try CUDADevice(plugin, card, precision: precision, products: products)
                // Without cuBLASLt the first product would fail, long after the choice.
                if !card.isEmulated { _ = try plugin.find(.cuBLASLt) }
                return OpenedDevices(choice: .cuda([card.number]), devices: [device])
            } catch {
                return OpenedDevices(choice: .cpu, devices: [try cpu()], whyNoCard: error.description)
            }
        }
    }
}

/// The devices that a choice opened.
public struct OpenedDevices: Sendable {
    /// What was asked for; of `auto`, what it resolved to.
    public let choice: DeviceChoice
    /// The CPU alone, or cards.
    public let devices: [any Device]
    /// Why `auto` opened the CPU; nil otherwise.
    public let whyNoCard: String?

    init(choice: DeviceChoice, devices: [any Device], whyNoCard: String? = nil) {
        (self.choice, self.devices, self.whyNoCard) = (choice, devices, whyNoCard)
    }
}
