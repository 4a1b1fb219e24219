import ArgumentParser
import CProcess
import MammoData
import MammoImage

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Report on this machine and a DICOM folder; estimate run time.",
        discussion: """
            EXAMPLES
              mammo doctor
              mammo doctor --out png --dicom-dir train_images
              mammo doctor --dicom-dir train_images --json

            Writes and reads a file of 64 MB below --out to measure the disk, reads the header of every file below \
            --dicom-dir, and preprocesses a few of them; all that it writes is removed again. The time is an estimate: the \
            sample is small, and other work slows it down.

            Exit status: 0 nothing that is needed is missing; 1 something is (marked ✗); 130 interrupted.
            """)

    @Option(help: ArgumentHelp("A folder of DICOM files to examine.", valueName: "folder"), completion: .directory)
    var dicomDir: String?

    @Option(help: ArgumentHelp("The folder whose disk is measured.", valueName: "folder"), completion: .directory)
    var out = "."

    @Option(help: ArgumentHelp("Image size of the time estimate.", valueName: "RxC"))
    var size = PixelSize(rows: 2048, columns: 1024)

    @Option(help: ArgumentHelp("Images processed at a time. (default: all cores)", valueName: "n"))
    var jobs: Int?

    @Option(help: ArgumentHelp("Images to preprocess to measure time.", valueName: "n"))
    var sample = 8

    @Flag(help: "Leave out images that are FOR PROCESSING.")
    var presentationOnly = false

    @OptionGroup var cuda: CUDAOptions

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print what was found as JSON.")
    var json = false

    func validate() throws {
        try Validation.check("--jobs", jobs, in: Validation.atATime)
        try Validation.check("--sample", sample, in: 1...10_000)
    }

    func run() throws {
        try Console.run("doctor") {
            let cores = Int(cprocess_available_cores())
            let folder = Files.nearestFolder(out)
            var findings = DoctorFindings(out: folder, cores: cores, cuda: cuda.files)
            let interrupt = Interrupt.listen { Console.error("mammo doctor: interrupted") }
            if let dicomDir {
                let batch = PreprocessBatch(
                    parameters: PreprocessParameters(rows: size.rows, columns: size.columns), jobs: jobs ?? cores,
                    cores: cores, outputFolder: folder, version: BuildVersion.number)
                try look(through: dicomDir, batch, &findings) { interrupt.isRequested }
                if interrupt.isRequested { throw ExitStatus.interrupted }
            }
            if json { Console.out(JSONText.line(findings)) } else { DoctorReport(findings).print() }
            throw findings.missing.isEmpty ? ExitStatus.allDone : ExitStatus.nothingDone
        }
    }

    private func look(
        through folder: String, _ batch: PreprocessBatch, _ findings: inout DoctorFindings,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        let paths: [String]
        do throws(DataError) { paths = try DICOMSurvey.paths(below: folder) } catch {
            findings.missing.append(error.description)
            return
        }
        let progress = Progress(total: paths.count, unit: "header", style: .suited(quiet: quiet))
        let survey = progress.during {
            DICOMSurvey(
                paths, workers: batch.jobs, presentationOnly: presentationOnly, shouldStop: shouldStop,
                advanced: { _ in progress.advance() })
        }
        let isWritable = findings.machine.disk_problem == nil
        let sampled =
            survey.images.isEmpty || !isWritable
            ? nil : try PreprocessingSample(of: survey.images, count: sample, by: batch, shouldStop: shouldStop)
        findings.add(survey, sampled, folder: folder, size: size, presentationOnly: presentationOnly)
    }
}
