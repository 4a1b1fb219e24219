import CMessage
import CNVML
import MammoBase

/// NVIDIA's cards of this machine, through NVML: a library of the driver's, opened here and not before.
package final class Cards: Sendable {
    /// What a card says of itself; nil where it does not support a figure.
    package struct Reading: Equatable, Sendable {
        /// Share of the last moments in which it computed, in percent.
        package var utilisation: Double?
        /// Used memory in bytes, that of all processes.
        package var memory: Double?
        /// Watts.
        package var power: Double?
        /// Degrees Celsius.
        package var temperature: Double?
        /// Joules since the driver was loaded.
        package var energy: Double?

        package init(
            utilisation: Double?, memory: Double?, power: Double?, temperature: Double?, energy: Double?
        ) {
            (self.utilisation, self.memory, self.power) = (utilisation, memory, power)
            (self.temperature, self.energy) = (temperature, energy)
        }
    }

    /// The cards that are read, by their UUIDs.
    package let uuids: [String]
    nonisolated(unsafe) private let library: OpaquePointer?
    nonisolated(unsafe) private let cards: [UnsafeMutableRawPointer]

    /// Opens cards. Those that this machine does not have, as those of other processes on other machines, are left out, and all
    /// where there is no driver.
    ///
    /// - Parameters:
    ///   - uuids: As `nvidia-smi -L` prints them: "GPU-…".
    ///   - path: The library, by default that of MAMMO_NVML, else the driver's.
    package init(_ uuids: [String], library path: String = Cards.libraryPath) {
        var message = cmessage()
        library = uuids.isEmpty ? nil : cnvml_open(path, &message)
        let opened = library
        let found = uuids.compactMap { uuid in opened.flatMap { cnvml_card($0, uuid) }.map { (uuid, $0) } }
        (self.uuids, cards) = (found.map(\.0), found.map(\.1))
    }

    /// What the cards say now, in the order of `uuids`.
    package func read() -> [Reading] {
        cards.map { card in
            var now = cnvml_reading()
            cnvml_read(library, card, &now)
            func known(_ value: Double) -> Double? { value.isFinite ? value : nil }
            return Reading(
                utilisation: known(now.utilisation), memory: known(now.memory), power: known(now.power),
                temperature: known(now.temperature), energy: known(now.energy))
        }
    }

    /// Where NVML is: what MAMMO_NVML says, as in tests, else where the loader finds it.
    package static var libraryPath: String { named ?? "libnvidia-ml.so.1" }

    private static var named: String? { Environment.value(of: "MAMMO_NVML") }

    /// The UUID of a card that CUDA knows by a number. CUDA_VISIBLE_DEVICES renumbers cards, so that NVML's numbers are others.
    ///
    /// - Parameters:
    ///   - number: From 0.
    ///   - isEmulated: Whether it is none of the driver's, which MAMMO_NVML may know all the same.
    /// - Returns: 16 bytes; nil where there is no driver or no such card.
    package static func uuid(ofCard number: Int, isEmulated: Bool = false) -> [UInt8]? {
        guard let path = named ?? (isEmulated ? nil : "libcuda.so.1") else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        return cnvml_uuid(path, Int32(clamping: number), &bytes) != 0 ? bytes : nil
    }

    /// A UUID as NVML has it: "GPU-" or, of a part of a card, "MIG-", then hexadecimal digits in groups of 8, 4, 4, 4 and 12.
    ///
    /// - Parameters:
    ///   - bytes: 16.
    ///   - prefix: "GPU" or "MIG".
    /// - Returns: The text.
    package static func text(ofUUID bytes: [UInt8], prefix: String = "GPU") -> String {
        let digits = Array("0123456789abcdef")
        var text = "\(prefix)-"
        for (place, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(place) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }
}
