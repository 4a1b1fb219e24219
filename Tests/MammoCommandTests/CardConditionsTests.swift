import Foundation
import MammoData
import TestSupport
import Testing

/// Cards and drivers that the plugin cannot use, or only in part: the emulated plugin takes what it claims to be from its
/// environment (Sources/CUDA/emulation/settings.h).
@Suite("Cards, drivers and libraries as users have them", .timeLimit(.minutes(10)))
struct CardConditionsTests {
    private let folder: TemporaryFolder
    private let csv = Fixtures.path("train.csv")

    init() throws {
        folder = try TemporaryFolder()
        try #require(EmulatedPlugin.built != nil)
    }

    /// Runs mammo with the emulated plugin, and the variables of a card.
    private func mammo(_ arguments: String, _ variables: String = "") throws -> Tool {
        try Tool.shell(
            "export MAMMO_CUDA_PLUGIN='\(EmulatedPlugin.built ?? "")' \(variables); cd '\(folder.path)' && mammo \(arguments)"
        )
    }

    private func infer(_ name: String, _ more: String, _ variables: String = "") throws -> Tool {
        try mammo(
            "infer --weights '\(Fixtures.path("micro/weights.safetensors"))' --csv '\(csv)' --out \(name).csv "
                + "--dicom-dir '\(Fixtures.path("train_images"))' --size 64x32 --quiet \(more)", variables)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    @Test(
        "A card that the plugin has no code for, or whose driver is too old, is named with what to do; auto uses the CPU",
        arguments: [
            (
                "MAMMO_CUDA_EMULATED_CAPABILITY=60 MAMMO_CUDA_EMULATED_ARCHITECTURES='sm_75 sm_80 compute_90'",
                "the plugin contains code for sm_75 sm_80 compute_90, and none for emulated device 0, which is sm_60; "
                    + "build it for this device: Scripts/build-cuda"
            ),
            (
                "MAMMO_CUDA_EMULATED_DRIVER=12040",
                "the NVIDIA driver supports CUDA 12.4, and this plugin was built with CUDA 13.0: update the driver to 580 "
                    + "or newer, or build the plugin with an older CUDA (Scripts/build-cuda --from-debian"
            ),
            ("MAMMO_CUDA_EMULATED_DRIVER=0", "this machine has no NVIDIA driver"),
        ])
    func refusals(_ variables: String, _ reason: String) throws {
        let card = try infer("card", "--device cuda", variables)
        #expect(card.status == 69 && card.output.contains(reason), "\(card.output)")
        #expect(card.output.split(separator: "\n").count == 1)
        let auto = try infer("auto", "--device auto --tf32", variables)
        #expect(auto.status == 0 && auto.output.contains(reason), "\(auto.output)")
        #expect(auto.output.contains("; the CPU computes, without --tf32"))
        // The other line is the summary on standard output.
        #expect(auto.output.split(separator: "\n").count == 2)
        #expect(try infer("cpu", "--device cpu").status == 0)
        #expect(try text("auto.csv") == text("cpu.csv"))
        // What the CPU computed is not recorded as TF32.
        #expect(try text("auto.images.csv.run.json") == text("cpu.images.csv.run.json"))
        let doctor = try mammo("doctor", variables)
        #expect(doctor.status == 0 && doctor.output.contains("✗") && doctor.output.contains(reason), "\(doctor.output)")
    }

    @Test("bf16 and TF32 below sm_80 are refused with what to use instead; newer cards run the PTX")
    func precisions() throws {
        let tensor = try infer("old", "--device cuda --tf32", "MAMMO_CUDA_EMULATED_CAPABILITY=75")
        #expect(tensor.status == 69 && tensor.output.split(separator: "\n").count == 1)
        #expect(
            tensor.output.contains(
                "card 0, emulated device 0, is sm_75, and TF32 needs sm_80 or newer; leave out --tf32"))
        let old = try infer("old", "--device cuda --amp bf16", "MAMMO_CUDA_EMULATED_CAPABILITY=75")
        #expect(old.status == 69 && old.output.contains("is sm_75, and bf16 needs sm_80 or newer; use --amp fp16"))
        let new = try infer(
            "new", "--device cuda --amp bf16",
            "MAMMO_CUDA_EMULATED_CAPABILITY=120 MAMMO_CUDA_EMULATED_ARCHITECTURES='sm_75 compute_90'")
        #expect(new.status == 0, "\(new.output)")
    }

    @Test("Without memory pools the values are the same")
    func noPools() throws {
        #expect(try infer("pools", "--device cuda").status == 0)
        let plain = try infer("plain", "--device cuda", "MAMMO_CUDA_EMULATED_POOLS=0")
        #expect(plain.status == 0, "\(plain.output)")
        #expect(try text("pools.csv") == text("plain.csv"))
    }

    @Test("Out of memory: how much was asked for, how much is free, and what uses less")
    func outOfMemory() throws {
        let run = try infer(
            "small", "--device cuda --batch-size 16 --size 512x256", "MAMMO_CUDA_EMULATED_MEMORY=20000000")
        #expect(run.status == 1, "\(run.output)")
        #expect(
            run.output.contains(
                /card 0, emulated device 0: out of memory: [0-9.]+ MB were asked for, and [0-9.]+ of 20\.0 MB/),
            "\(run.output)")
        for option in ["--batch-size", "--recompute", "--amp"] { #expect(run.output.contains(option)) }
    }

    @Test("doctor lists the card, the driver, the plugin's architectures and the libraries")
    func doctor() throws {
        let run = try mammo("doctor --json --cuda-libraries '\(folder.path)'", "MAMMO_CUDA_EMULATED_DEVICES=2")
        struct Found: Decodable {
            struct Card: Decodable {
                var architectures, driver, toolkit, cublaslt_problem, nccl_problem: String?
                var cards, refusals: [String]
            }
            var card: Card
        }
        let card = try JSONDecoder().decode(Found.self, from: Data(run.output.utf8)).card
        #expect(card.cards == ["0: emulated device 0, sm_80, 4.3 GB", "1: emulated device 1, sm_80, 4.3 GB"])
        #expect(card.refusals.isEmpty && card.driver == "13.0" && card.toolkit == "13.0")
        #expect(card.architectures == "sm_60 sm_70 sm_75 sm_80 sm_90 compute_90")
    }

    /// A library that answers as cuBLASLt does, or refuses the driver.
    private func library(_ path: String, version: Int, refuses: Bool) throws {
        let functions = [
            "Destroy", "MatmulDescCreate", "MatmulDescDestroy", "MatmulDescSetAttribute", "MatrixLayoutCreate",
            "MatrixLayoutDestroy", "MatmulPreferenceCreate", "MatmulPreferenceDestroy", "MatmulPreferenceSetAttribute",
            "MatmulAlgoGetHeuristic", "MatmulAlgoCheck", "Matmul",
        ].map { "int cublasLt\($0)(void) { return 0; }" }.joined(separator: "\n")
        let source = """
            #include <stddef.h>
            int cublasLtCreate(void **handle) { return \(refuses ? 1 : 0); }
            size_t cublasLtGetVersion(void) { return \(version); }
            const char *cublasLtGetStatusString(int code) { return "CUBLAS_STATUS_NOT_INITIALIZED"; }
            \(functions)
            """
        try folder.write(source, to: "library.c")
        let built = try Tool.shell(
            "cd '\(folder.path)' && mkdir -p \"$(dirname '\(path)')\" && gcc -shared -fPIC -o '\(path)' library.c")
        try #require(built.status == 0, "\(built.output)")
    }

    @Test("cuBLASLt is found in the folder named, CUDA_HOME and Python's packages; one that refuses is passed over")
    func libraries() throws {
        let inVenv = "venv/lib/python3.12/site-packages/nvidia/cublas/lib/libcublasLt.so.12"
        try library(inVenv, version: 120_405, refuses: false)
        let found = try mammo("doctor", "CUDA_HOME='' VIRTUAL_ENV='\(folder.path)/venv'")
        #expect(found.output.contains("cuBLASLt  12.4.5, \(folder.path)/\(inVenv)\n"), "\(found.output)")

        // 13 refuses the driver; 11 lies beside it.
        try library("home/lib64/libcublasLt.so.13", version: 130_100, refuses: true)
        let home = "CUDA_HOME='\(folder.path)/home'"
        let refused = try mammo("doctor", home + " VIRTUAL_ENV='' HOME=/nowhere")
        #expect(
            refused.output.contains(
                "libcublasLt.so.13: cuBLASLt 130100 refuses this device or driver: CUBLAS_STATUS_NOT_INITIALIZED"),
            "\(refused.output)")
        try library("home/lib64/libcublasLt.so.11", version: 111_103, refuses: false)
        let next = try mammo("doctor", home)
        #expect(
            next.output.contains("cuBLASLt  11.11.3, \(folder.path)/home/lib64/libcublasLt.so.11\n"), "\(next.output)")

        try library("named/libcublasLt.so.13", version: 130_200, refuses: false)
        let named = try mammo("doctor --cuda-libraries '\(folder.path)/named'", home)
        #expect(named.output.contains("cuBLASLt  13.2.0, \(folder.path)/named/libcublasLt.so.13\n"), "\(named.output)")
        let gone = try mammo("doctor --cuda-libraries '\(folder.path)/gone'", home)
        #expect(gone.output.contains("\(folder.path)/gone: no such folder to search for cuBLASLt in"), "\(gone.output)")
    }
}
