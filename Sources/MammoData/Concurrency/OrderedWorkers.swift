import Dispatch
import Synchronization

/// Workers that take things from one queue, each as soon as it is free; what they make of them comes out in the order in
/// which they went in.
///
/// One thread gives and takes. The workers end with their owner, after what they have begun.
public final class OrderedWorkers<Input: Sendable, Output: Sendable> {
    /// How many workers there are.
    public let count: Int
    private let queue = Queue()
    private let threads = DispatchGroup()
    private var underWay: [Item] = []

    /// Workers with nothing to do yet.
    ///
    /// - Parameters:
    ///   - count: How many, at least one.
    ///   - work: Makes something of a thing; told which worker it is, from 0.
    public init(_ count: Int, _ work: @escaping @Sendable (Int, Input) -> Output) {
        self.count = max(1, count)
        for worker in 0..<self.count {
            threads.startThreads(1) { [queue] in
                while let item = queue.take() { item.put(work(worker, item.input)) }
            }
        }
    }

    deinit {
        queue.end(workers: count)
        threads.wait()
    }

    /// How many things were given and not taken back.
    public var waiting: Int { underWay.count }

    /// Gives the workers a thing.
    ///
    /// - Parameter input: What the first that is free works on.
    public func give(_ input: Input) {
        let item = Item(input)
        underWay.append(item)
        queue.put(item)
    }

    /// Waits for what the thing that was given longest ago has become.
    ///
    /// - Returns: nil where nothing was given.
    public func take() -> Output? { underWay.isEmpty ? nil : underWay.removeFirst().take() }

    private final class Item: Sendable {
        let input: Input
        private let output = Mutex<Output?>(nil)
        private let done = DispatchSemaphore(value: 0)

        init(_ input: Input) { self.input = input }

        func put(_ output: Output) {
            self.output.withLock { $0 = output }
            done.signal()
        }

        func take() -> Output? {
            done.wait()
            return output.withLock { $0 }
        }
    }

    private final class Queue: Sendable {
        private let items = Mutex<[Item]>([])
        private let filled = DispatchSemaphore(value: 0)

        func put(_ item: Item) {
            items.withLock { $0.append(item) }
            filled.signal()
        }

        /// The next thing; nil when there is to be none any more.
        func take() -> Item? {
            filled.wait()
            return items.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }

        func end(workers: Int) {
            items.withLock { $0.removeAll() }
            for _ in 0..<workers { filled.signal() }
        }
    }
}
