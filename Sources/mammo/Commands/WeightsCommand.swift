import ArgumentParser
import MammoData
import MammoGraph
import MammoImage
import MammoNet

struct WeightsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights",
        abstract: "Print what weights files contain; convert them; new heads.",
        discussion: """
            EXAMPLES
              mammo weights best.safetensors
              mammo weights --tensors convnext_tiny-983f1562.pth
              mammo weights convnext_tiny-983f1562.pth --new-head --seed 1 \\
                  --size 2048x1024 --out begin.safetensors
              mammo weights best.safetensors --out model.onnx
              mammo weights timm-last.pth.tar --no-ema --out last.pth
              mammo weights --average run0/epoch-0*.safetensors --out mean.safetensors

            Reads .safetensors, last.checkpoint of a run, and what torch.save, timm and Lightning write; nothing in a \
            pickle is run. Which of a checkpoint's state dicts it is, and what stands before its names (module., \
            model., _orig_mod. …), is found by whether the rest fits a network; averaged weights are preferred. \
            Parameters are named as torchvision, timm or ConvNeXt's authors name them.

            --out writes a .safetensors or .pth file that Python loads straight into torchvision's model (.pth by \
            torch.load with weights_only=True), or an .onnx file (opset 20): its input `pixels` is N×1×rows×columns, gray \
            from 0 to 255 as in the PNGs, its output `logits` N×1. --average writes the mean of several files of one \
            network.
            """)

    @Argument(help: ArgumentHelp("Weights files.", valueName: "file"), completion: .weights)
    var files: [String]

    @Flag(help: "List every tensor.")
    var tensors = false

    @Option(
        help: ArgumentHelp("Write the network as .safetensors, .pth or .onnx.", valueName: "file"),
        completion: .file(extensions: WeightsFormat.allCases.map(\.rawValue)))
    var out: String?

    @OptionGroup var checkpoint: CheckpointOptions

    @Flag(
        help: ArgumentHelp(
            "Write the mean of all files' weights.",
            discussion: "Running statistics of batch norms too; metadata are the first's, without its threshold."))
    var average = false

    @Flag(help: "Replace the head by an untrained one of one logit.")
    var newHead = false

    @Option(
        help: ArgumentHelp("Random seed of the new head, as torch.manual_seed.", valueName: "n"))
    var seed: UInt32 = 0

    @Option(help: ArgumentHelp("Record this image size in --out.", valueName: "RxC"))
    var size: PixelSize?

    @Flag(help: "Print one JSON object per file.")
    var json = false

    func validate() throws {
        if out != nil && files.count != 1 && !average {
            throw ValidationError("\(files.count) files are given, expected one with --out, or --average")
        }
        if average && (files.count < 2 || out == nil) {
            throw ValidationError("--average needs two files or more, and --out FILE for their mean")
        }
        if average, let out, WeightsFormat(of: out) == .onnx {
            throw ValidationError(
                "--out is '\(out)', expected .safetensors or .pth with --average; convert that to .onnx")
        }
        if let out { try WeightsFormat.check(out) }
        if (newHead || size != nil) && out == nil {
            throw ValidationError("--out is not given; --new-head and --size need --out FILE")
        }
    }

    func run() throws {
        try Console.run("weights") {
            if average, let out { throw try writeMean(to: out) }
            var failed = 0
            for path in files {
                do {
                    let file = try WeightsFile(path: path)
                    let fit = Result { try ModelWeights(file, ema: checkpoint.ema) }
                    let report = WeightsReport(file: file, weights: try? fit.get())
                    for line in json ? [report.json] : report.lines(tensors: tensors) { Console.out(line) }
                    // What a file holds is said even where it fits no network.
                    let weights = try fit.get()
                    if let out { try write(weights, to: out) }
                } catch {
                    Console.error("mammo weights: \(error)")
                    failed += 1
                }
            }
            throw ExitStatus.ofBatch(done: files.count - failed, failed: failed)
        }
    }

    private func writeMean(to path: String) throws -> ExitCode {
        let all = try files.map { try ModelWeights(try WeightsFile(path: $0), ema: checkpoint.ema) }
        var mean = all[0]
        try mean.average(with: Array(all.dropFirst()))
        try write(mean, to: path)
        for note in mean.notes { Console.error("mammo weights: \(path): \(note)") }
        let written = try WeightsFile(path: path)
        let report = WeightsReport(file: written, weights: try ModelWeights(written))
        for line in json ? [report.json] : report.lines(tensors: tensors) { Console.out(line) }
        return ExitStatus.allDone
    }

    private func write(_ weights: ModelWeights, to path: String) throws {
        var weights = weights
        if newHead { weights.replaceHead(seed: seed) } else { try weights.requireHead() }
        if let size { weights.metadata.preprocessing = PreprocessParameters(rows: size.rows, columns: size.columns) }
        try WeightsFormat.write(weights, to: path)
        Console.error("mammo weights: wrote \(path)")
    }
}

/// What `weights` prints about one file.
struct WeightsReport {
    let file: WeightsFile
    /// The file as a network's weights; nil where it fits none.
    let weights: ModelWeights?

    private var architecture: Network? { weights?.architecture }
    /// What the network is read from.
    private var stored: [WeightsFile.Entry] { weights?.stored ?? file.tensors }
    private var metadata: [String: String] { weights?.recorded ?? file.metadata }

    private struct Summary: Encodable {
        var architecture: String?
        var digest: String
        var file: String
        var format: String
        var metadata: [String: String]
        var notes: [String]
        var outputs: Int?
        var parameters: Int
        var pool: String?
        var tensors: Int
        var types: [String]
    }

    private var parameters: Int { stored.reduce(0) { $0 + $1.count } }
    private var types: [String] { Set(stored.map(\.type.rawValue)).sorted() }

    var json: String {
        JSONText.line(
            Summary(
                architecture: architecture?.name, digest: file.digest, file: file.path, format: file.format.rawValue,
                metadata: metadata, notes: weights?.notes ?? [],
                outputs: weights?.hasHead == false ? nil : architecture?.outputs, parameters: parameters,
                pool: architecture?.pooling.rawValue, tensors: stored.count, types: types))
    }

    func lines(tensors: Bool) -> [String] {
        var lines = [
            "\(file.path): \(file.format.rawValue), \(stored.count) tensors, \(parameters) parameters, "
                + types.joined(separator: ", ")
        ]
        if let weights {
            let architecture = weights.architecture
            let head =
                !weights.hasHead
                ? "no head"
                : architecture.outputs == 1 ? "head of one logit" : "head of \(architecture.outputs) classes"
            let pool = architecture.pooling == .mean ? "" : ", --pool \(architecture.pooling.rawValue)"
            lines.append("  \(architecture.family) \(architecture.name), \(head)\(pool)")
            lines += weights.notes.map { "  \($0)" }
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { lines.append("  \(key): \(value)") }
        if tensors {
            let rows = stored.map { tensor in
                [tensor.name, tensor.shape.map(String.init).joined(separator: "×"), tensor.type.rawValue]
            }
            lines += TextTable.lines(header: ["tensor", "shape", "type"], rows: rows).map { "  \($0)" }
        }
        return lines
    }
}
