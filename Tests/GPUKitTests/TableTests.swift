import GPUKit
import Testing

@Suite("The kit reads tables of operations and kernels")
struct TableTests {
    static let header =
        "operation\tstage\ttype\tbatch\ttimes_per_image\tleast_ms\ttook_ms\tshare_of_nominal\tshare_of_measured\t"
        + "gigabytes_per_second\tgigaflops_per_second\tbound\n"
    static let operations =
        header + """
            copy\t0\tbf16\t8\t0\t2.000000\t2.500000\t0.8000\t1.0000\t2680.000\t0.000\tmemory
            gelu\t1\tbf16\t8\t6\t0.500000\t0.900000\t0.5556\t0.6944\t1800.500\t12000.000\tmemory
            product_up\t3\tbf16\t8\t9\t0.100000\t0.200000\t\t\t500.000\t600000.000\tarithmetic
            depthwise\t1\tbf16\t8\t3\t0.300000\t2.000000\t0.1500\t0.1900\t400.000\t9000.000\tmemory
            training_step\t0\tbf16\t8\t1\t40.000000\t72.000000\t0.5556\t0.6000\t1900.000\t130000.000\t

            """

    @Test("Operations, the longest first; shares that are not known; the copy and the sum apart")
    func operationTable() throws {
        let rows = try OperationTable.read(Self.operations, path: "o.tsv")
        #expect(rows.count == 5 && rows.ofNetwork.count == 3)
        #expect(rows.longest(2).map(\.name) == ["depthwise:1", "gelu:1"])
        #expect(rows.copy?.gigabytes_per_second == 2680 && rows.sum?.took_ms == 72)
        #expect(rows[2].share_of_nominal == nil && rows[1].share_of_measured == 0.6944)
        // A program that was stopped leaves a torn line; one that was not may not leave a wrong one.
        #expect(try OperationTable.read(Self.operations + "gelu\t2\tbf1", path: "o.tsv") == rows)
        #expect(throws: StepProblem.self) { try OperationTable.read(Self.operations + "gelu\t2\n", path: "o.tsv") }
        #expect(throws: StepProblem.self) { try OperationTable.read("operation stage\n", path: "o.tsv") }
        #expect(throws: StepProblem.self) { try OperationTable.read("", path: "o.tsv") }
    }

    @Test("What one kernel computes is compared with its parts of the same stage")
    func fusedOperations() throws {
        let together = try OperationTable.read(
            Self.header + "product_gelu\t3\tbf16\t8\t9\t0.1\t0.25\t\t\t1\t1\tmemory\n"
                + "product_gelu\t4\tbf16\t8\t3\t0.1\t0.3\t\t\t1\t1\tmemory\n", path: "o.tsv")
        let separate = try OperationTable.read(
            Self.header + "product_up\t3\tbf16\t8\t9\t0.1\t0.2\t\t\t1\t1\tmemory\n"
                + "gelu\t3\tbf16\t8\t9\t0.1\t0.175\t\t\t1\t1\tmemory\n"
                + "product_up\t4\tbf16\t8\t3\t0.1\t0.2\t\t\t1\t1\tmemory\n", path: "s.tsv")
        let compared = FusedOperation.comparisons(together, separate)
        #expect(compared.map(\.name) == ["product_gelu"] && compared.map(\.stage) == [3])
        #expect(compared.map(\.together) == [0.25] && compared.map(\.separate) == [0.375])
        var report = try ReportTests.report()
        (report.operations, report.separate_operations) = (together, separate)
        #expect(MarkdownReport(report).text.contains("| product_gelu | 3 | 0.250 | 0.375 | 1.50 |"))
    }

    @Test("Bytes of an image, from the roofline's tables")
    func roofline() {
        let text = """
            ### ConvNeXt-tiny: inference, one image

            | operation | MB | GFLOP | P100 ms |
            |---|---:|---:|---:|
            | gelu | 1434 | 8.97 | 1.96 |
            | all | 5612 | 383 | 24.7 |
            | images/s at most | | | 41 |

            ### ConvNeXt-tiny: training, forward and back, one image

            | operation | MB | GFLOP | P100 ms |
            |---|---:|---:|---:|
            | all | 16801 | 1144 | 71.0 |

            ### EfficientNet V2-S: inference, one image

            | all | 7270 | 243 | 32.0 |
            """
        #expect(RooflineTable.bytes(text)?.inference == 5_612e6 && RooflineTable.bytes(text)?.training == 16_801e6)
        #expect(RooflineTable.bytes("| all | many |") == nil)
    }

    static let kernels = """
        ==PROF== Connected to process 4242 (/tmp/kit/libexec/check-cuda)
        bf16 of ConvNeXt-tiny in training: 8 images of 2048x1024, bf16
        ==PROF== Profiling "depthwise_kernel" - 0: 0%....50%....100% - 5 passes
        depthwise:1 ran once
        ==PROF== Disconnected from process 4242
        "ID","Process ID","Process Name","Host Name","Kernel Name","Context","Stream","Block Size","Grid Size","Device","CC","Section Name","Metric Name","Metric Unit","Metric Value"
        "0","4242","check-cuda","127.0.0.1","void depthwise_kernel<float, __nv_bfloat16>(args)","1","7","(32, 8, 1)","(4, 512, 8)","0","9.0","Command line profiler metrics","dram__throughput.avg.pct_of_peak_sustained_elapsed","%","71.25"
        "0","4242","check-cuda","127.0.0.1","void depthwise_kernel<float, __nv_bfloat16>(args)","1","7","(32, 8, 1)","(4, 512, 8)","0","9.0","Command line profiler metrics","gpu__time_duration.sum","ns","1,234,560"
        "0","4242","check-cuda","127.0.0.1","void depthwise_kernel<float, __nv_bfloat16>(args)","1","7","(32, 8, 1)","(4, 512, 8)","0","9.0","Command line profiler metrics","launch__registers_per_thread","register/thread","64"
        "1","4242","check-cuda","127.0.0.1","add_partials(float *)","1","7","(32, 8, 1)","(4, 1, 1)","0","9.0","Command line profiler metrics","gpu__time_duration.sum","usecond","2.5"
        "1","4242","check-cuda","127.0.0.1","add_partials(float *)","1","7","(32, 8, 1)","(4, 1, 1)","0","9.0","Command line profiler metrics","sm__warps_active.avg.pct_of_peak_sustained_active","%","n/a"
        """

    @Test(
        "A kernel's name for people",
        arguments: [
            (
                "void mammo_cuda::(anonymous namespace)::over_rows<8, mammo_cuda::gelu_values<__nv_bfloat16, 8>>(T2, long)",
                "over_rows<8, gelu_values<__nv_bfloat16, 8>>"
            ), ("sum_blocks(const float *, int)", "sum_blocks"),
            ("nvjet_hsh_256x128_64x4_TNN", "nvjet_hsh_256x128_64x4_TNN"),
            ("void k<(int)3, float>(float *)", "k<(int)3, float>"),
        ])
    func kernelName(_ name: String, _ short: String) {
        #expect(Kernel(operation: "", kernel: name).shortName == short)
    }

    @Test("ncu's kernels with their metrics; what it says where it may not count")
    func kernelTable() throws {
        let kernels = try KernelTable.read(Self.kernels, operation: "depthwise:1")
        #expect(kernels.count == 2 && kernels[0].operation == "depthwise:1")
        #expect(kernels[0].kernel == "void depthwise_kernel<float, __nv_bfloat16>(args)")
        #expect(kernels[0].duration_us == 1234.56 && kernels[0].dram_percent == 71.25 && kernels[0].registers == 64)
        #expect(kernels[1].duration_us == 2.5 && kernels[1].occupancy_percent == nil && kernels[1].sm_percent == nil)
        do throws(StepProblem) {
            _ = try KernelTable.read("==ERROR== ERR_NVGPUCTRPERM - no permission\n", operation: "gelu:1")
            Issue.record("no table passes")
        } catch {
            #expect(error.note.contains("ERR_NVGPUCTRPERM"))
        }
    }
}
