import MammoCompute
import MammoTrack

/// Which cards the processes of a run compute on.
enum CardIdentities {
    /// The UUIDs of all processes' cards, as NVML has them: one of a card as a whole and one of a part (MIG) for each, of which a
    /// machine knows one at most. Empty where CPUs compute. All processes have to ask.
    ///
    /// - Parameters:
    ///   - group: The processes.
    ///   - device: This one's.
    /// - Returns: The same in all of them.
    /// - Throws: `ComputeError`.
    static func shared(by group: any ProcessGroup, _ device: any Device) throws(ComputeError) -> [String] {
        let card = (device as? CUDADevice)?.card
        let own = card.flatMap { Cards.uuid(ofCard: $0.number, isEmulated: $0.isEmulated) }
        var bytes = [Double](repeating: 0, count: 16 * group.count)
        for (place, byte) in (own ?? []).enumerated() { bytes[16 * group.rank + place] = Double(byte) }
        let all = try group.sum(bytes).map { UInt8($0) }
        return stride(from: 0, to: all.count, by: 16).flatMap { first -> [String] in
            let uuid = Array(all[first..<first + 16])
            guard uuid.contains(where: { $0 > 0 }) else { return [] }
            return ["GPU", "MIG"].map { Cards.text(ofUUID: uuid, prefix: $0) }
        }
    }
}
