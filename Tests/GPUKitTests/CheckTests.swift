import GPUKit
import Testing

@Suite("The kit reads check-cuda and compute-sanitizer")
struct CheckTests {
    static let failing = """
        device: NVIDIA T4, sm_75, 14.6 GiB, 40 multiprocessors
        depthwise              120 cases, 0.4 s
        FAILED product fp32 bf16 3x5x7: the call returned 'unsupported', expected 'ok'
        product                 80 cases, 0.2 s, 2 FAILED
        200 cases, 2 failures, 12 skipped
        skipped: product, 12 cases: bf16 needs sm_80
        failed: product, 2 cases
            product fp32 bf16 3x5x7: the call returned 'unsupported', expected 'ok' (and 1 more reasons)
            product fp32 fp16 3x5x7: 0.5 at 3, expected 0.25

        """

    @Test("Counts and failed cases; without a summary what was said until then")
    func summary() {
        let run = CheckSummary.read(Self.failing, tool: "check-cuda", status: 1)
        #expect(run.cases == 200 && run.failures == 2 && run.skipped == 12 && !run.passed)
        #expect(run.failed.count == 2 && run.failed[1] == "product fp32 fp16 3x5x7: 0.5 at 3, expected 0.25")
        #expect(CheckSummary.note(run) == "200 cases, 2 failures, 12 skipped")
        let whole = CheckSummary.read("emulated device 0\n1669 cases, 0 failures\n", tool: "x", status: 0)
        #expect(whole.passed && whole.cases == 1669 && whole.skipped == nil && whole.failed.isEmpty)
        // A device that is lost after the summary's values were fine.
        #expect(!CheckSummary.read("10 cases, 0 failures\n", tool: "x", status: 1).passed)
        let torn = CheckSummary.read(String(Self.failing.prefix(200)), tool: "x", status: 143)
        #expect(torn.cases == nil && torn.failed.count == 1 && torn.failed[0].hasPrefix("product fp32 bf16"))
    }

    @Test("A clean run under compute-sanitizer, one with a report, one with hazards, one that was stopped")
    func sanitizer() {
        func read(_ text: String, status: Int32? = 0) -> CheckRun {
            SanitizerSummary.read(text, into: CheckSummary.read(text, tool: "memcheck", status: status))
        }
        let clean = read("========= COMPUTE-SANITIZER\n9 cases, 0 failures\n========= ERROR SUMMARY: 0 errors\n")
        #expect(clean.passed && clean.errors == 0 && clean.failed.isEmpty)
        let wrong = read(
            """
            ========= COMPUTE-SANITIZER
            ========= Invalid __global__ write of size 4 bytes
            =========     at void mammo_cuda::gelu_rows<float>(float *)+0x90
            =========     by thread (33,0,0) in block (2,0,0)
            =========
            ========= Program hit cudaErrorLaunchFailure (error 719)
            =========     Saved host backtrace up to driver entry point at error
            =========
            9 cases, 0 failures
            ========= ERROR SUMMARY: 2 errors
            """)
        #expect(!wrong.passed && wrong.errors == 2)
        #expect(
            wrong.failed == [
                "Invalid __global__ write of size 4 bytes", "Program hit cudaErrorLaunchFailure (error 719)",
            ])
        let race = read(
            """
            ========= COMPUTE-SANITIZER
            ========= Error: Race reported between Write access at sums+0x10 and Read access at sums+0x40 [8 hazards]
            =========
            9 cases, 0 failures
            ========= RACECHECK SUMMARY: 1 hazard displayed (1 error, 0 warnings)
            """)
        #expect(!race.passed && race.errors == 1 && race.failed.count == 1)
        let stopped = read("========= COMPUTE-SANITIZER\ngelu  5 cases, 1 s\n", status: nil)
        #expect(stopped.errors == nil && stopped.cases == nil && stopped.passed)
    }
}
