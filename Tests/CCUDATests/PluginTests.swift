import CCUDA
import Foundation
import TestSupport
import Testing

/// The plugin's sources, run on the CPU: each thread of a block as a fibre (Sources/CUDA/emulation).
@Suite(.serialized, .tags(.slow), .inFullTier, .timeLimit(.minutes(30))) struct PluginTests {
    private static let realPlugin = "\(EmulatedPlugin.root)/.build-cuda/libmammo_cuda.so"

    private func shell(_ script: String) throws -> Tool { try Tool.shell(script, in: EmulatedPlugin.root) }

    private func open(_ path: String) -> (table: mammo_cuda_table?, message: String) {
        var message = cmessage()
        let table = ccuda_open(path, &message)?.pointee
        return (table, withUnsafeBytes(of: message.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }

    private func lastMessage(_ table: mammo_cuda_table) -> String { table.message().map { String(cString: $0) } ?? "" }

    @Test func everyOperationAgainstItsReferenceInBothOrdersOfThreads() throws {
        let ended = try shell(
            """
            set -e
            Scripts/build-cuda --emulated --quiet
            work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
            check() { .build-cuda/check-cuda .build-cuda/libmammo_cuda_emulated.so "$@"; }
            MAMMO_CUDA_EMULATED_DEVICES=2 check --digests "$work/forward" & first=$!
            MAMMO_CUDA_EMULATION=reverse check --digests "$work/reverse"
            wait $first
            cmp "$work/forward" "$work/reverse"
            """)
        #expect(ended.status == 0, "\(ended.output)")
        #expect(ended.output.contains(" cases, 0 failures"))
    }

    @Test func noOperationReadsOrWritesBeyondItsMemory() throws {
        let ended = try shell(
            """
            set -e
            Scripts/build-cuda --sanitize --quiet
            check() {
                LD_PRELOAD=$(g++ -print-file-name=libasan.so) \\
                    .build-cuda/check-cuda .build-cuda/libmammo_cuda_emulated_asan.so --part "$1"
            }
            check 1/2 & first=$!
            check 2/2
            wait $first
            """)
        #expect(ended.status == 0, "\(ended.output)")
    }

    @Test func theTableInTheDocumentsIsTheProgrammes() throws {
        let ended = try shell("Scripts/build-cuda --emulated --quiet && .build-cuda/check-cuda --roofline")
        let text = try String(contentsOfFile: "\(EmulatedPlugin.root)/Documentation/cuda.md", encoding: .utf8)
        #expect(ended.status == 0 && text.hasSuffix("\n" + ended.output), "\(ended.output)")
    }

    @Test func aPluginIsOpenedAndAnotherLibraryIsNot() throws {
        let path = try #require(EmulatedPlugin.built)
        let table = try #require(open(path).table)
        var count: Int32 = 0
        #expect(table.device_count(&count) == mammo_cuda_ok && count >= 1)
        var context: OpaquePointer?
        #expect(table.open(count, nil, &context) == mammo_cuda_no_device && context == nil)
        #expect(lastMessage(table).contains("there is no device \(count)"))

        #expect(open("/nowhere/libmammo_cuda.so").message.contains("/nowhere/libmammo_cuda.so"))
        let other = open("libm.so.6")
        #expect(other.table == nil && other.message.contains("no plugin of mammo"))
    }

    /// What Scripts/build-cuda has built last on this machine; Scripts/tests/cuda-build builds it.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: realPlugin)))
    func theRealPluginSaysWhatIsMissing() throws {
        let table = try #require(open(Self.realPlugin).table)
        var count: Int32 = 7
        let status = table.device_count(&count)
        if status == mammo_cuda_ok { return }  // a machine with a card: Scripts/check-gpu is for it
        #expect(status == mammo_cuda_no_driver && count == 0)
        #expect(lastMessage(table).contains("driver"))
    }
}
