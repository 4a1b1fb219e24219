import MammoBase

/// A line of system.csv: what machine and cards did since the line before.
package struct SystemSample: Equatable, Sendable {
    /// A card's part.
    package struct Card: Equatable, Sendable {
        /// "GPU-…".
        package var uuid: String
        /// In the order of `SystemSample.cardColumns`; nil where the card does not say.
        package var values: [Double?]

        package init(uuid: String, values: [Double?]) { (self.uuid, self.values) = (uuid, values) }
    }

    /// Seconds since 1970.
    package var time: Double
    /// The run's step by then; 0 before the first.
    package var step: Int
    /// What the line covers, back from `time`.
    package var seconds: Double
    /// In the order of `machineColumns`; nil where the system does not say.
    package var values: [Double?]
    /// The cards that the run computes on.
    package var cards: [Card]

    package init(time: Double, step: Int, seconds: Double, values: [Double?], cards: [Card]) {
        (self.time, self.step, self.seconds) = (time, step, seconds)
        (self.values, self.cards) = (values, cards)
    }

    /// What stands before the figures.
    static let placeColumns = ["time", "step", "seconds"]

    /// Figures of the machine and the process. Names are MLflow's where it has such a figure.
    package static let machineColumns = [
        "cpu_utilization_percentage", "system_memory_usage_megabytes", "process_memory_usage_megabytes",
        "disk_read_bytes_per_second", "reader_images_per_second", "device_wait_fraction",
    ]

    /// Figures of a card, each behind `gpu_0_`, `gpu_1_` …
    package static let cardColumns = [
        "utilization_percentage", "memory_usage_megabytes", "power_usage_watts", "temperature_celsius",
        "energy_joules",
    ]

    /// The column of a card's UUID, which is no figure.
    private static let uuidColumn = "uuid"

    /// The header.
    ///
    /// - Parameter cards: How many there are.
    /// - Returns: Names of columns.
    package static func columns(cards: Int) -> [String] {
        placeColumns + machineColumns
            + (0..<cards).flatMap { card in ([uuidColumn] + cardColumns).map { "gpu_\(card)_\($0)" } }
    }

    /// Whether a column has figures: all have, but for those that say when and which card.
    package static func isFigure(_ column: String) -> Bool {
        !placeColumns.contains(column) && !column.hasSuffix("_\(uuidColumn)")
    }

    /// What TensorBoard and MLflow call a column.
    package static func metric(_ column: String) -> String { "system/\(column)" }

    /// As many as `columns`.
    package var fields: [String] {
        func text(_ value: Double?) -> String { value.map { $0.decimals(3) } ?? "" }
        return [time.decimals(3), "\(step)", seconds.decimals(3)] + values.map(text)
            + cards.flatMap { [$0.uuid] + $0.values.map(text) }
    }

    /// Reads what `fields` wrote. Fields of cards that the line lacks are empty.
    ///
    /// - Parameter fields: As many as `columns` of some number of cards; the result is nil for anything else.
    init?(fields: [String]) {
        let first = Self.placeColumns.count
        let (ofMachine, ofCard) = (first..<first + Self.machineColumns.count, 1 + Self.cardColumns.count)
        guard fields.count >= ofMachine.upperBound, (fields.count - ofMachine.upperBound).isMultiple(of: ofCard),
            let time = Double(fields[0]), let step = Int(fields[1]), let seconds = Double(fields[2])
        else { return nil }
        let cards = stride(from: ofMachine.upperBound, to: fields.count, by: ofCard).map { place in
            Card(uuid: fields[place], values: fields[place + 1..<place + ofCard].map { Double($0) })
        }
        self.init(time: time, step: step, seconds: seconds, values: fields[ofMachine].map { Double($0) }, cards: cards)
    }

    /// The figures that are known, under the names that TensorBoard and MLflow have.
    package var metrics: [(tag: String, value: Double)] {
        let columns = Self.columns(cards: cards.count)
        return zip(columns, fields).compactMap { column, field in
            guard Self.isFigure(column), let value = Double(field) else { return nil }
            return (Self.metric(column), value)
        }
    }
}

extension SystemSample {
    /// The difference of two readings of counters, and what does not add up.
    ///
    /// - Parameters:
    ///   - before: Counters at the beginning of the time that the sample covers.
    ///   - after: Counters at its end.
    ///   - time: Seconds since 1970 at its end.
    ///   - step: The run's step at its end.
    ///   - memory: Bytes that are used of the machine's memory, and by this process.
    ///   - cards: Their UUIDs, and what they say at its end.
    init(
        from before: SystemCounters, to after: SystemCounters, time: Double, step: Int,
        memory: (machine: Int?, process: Int?), cards: [(uuid: String, now: Cards.Reading)]
    ) {
        let seconds = max(after.time - before.time, 1e-6)
        (self.time, self.step, self.seconds) = (time, step, seconds)
        var load: Double?
        if let old = before.processors, let new = after.processors, new.all > old.all {
            load = min(max((new.busy - old.busy) / (new.all - old.all), 0), 1) * 100
        }
        var reads: Double?
        if let old = before.diskReads, let new = after.diskReads { reads = max(new - old, 0) / seconds }
        values = [
            load, memory.machine.map { Double($0) / 1e6 }, memory.process.map { Double($0) / 1e6 }, reads,
            Double(after.images - before.images) / seconds, min(max((after.waited - before.waited) / seconds, 0), 1),
        ]
        self.cards = cards.enumerated().map { place, card in
            let (old, new) = (before.joules[place], after.joules[place])
            // A driver that was loaded anew counts from 0.
            let energy = old.flatMap { old in new.flatMap { $0 >= old ? $0 - old : nil } }
            let now = card.now
            return Card(
                uuid: card.uuid,
                values: [now.utilisation, now.memory.map { $0 / 1e6 }, now.power, now.temperature, energy])
        }
    }

    /// Joules of all cards: what they counted, or, of those that do not count, power times time; nil where neither is known.
    var joules: Double? {
        let known = cards.compactMap { card in card.values[4] ?? card.values[2].map { $0 * seconds } }
        return known.isEmpty ? nil : known.reduce(0, +)
    }
}
