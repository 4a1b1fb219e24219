import CProcess
import Dispatch
import MammoBase
import MammoData
import Synchronization

/// Samples the machine in a thread of its own, every few seconds and at the end, and writes system.csv. The thread that trains
/// does no more than say which step it is at.
package final class SystemMonitor: Sendable {
    private struct State {
        var counters: SystemCounters
        var usage: RunUsage
        var waiting: [SystemSample] = []
        var problem: DataError?
    }

    private let log: SystemLog
    private let cards: Cards
    private let meter: ReaderMeter
    private let interval: Double
    private let step: Atomic<Int>
    private let state: Mutex<State>
    private let ended = DispatchSemaphore(value: 0)
    private let thread = DispatchGroup()

    /// Opens the file; nothing is sampled before `start`.
    ///
    /// - Parameters:
    ///   - path: system.csv.
    ///   - cards: What the run computes on.
    ///   - meter: Of the reader.
    ///   - step: The run's step.
    ///   - interval: Seconds between samples.
    /// - Throws: `DataError` where the file cannot be read or written, or is another table.
    package init(path: String, cards: Cards, meter: ReaderMeter, step: Int, interval: Double = 5) throws(DataError) {
        log = try SystemLog(path: path, cards: cards.uuids.count)
        (self.cards, self.meter, self.interval) = (cards, meter, interval)
        self.step = Atomic(step)
        state = Mutex(
            State(counters: SystemCounters(meter, joules: cards.read().map(\.energy)), usage: log.earlier))
    }

    /// Begins to sample.
    package func start() {
        state.withLock { $0.counters = SystemCounters(meter, joules: cards.read().map(\.energy)) }
        DispatchQueue(label: "mammo.system").async(group: thread) { [self] in
            cprocess_name_thread("mammo-system")
            while ended.wait(timeout: .now() + interval) == .timedOut { sample() }
        }
    }

    /// Says which step is done.
    package func reached(_ step: Int) { self.step.store(step, ordering: .relaxed) }

    /// The samples that were made since this was asked the last time.
    package func takeSamples() -> [SystemSample] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// Writes the last line, up to the last step; the thread has ended when this returns. To be called once.
    package func stop() {
        ended.signal()
        thread.wait()
        sample()
    }

    /// What the run has used so far.
    package var usage: RunUsage { state.withLock { $0.usage } }

    /// Why a line could not be written; nil where all are there.
    package var problem: DataError? { state.withLock { $0.problem } }

    private func sample() {
        let memory = MachineMemory()
        let readings = cards.read()
        let time = UnixTime.now
        let step = step.load(ordering: .relaxed)
        let after = SystemCounters(meter, joules: readings.map(\.energy))
        state.withLock { state in
            let sample = SystemSample(
                from: state.counters, to: after, time: time, step: step,
                memory: (memory.available.map { memory.total - $0 }, ProcessMemory.residentBytes),
                cards: zip(cards.uuids, readings).map { ($0, $1) })
            state.counters = after
            state.usage.add(sample)
            state.waiting.append(sample)
            do throws(DataError) { try log.append(sample) } catch { state.problem = state.problem ?? error }
        }
    }
}
