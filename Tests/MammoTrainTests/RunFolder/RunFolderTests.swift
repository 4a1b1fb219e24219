import MammoData
import MammoTrain
import TestSupport
import Testing

@Suite("Run folder")
struct RunFolderTests {
    @Test("Made where there is none; a run in it is refused, resumed or removed as asked")
    func opening() throws {
        let scratch = try TemporaryFolder()
        let path = "\(scratch.path)/a/run"
        func refusal(_ opening: RunFolder.Opening) -> String {
            do throws(DataError) {
                _ = try RunFolder(path, opening)
                return ""
            } catch {
                return error.description
            }
        }
        #expect(refusal(.resumed) == "\(path): holds no run to resume: there is no config.yaml")
        do {
            let folder = try RunFolder(path + "/", .new)
            #expect(folder.path == path && !folder.hasCheckpoint)
            try folder.write(TrainingConfigurationTests.named)
            #expect(refusal(.resumed) == "\(path): another process is training in it; wait until it ends, or stop it")
        }
        #expect(try RunFolder.configuration(in: path) == TrainingConfigurationTests.named)
        try Files.write([1], to: "\(path)/last.checkpoint")
        try Files.write([1], to: "\(path)/notes.txt")
        for name in ["epoch-012.safetensors", "epoch-1234.safetensors", "epoch-1.safetensors"] {
            try Files.write([1], to: "\(path)/\(name)")
        }
        try Files.write([1], to: "\(path)/events.out.tfevents.0000000001.x")
        #expect(
            refusal(.new).hasPrefix("\(path): already holds a run (config.yaml); resume it with --resume \(path)"))
        #expect(try RunFolder(path, .resumed).hasCheckpoint)
        let anew = try RunFolder(path, .forced)
        #expect(!anew.hasCheckpoint && anew.eventFiles.isEmpty)
        #expect(try Files.read("\(path)/notes.txt") == [1])
        #expect(Files.names(in: path).filter { $0.hasPrefix("epoch-") } == ["epoch-1.safetensors"])
        #expect(anew.weights(ofEpoch: 7) == "\(path)/epoch-007.safetensors")
    }
}

@Suite("Run logs")
struct RunLogTests {
    private static let steps = InventedRun(epochs: 3, stepsPerEpoch: 20).steps

    @Test("Numbers read back to the same bits, those that are not finite too")
    func bits() throws {
        let scratch = try TemporaryFolder()
        let path = "\(scratch.path)/steps.csv"
        let odd = StepRecord(step: 61, epoch: 4, lr: 3e-308, loss: .infinity, seconds: 0.1 + 0.2)
        let log = try StepLog(path: path, keepingTo: 0, interval: .seconds(100))
        for step in Self.steps + [odd] { try log.append(step) }
        #expect(try StepLog.read(path).isEmpty)
        try log.flush()
        #expect(try StepLog.read(path) == Self.steps + [odd])
        let epochs = "\(scratch.path)/epochs.csv"
        let records = [InventedRun.epoch(1, pf1: 1.0 / 3), InventedRun.epoch(2, area: nil, isBest: true)]
        let second = try EpochLog(path: epochs, keepingTo: 0, interval: .zero)
        for record in records { try second.append(record) }
        #expect(try EpochLog.read(epochs) == records)
    }

    @Test("Whenever a run is killed, the file of the run that goes on is that of an undisturbed one", arguments: 0...60)
    func killed(_ checkpoint: Int) throws {
        let scratch = try TemporaryFolder()
        let whole = try text(of: Self.steps, to: "\(scratch.path)/whole.csv")
        let path = "\(scratch.path)/steps.csv"
        // Killed at any byte that is no earlier than the checkpoint's last step.
        let lines = whole.split(separator: 10, omittingEmptySubsequences: false)
        let least = lines.prefix(checkpoint + 1).reduce(0) { $0 + $1.count + 1 }
        let cut = min(whole.count, least + checkpoint * 37 % 400)
        try Files.write(Array(whole[..<cut]), to: path)
        let log = try StepLog(path: path, keepingTo: checkpoint)
        #expect(log.earlier == Array(Self.steps.prefix(checkpoint)))
        for step in Self.steps.dropFirst(checkpoint) { try log.append(step) }
        try log.flush()
        #expect(try Files.read(path) == whole)
    }

    private func text(of steps: [StepRecord], to path: String) throws -> [UInt8] {
        let log = try StepLog(path: path, keepingTo: 0)
        for step in steps { try log.append(step) }
        try log.flush()
        return try Files.read(path)
    }

    @Test(
        "epochs.csv of earlier versions is continued with this version's columns, and nothing of it is lost",
        arguments: [false, true])
    func formerColumns(_ isRenamed: Bool) throws {
        let scratch = try TemporaryFolder()
        var records = [InventedRun.epoch(1), InventedRun.epoch(2, pf1: 0.4, isBest: true), InventedRun.epoch(3)]
        for place in records.indices.dropLast() { records[place].waitShare = nil }
        let path = "\(scratch.path)/epochs.csv"
        let whole = try EpochLog(path: path, keepingTo: 0)
        for record in records { try whole.append(record) }
        try whole.flush()
        let expected = try Files.read(path)
        var lines = String(decoding: expected, as: UTF8.self).split(separator: "\n").map { line in
            String(line.prefix(upTo: line.lastIndex(of: ",") ?? line.endIndex))
        }
        #expect(lines[0].hasSuffix(",best") && lines[0].contains(",best_f1_breast,"))
        if isRenamed {
            lines[0] = lines[0].replacing("grid_f1", with: "grid_pf1").replacing("best_f1", with: "best_pf1")
        }
        try Files.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: path)
        #expect(try EpochLog.read(path).prefix(2) == records.prefix(2))
        let log = try EpochLog(path: path, keepingTo: 2)
        #expect(log.earlier == Array(records.prefix(2)))
        try log.append(records[2])
        try log.flush()
        #expect(try Files.read(path) == expected)
    }

    @Test("Another table, a line that is none and steps that fall are refused with their line")
    func refusals() throws {
        let scratch = try TemporaryFolder()
        let header = "step,epoch,lr,loss,seconds,loss_scale\n"
        for (text, message) in [
            ("a,b\n", ":1: the header is 'a,b', expected step,epoch,lr,loss,seconds,loss_scale"),
            (header + "1,1,x,1,1,\n2,1,1,1,1,\n", ":2: '1,1,x,1,1,' is not a row of"),
            (header + "2,1,1,1,1,65536.0\n2,1,1,1,1,\n", ":3: step 2 after 2"),
        ] {
            let path = try scratch.write(text, to: "s.csv")
            do throws(DataError) {
                _ = try StepLog(path: path, keepingTo: 5)
                Issue.record("\(text) passes")
            } catch {
                #expect(error.description.hasPrefix(path + message), "\(error)")
            }
        }
        #expect(try StepLog(path: scratch.write("garbage", to: "s.csv"), keepingTo: 0).earlier.isEmpty)
    }
}
