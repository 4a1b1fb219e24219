import MammoCompute
import TestSupport
import Testing

/// Threads with an emulated card each in the place of processes; Scripts/tests/train-gpus has real ones.
@Suite struct CUDAProcessGroupTests {
    /// Does something in a thread for each rank, which has joined the others.
    private func run<Result: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (CUDAProcessGroup, CUDADevice) throws -> Result
    ) throws -> [Result] {
        let folder = try TemporaryFolder()
        let place = "\(folder.path)/group"
        return try ThreadGroup.run(count) { thread in
            let group = CUDAProcessGroup(rank: thread.rank, count: count, meetingPlace: place)
            let card = try EmulatedPlugin.card()
            try group.begin(on: card)
            defer { group.end() }
            return try body(group, card)
        }
    }

    @Test(arguments: [2, 3]) func numbersToTheBit(_ count: Int) throws {
        var own: [[Double]] = []
        for rank in 0..<count {
            let number = Double(rank)
            own.append([number + 0.1, 1e300, -1e-300 * (number + 1), rank == 1 ? .infinity : 0, .pi * number])
        }
        let given = own
        let results = try run(count) { group, _ in
            (try group.sum(given[group.rank]), try group.sum([]), try group.any(group.rank == 1), try group.any(false))
        }
        let expected = own[0].indices.map { place in own.reduce(0.0) { $0 + $1[place] } }
        for (sums, nothing, any, none) in results {
            #expect(sums == expected && nothing.isEmpty && any && !none)
        }
    }

    @Test(arguments: [2, 3]) func tensors(_ count: Int) throws {
        // More than go through the emulation's meeting at a time.
        let length = 40_001
        let results = try run(count) { group, card in
            let values = (0..<length).map { Float($0 * (group.rank + 1)) / 8 }
            let sum = try card.tensor(values, Shape(channels: length))
            try group.sum([sum], on: card)
            let first = try card.tensor(
                group.rank == 0 ? [1.5, -0.0, 0, .leastNonzeroMagnitude, -7] : [9, 9, 9, .nan, 9], Shape(channels: 5))
            try group.broadcast([first], on: card)
            return (try card.read(sum), try card.read(first).map(\.bitPattern))
        }
        let factor = (1...count).reduce(0, +)
        let wanted = [Float(1.5), -0.0, 0, .leastNonzeroMagnitude, -7].map(\.bitPattern)
        for (sum, first) in results {
            #expect(sum == (0..<length).map { Float($0 * factor) / 8 })
            #expect(first == wanted)
        }
    }

    /// Parts of one memory, in two sums that are begun, one of them with a tensor that does not lie beside the others.
    @Test(arguments: [1, 2, 3]) func partsOfOneMemory(_ count: Int) throws {
        let lengths = [1, 64, 100, 20_000, 3]
        let results = try run(count) { group, card in
            let parts = try card.makeTensors(lengths)
            let other = try card.tensor([Float](repeating: 2, count: 7), Shape(channels: 7))
            for (part, length) in zip(parts, lengths) {
                let values = (0..<length).map { Float($0 + length) * Float(group.rank + 1) / 8 }
                try card.overwrite(part, with: values)
            }
            try group.beginSum([parts[3], parts[4]], on: card)
            try group.beginSum([parts[0], parts[1], other, parts[2]], on: card)
            try group.finishSums()
            return try (parts + [other]).map { try card.read($0) }
        }
        let factor = Float((1...count).reduce(0, +))
        for sums in results {
            for (sum, length) in zip(sums, lengths) {
                #expect(sum == (0..<length).map { Float($0 + length) * factor / 8 })
            }
            #expect(sums.last == [Float](repeating: Float(2 * count), count: 7))
        }
    }

    @Test func bytes() throws {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        let results = try run(3) { group, _ in
            (try group.broadcast(group.rank == 0 ? bytes : [1, 2]), try group.broadcast([]))
        }
        for (all, none) in results { #expect(all == bytes && none.isEmpty) }
    }

    @Test func anotherDeviceAndWhatIsNoIdentityAreRefused() throws {
        let folder = try TemporaryFolder()
        let place = try folder.write("short", to: "group")
        let group = CUDAProcessGroup(rank: 1, count: 2, meetingPlace: place)
        func message(_ device: any Device) -> String {
            do { try group.begin(on: device) } catch { return "\(error)" }
            return ""
        }
        #expect(message(CPUDevice(threads: 1)).contains("give --device cuda"))
        #expect(
            message(try EmulatedPlugin.card()) == "\(place): expected 128 bytes, the identity of a group of processes")
    }
}
