import Foundation
import MammoCompute

/// Threads of this process in the place of processes: what a launcher and MPI are in earnest.
package final class ThreadGroup: ProcessGroup {
    package let rank: Int
    package var count: Int { meeting.count }
    private let meeting: Meeting

    private init(rank: Int, _ meeting: Meeting) { (self.rank, self.meeting) = (rank, meeting) }

    /// Does something in a thread for each rank, and waits for all.
    ///
    /// - Returns: The results by rank.
    /// - Throws: What the first that failed has thrown; the others are ended.
    package static func run<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (any ProcessGroup) throws -> Result
    ) throws -> [Result] {
        let meeting = Meeting(count)
        let results = Results<Result>(count)
        let done = DispatchGroup()
        for rank in 0..<count {
            done.enter()
            Thread {
                results.put(Swift.Result { try body(ThreadGroup(rank: rank, meeting)) }, at: rank) { meeting.end() }
                done.leave()
            }.start()
        }
        done.wait()
        return try results.all()
    }

    package func sum(_ tensors: [Tensor], on device: any Device) throws(ComputeError) {
        for tensor in tensors {
            let sums = try sum(try device.read(tensor).map(Double.init))
            try device.overwrite(tensor, with: sums.map(Float.init))
        }
    }

    package func sum(_ values: [Double]) throws(ComputeError) -> [Double] {
        let all = try meeting.exchange(values, rank)
        return values.indices.map { place in all.reduce(0) { $0 + $1[place] } }
    }

    package func broadcast(_ tensors: [Tensor], on device: any Device) throws(ComputeError) {
        for tensor in tensors {
            let first = try meeting.exchange(try device.read(tensor).map(Double.init), rank)[0]
            try device.overwrite(tensor, with: first.map(Float.init))
        }
    }

    package func broadcast(_ bytes: [UInt8]) throws(ComputeError) -> [UInt8] {
        try meeting.exchange(bytes.map(Double.init), rank)[0].map { UInt8($0) }
    }

    package func end() {}

    package func abort(status: Int32) -> Never { fatalError("rank \(rank) ends all with \(status)") }
}

/// Where all bring something and each goes away with what all have brought.
///
/// Unchecked: everything is read and written under the condition's lock.
private final class Meeting: @unchecked Sendable {
    let count: Int
    private let condition = NSCondition()
    private var brought: [Int: [Double]] = [:]
    private var result: [[Double]] = []
    private var number = 0
    private var isOver = false

    init(_ count: Int) { self.count = count }

    func exchange(_ values: [Double], _ rank: Int) throws(ComputeError) -> [[Double]] {
        condition.lock()
        defer { condition.unlock() }
        brought[rank] = values
        let mine = number
        if brought.count == count {
            result = (0..<count).map { brought[$0] ?? [] }
            (brought, number) = ([:], number + 1)
            condition.broadcast()
        }
        while number == mine && !isOver { condition.wait() }
        guard number != mine else { throw .processes("another rank has failed") }
        return result
    }

    func end() {
        condition.lock()
        isOver = true
        condition.broadcast()
        condition.unlock()
    }
}

/// Unchecked: under the lock.
private final class Results<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var values: [Result<Value, any Error>?]
    private var failure: (any Error)?

    init(_ count: Int) { values = Array(repeating: nil, count: count) }

    func put(_ result: Result<Value, any Error>, at rank: Int, ifFailed: () -> Void) {
        lock.withLock {
            values[rank] = result
            if case .failure(let error) = result, failure == nil { failure = error }
        }
        if case .failure = result { ifFailed() }
    }

    func all() throws -> [Value] {
        if let failure { throw failure }
        return try values.compactMap { try $0?.get() }
    }
}
