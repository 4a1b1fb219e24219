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
        return try group.gather(own ?? []).flatMap { uuid in
            uuid.isEmpty ? [] : ["GPU", "MIG"].map { Cards.text(ofUUID: uuid, prefix: $0) }
        }
    }
}
