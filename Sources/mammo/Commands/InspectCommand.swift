import ArgumentParser
import MammoBase
import MammoDICOM
import MammoData

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Print what DICOM files contain, and whether pixels decode.",
        discussion: """
            EXAMPLES
              mammo inspect train_images/10006/462822612.dcm
              mammo inspect --json train_images/10006/*.dcm
              mammo inspect --no-decode train_images

            Of a folder every DICOM file in it and below it is read, whatever its name.
            """)

    @Argument(help: ArgumentHelp("DICOM files, and folders of them.", valueName: "file.dcm"), completion: .dicom)
    var files: [String]

    @Option(help: ArgumentHelp("The frame to decode, from 1.", valueName: "k"))
    var frame = 1

    @Flag(inversion: .prefixedNo, help: "Decode the pixels.")
    var decode = true

    @Flag(help: "Leave out images that are FOR PROCESSING.")
    var presentationOnly = false

    @Flag(help: "Print one JSON object per line.")
    var json = false

    func run() throws {
        let inputs = InputFiles(files)
        for (folder, count) in inputs.passedOver {
            Console.error(
                "mammo inspect: \(folder): passed over \(count.of("file that is", "files that are")) not DICOM")
        }
        for (input, reason) in inputs.refused { Console.error("mammo inspect: \(input): \(reason)") }
        var (done, failed, raw) = (0, inputs.refused.count, ProcessingCount())
        for file in inputs.files {
            let report = FileReport(path: file.path, frame: frame, decode: decode, presentationOnly: presentationOnly)
            raw.add(file.folder, isForProcessing: report.isForProcessing)
            if report.isForProcessing && presentationOnly { continue }
            if report.error != nil { failed += 1 } else { done += 1 }
            show(report)
        }
        for line in raw.lines(areExcluded: presentationOnly) { Console.error("mammo inspect: \(line)") }
        throw ExitStatus.ofBatch(done: done, failed: failed)
    }

    private func show(_ report: FileReport) {
        if json {
            Console.out(JSONText.line(report))
        } else if let error = report.error, report.transfer_syntax == nil {
            Console.error("mammo inspect: \(report.path): \(error)")
        } else {
            Console.out(report.line)
        }
    }
}
