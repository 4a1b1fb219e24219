import ArgumentParser
import MammoCompute

/// Devices that each compute by themselves: `cpu`, `cuda:0,cuda:1`, or `cuda:0,1` for the same cards.
struct DeviceList: Equatable, Sendable, ExpressibleByArgument {
    let devices: [DeviceChoice]

    init(_ devices: [DeviceChoice]) { self.devices = devices }

    init?(argument: String) {
        if case .cuda(let cards)? = DeviceChoice(argument) {
            devices = cards.map { .cuda([$0]) }
            return
        }
        let fields = argument.split(separator: ",", omittingEmptySubsequences: false)
        let all = fields.compactMap { DeviceChoice(String($0)) }
        let cards = all.filter { $0 != .cpu }.map(\.description)
        guard all.count == fields.count, Set(cards).count == cards.count, !all.contains(.auto) || all.count == 1,
            // The CPU and cards do not compute the same bits.
            cards.isEmpty || cards.count == all.count
        else { return nil }
        devices = all
    }

    /// As `init` reads it.
    var defaultValueDescription: String { devices.map(\.description).joined(separator: ",") }
}
