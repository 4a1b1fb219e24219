import MammoData
import MammoTrain
import TestSupport
import Testing

@Suite("TensorBoard events")
struct EventFileTests {
    @Test("CRC-32C of RFC 3720's examples")
    func remainders() {
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.of(0..<32) == 0x46DD_794E)
        #expect(CRC32C.of((0..<32).reversed()) == 0x113F_DB5C)
        #expect(CRC32C.of("123456789".utf8) == 0xE306_9283)
    }

    @Test("Protobuf's own examples of numbers and texts")
    func messages() {
        var message = ProtobufMessage()
        message.set(1, 150)
        message.set(2, "testing".utf8)
        message.set(3) { $0.set(1, 150) }
        #expect(hex(message.bytes) == "089601" + "120774657374696e67" + "1a03089601")
        var numbers = ProtobufMessage()
        numbers.set(1, -1)
        numbers.set(2, 1.5)
        numbers.set(3, Float(1.5))
        #expect(hex(numbers.bytes) == "08ffffffffffffffffff01" + "11000000000000f83f" + "1d0000c03f")
    }

    /// What the tensorboard package's RecordWriter and event_pb2 wrote of the same events (Scripts/peers/check_events.py).
    static let golden = [
        "1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe979000000000000008a13",
        "537b0900001040fc54d9412a6e0a6c0a1c5f68706172616d735f2f73657373696f6e5f73746172745f696e666f4206080112",
        "0212004a440a420a0768706172616d7312371a350a090a03616d70120220000a0e0a046172636812061a0474696e790a0f0a",
        "026c721209112d431cebe2360a3f2900001040fc54d9413712632a31000000000000009d8383e90900001040fc54d9411001",
        "2a240a110a0a747261696e2f6c6f7373150000403f0a0f0a08747261696e2f6c721517b75138235902f72100000000000000",
        "017becf60900001040fc54d94110ac022a130a110a0a747261696e2f6c6f7373150000c07fc2d62032500000000000000094",
        "0f9b820900001040fc54d94110ac022a420a400a1a5f68706172616d735f2f73657373696f6e5f656e645f696e666f420608",
        "01120212004a1a0a180a0768706172616d73120d220b08011100001040fc54d9416a05a653",
    ].joined()

    @Test("A file's bytes are those of TensorBoard's own writer")
    func bytes() throws {
        let folder = try TemporaryFolder()
        #expect(hex(try Files.read(Self.write(to: folder.path, after: 0))) == Self.golden)
    }

    static func write(to folder: String, after step: Int, at time: Double = 1_700_000_000.25) throws -> String {
        let file = try EventFile(
            in: folder, after: step,
            hyperparameters: [("amp", .flag(false)), ("arch", .text("tiny")), ("lr", .number(5e-5))],
            owner: "test", clock: { time })
        try file.add([("train/loss", 0.75), ("train/lr", 5e-5)], step: step + 1)
        try file.add([("train/loss", .nan)], step: step + 300)
        try file.end(step: step + 300, succeeded: true)
        return file.path
    }

    @Test("A run that is taken up has a file of its own, after the others, that voids later steps")
    func resumed() throws {
        let folder = try TemporaryFolder()
        let names = try [0, 7, 9].map { try Self.write(to: folder.path, after: $0) }
        #expect(names == names.sorted() && Set(names).count == 3)
        #expect(names[0].hasSuffix("/events.out.tfevents.1700000000.test"))
        #expect(names[2].hasSuffix("/events.out.tfevents.1700000002.test"))
        // Step 8, session_log {status: START}.
        #expect(hex(try Files.read(names[1])).contains("1008" + "3a020801"))
        let again = try Self.write(to: folder.path, after: 0)
        #expect(hex(try Files.read(again)).contains("1001" + "3a020801"))
    }

    @Test("Steps and epochs by tag")
    func records() throws {
        let folder = try TemporaryFolder()
        let file = try EventFile(in: folder.path, after: 0, hyperparameters: [])
        try file.add(StepRecord(step: 1, epoch: 1, lr: 1e-3, loss: 0.5, seconds: 2), memory: 3_000_000_000)
        try file.add(InventedRun.epoch(1, area: nil))
        try file.flush()
        let text = String(decoding: try Files.read(file.path), as: UTF8.self)
        for tag in ["train/loss", "memory/resident_mb", "epoch/number", "validation/best_f1_breast"] {
            #expect(text.contains(tag), "\(tag)")
        }
        #expect(!text.contains("roc_auc"))
    }

    private func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
