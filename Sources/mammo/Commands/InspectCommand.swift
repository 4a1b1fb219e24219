import ArgumentParser
import MammoDICOM
import MammoData

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Print what DICOM files contain and whether their pixels decode.",
        discussion: """
            EXAMPLES
              mammo inspect train_images/10006/462822612.dcm
              mammo inspect --json train_images/10006/*.dcm
              mammo inspect --no-decode train_images/*/*.dcm
            """)

    @Argument(help: ArgumentHelp("DICOM files.", valueName: "file.dcm"), completion: .dicom)
    var files: [String]

    @Option(help: ArgumentHelp("The frame to decode, from 1.", valueName: "k"))
    var frame = 1

    @Flag(inversion: .prefixedNo, help: "Decode the pixels.")
    var decode = true

    @Flag(help: "Print one JSON object per line.")
    var json = false

    func run() throws {
        var failed = 0
        for path in files {
            let report = FileReport(path: path, frame: frame, decode: decode)
            if report.error != nil { failed += 1 }
            if json {
                Console.out(JSONText.line(report))
            } else if let error = report.error, report.transfer_syntax == nil {
                Console.error("mammo inspect: \(path): \(error)")
            } else {
                Console.out(report.line)
            }
        }
        throw ExitStatus.ofBatch(done: files.count - failed, failed: failed)
    }
}
