import GPUKit
import Testing

@Suite("The kit reads what is said of the machine and by the peers")
struct MachineTests {
    @Test("A card by nvidia-smi; what is no card's line")
    func card() {
        let card = CardQuery("NVIDIA H100 80GB HBM3, 580.159.03, 81559\n")
        #expect(card?.name == "NVIDIA H100 80GB HBM3" && card?.driver == "580.159.03" && card?.megabytes == 85520)
        #expect(CardQuery("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.") == nil)
        #expect(CardQuery("") == nil)
        #expect(CardQuery("Tesla T4, 535.1, [N/A]\r\n")?.megabytes == nil)
        #expect(MemoryQuery.megabytes(" 512\r\n") == 536 && MemoryQuery.megabytes("[N/A]") == nil)
    }

    @Test("doctor's findings, with and without a card, of this plugin and of earlier ones")
    func doctor() throws {
        let text = """
            {"card":{"architectures":"sm_90","cards":["0: NVIDIA H100, sm_90, 85.0 GB"],"cublaslt":"13.1.0, /opt/x/lib.so",
            "driver":"13.0","nccl_problem":"no NCCL","plugin":"/k/lib/libmammo_cuda.so","refusals":[],"toolkit":"13.0"},
            "machine":{"cores":16,"out":"."},"missing":[]}
            """
        let report: DoctorReport = try JSONFile.read(Array(text.utf8), path: "doctor")
        var facts = MachineFacts()
        report.record(in: &facts)
        #expect(facts.device == "0: NVIDIA H100, sm_90, 85.0 GB" && facts.cores == 16)
        #expect(facts.plugin == "code for sm_90, built with CUDA 13.0" && facts.problems == ["no NCCL"])
        let none: DoctorReport = try JSONFile.read(
            Array(#"{"card":{"cards":[],"driver_problem":"libcuda.so.1: no such file"},"missing":[]}"#.utf8), path: "d")
        #expect(none.card.cards.isEmpty && none.card.driver_problem == "libcuda.so.1: no such file")
        #expect(throws: StepProblem.self) {
            let _: DoctorReport = try JSONFile.read(Array("mammo: no".utf8), path: "doctor")
        }
    }

    @Test("Comparisons with PyTorch, complete or not; not a number is wrong")
    func comparison() throws {
        let text = """
            {"program": "compare_network", "complete": false, "torch": "2.11.0", "networks_by": "torchvision", "cudnn": 91002,
             "checks": [{"check": "a", "error": 1e-06, "limit": 0.0001, "passed": true},
                        {"check": "b", "error": "nan", "limit": 0.0001, "passed": false},
                        {"check": "c", "error": null, "limit": null, "passed": false, "message": "failed: no memory"}],
             "skipped": [{"check": "d", "reason": "bf16 needs sm_80"}]}
            """
        let found: PeerComparison = try JSONFile.read(Array(text.utf8), path: "n.json")
        let values = found.values
        #expect(!found.complete && found.skipped?.first?.reason == "bf16 needs sm_80" && values.count == 3)
        #expect(values[0] == ValueCheck("a", error: 1e-6, limit: 1e-4, passed: true))
        #expect(values[1].error?.isNaN == true && !values[1].passed && values[2].message == "failed: no memory")
    }

    @Test("Speeds beside PyTorch, and what was not measured")
    func timing() throws {
        let text = """
            {"program": "bench_training", "complete": true, "peers_skipped": null, "torch": "2.11.0",
             "cases": [{"images": 8, "rows": 2048, "columns": 1024, "amp": "none", "operations": 1, "results": [
               {"name": "mammo", "status": "ok", "rounds": [0.08, 0.1, 0.09], "seconds": 0.09, "peak_megabytes": 9000},
               {"name": "PyTorch, eager", "status": "ok", "rounds": [0.12], "seconds": 0.12, "peak_megabytes": null},
               {"name": "PyTorch, compiled", "status": "out of memory", "message": "no room", "rounds": []}]}]}
            """
        let found: PeerTiming = try JSONFile.read(Array(text.utf8), path: "t.json")
        let speeds = found.speeds(.training)
        let shape = BatchShape(8, ImageSize(2048, 1024))
        #expect(
            speeds == [
                Speed(.training, "bench-network", shape, type: "fp32", seconds: 0.09, count: 3, peakMegabytes: 9000),
                Speed(.training, "PyTorch, eager", shape, type: "fp32", seconds: 0.12, count: 1),
                Speed(.training, "PyTorch, compiled", shape, type: "fp32", note: "out of memory: no room"),
            ])
        #expect(speeds[2].imagesPerSecond == nil && speeds[1].imagesPerSecond == 8 / 0.12)
    }
}
