import MammoNet
import TestSupport
import Testing

/// Pickles that were made to do harm, in torch's format of before 1.6, which has them without an archive around.
@Suite("Hostile pickles", .timeLimit(.minutes(2)))
struct HostilePickleTests {
    private static let head: [UInt8] =
        [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        + [0x80, 2, 0x4D, 0xE9, 0x03, 0x2E] + [0x80, 2, 0x7D, 0x2E]

    /// What is said of a file with this pickle and no storages.
    private static func said(_ pickle: [UInt8]) -> String {
        do {
            _ = try WeightsFile(head + [0x80, 2] + pickle + [0x2E, 0x80, 2, 0x5D, 0x2E], path: "p")
            return "read"
        } catch { return "\(error)" }
    }

    private static func repeated(_ opcodes: String, _ times: Int) -> [UInt8] {
        [[UInt8]](repeating: Array(opcodes.utf8), count: times).flatMap { $0 }
    }

    private static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }

    @Test("However deep values are nested, nothing overflows")
    func deep() {
        let tuples = Self.repeated(")", 1) + [UInt8](repeating: 0x85, count: 300_000)
        #expect(Self.said(tuples).contains("holds no state dict: it is a tuple"))
        // ]]]… and as many appends.
        let lists = Self.repeated("]", 100_000) + Self.repeated("a", 99_999)
        #expect(Self.said(lists).contains("it is a list"))
        let dictionaries = Self.repeated("}N", 50_000) + Self.repeated("}s", 1) + Self.repeated("s", 49_999)
        #expect(Self.said(dictionaries) != "read")
    }

    @Test("More values than any checkpoint has are refused")
    func many() {
        #expect(Self.said([UInt8](repeating: 0x4E, count: 4_200_000)).contains("more than 4194304 values"))
        #expect(Self.said([UInt8](repeating: 0x28, count: 4_200_000)).contains("more than 4194304 values"))
        #expect(Self.said([0x4E] + [UInt8](repeating: 0x94, count: 2_100_000)).contains("are remembered"))
    }

    @Test("What refers to itself, or to itself many times, is looked at once")
    func cycles() {
        // A dictionary that holds itself under "a".
        #expect(Self.said(Array("}q\0U\u{1}ah\0s".utf8)).contains("holds no state dict"))
        // A list that holds itself.
        #expect(Self.said(Array("]q\0h\0a".utf8)).contains("holds no state dict"))
        // Pairs of pairs of pairs: 2^1000 leaves.
        #expect(Self.said([0x29] + [[UInt8]](repeating: [0x32, 0x86], count: 1000).flatMap { $0 }).contains("a tuple"))
        // The same, of dictionaries.
        let level = Array("q\0}(U\u{1}ah\0U\u{1}bh\0u".utf8)
        #expect(Self.said(Array("}".utf8) + [[UInt8]](repeating: level, count: 1000).flatMap { $0 }) != "read")
        // A module that is its own module twice.
        let modules = Array("}q\0(U\u{b}_parametersN".utf8) + Array("U\u{8}_modules}(U\u{1}ah\0U\u{1}bh\0uu".utf8)
        #expect(Self.said(modules).contains("holds no state dict"))
    }

    @Test("Copies are counted as what they copy")
    func copies() {
        // A dictionary of 2000 items, and 3000 copies of it.
        let items = Array("}q\0(".utf8) + Self.repeated("K\u{1}N", 2000) + Array("u0".utf8)
        let copy = Self.global("collections", "OrderedDict") + Array("h\0".utf8) + [0x85] + Array("R0".utf8)
        let many = items + [[UInt8]](repeating: copy, count: 3000).flatMap { $0 } + Array("N".utf8)
        #expect(Self.said(many).contains("more than 4194304 values"))
    }

    @Test(
        "What is cut off or makes no sense is damaged",
        arguments: [
            "a", "s", "u", "t", "R", "b", "Q", "h\0", "q\0", "0", "1", "2", "o", "(o", "i", "cos\n", "N(a", "NN0000",
            "(N(t0", "K", "J\0", "U\u{7f}a", "X\u{1}\0\0\0", "U\u{1}aQ", ")Q", "NNR", "}N(Nu", "K\u{1}(Ku", "NNa",
            "gx\n",
        ])
    func nonsense(_ pickle: String) { #expect(Self.said(Array(pickle.utf8)) != "read") }

    @Test("A length of 64 bits that is not there is damaged", arguments: [0x8D, 0x8E, 0x96] as [UInt8])
    func lengths(_ opcode: UInt8) {
        for length in [UInt64.max, UInt64(Int64.max), 1 << 40] {
            let bytes = withUnsafeBytes(of: length.littleEndian) { [UInt8]($0) }
            #expect(Self.said([opcode] + bytes).contains("it ends"))
        }
    }

    @Test("Nothing is called: what would run a program is a name")
    func calls() {
        let system = Self.global("os", "system") + Array("U\u{4}true".utf8) + [0x85] + Array("R".utf8)
        #expect(Self.said(system).contains("holds no state dict: it is a os.system"))
        let extensions = Self.said([0x82, 1])
        #expect(extensions.contains("opcode 0x82"))
        // A name with control characters stays on its line.
        let named = Self.said(Self.global("a\u{1B}[31m\r", "b") + Array(")R".utf8))
        #expect(!named.contains("\u{1B}") && !named.contains("\r"))
    }

    @Test("Tensors that cannot be are no tensors")
    func tensors() {
        func tensor(_ storage: String, _ rest: String) -> [UInt8] {
            Array("}U\u{1}a".utf8) + Self.global("torch._utils", "_rebuild_tensor_v2")
                + Array("(\(storage)\(rest)tRs".utf8)
        }
        let float = "(U\u{7}storagectorch\nFloatStorage\nU\u{1}0U\u{3}cpuK\u{1}tQ"
        // Without its storage, with none at all, with a shape of text, with strides of another count.
        for (storage, rest) in [
            (float, "K\0K\u{1}K\u{1}"), ("N", "K\0))"), (float, "K\0U\u{1}a)"), (float, "K\0)(K\u{1}t"),
        ] {
            #expect(Self.said(tensor(storage, rest)) != "read")
        }
        // Storages that are listed and are not there.
        let listed = Self.head + [0x80, 2] + tensor(float, "K\0(K\u{1}t(K\u{1}t") + [0x2E, 0x80, 2]
        #expect {
            _ = try WeightsFile(listed + Array("]U\u{1}0a.".utf8) + [UInt8](repeating: 0xFF, count: 8), path: "p")
        } throws: {
            "\($0)".contains("storage 0 is cut off")
        }
    }
}
