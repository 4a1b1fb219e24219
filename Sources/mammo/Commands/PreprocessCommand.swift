import ArgumentParser
import CProcess
import MammoData
import MammoImage

struct PreprocessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preprocess",
        abstract: "Turn DICOM mammograms into cropped, padded, resized 8-bit PNGs.",
        discussion: """
            EXAMPLES
              mammo preprocess --images train_images --csv train.csv --out png
              mammo preprocess --images train_images --list parts/part-0.txt --out png --size 1536x768
              mammo preprocess 10006/462822612.dcm --out png --jobs 1
              mammo preprocess --verify --csv train.csv --out png

            Writes {patient}_{image}.png for each, and a line in manifest.jsonl. The pixels are those of dicomsdl,
            numpy and OpenCV to the bit: minimum to maximum as 0 to 255, Gaussian 5×5, Otsu, the box of the largest
            contour, padding to 1:2 above or to the left, bilinear resize. An input that fails is named and the rest
            is done. The same command again passes over what is done and still right, and makes the rest; several
            processes may work in one folder on different lists.

            manifest.jsonl has an object a line with the keys columns, crop_box, error, input, input_bytes,
            input_modified, output, parameters, png_bytes, png_sha256, reduction, roi_confidence, roi_step,
            rows, seconds, threshold, to_dicom, transfer_syntax, version, warnings; the last line of an output counts. A pixel's place in the DICOM image
            is to_dicom.origin + to_dicom.scale * (pixel + 0.5) - 0.5.
            --json prints {"done_before", "failed", "images", "out", "refused", "seconds", "written"}.
            """)

    @OptionGroup var sources: WorkListOptions

    @Option(help: ArgumentHelp("The folder to write to; made where it is not there.", valueName: "folder"))
    var out: String

    @OptionGroup var pixels: PixelOptions

    @Option(help: ArgumentHelp("Images at a time; all cores it may use where not given.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Make everything anew, whatever the folder holds.")
    var force = false

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @Flag(
        help: """
            Check the folder against the list: missing, extra, damaged, made with other parameters than most, or than \
            those that are given.
            """)
    var verify = false

    @Flag(help: "Print the time that each stage took.")
    var timings = false

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        if sources.files.isEmpty && sources.images == nil && !verify {
            throw ValidationError("--list and --csv need --images FOLDER.")
        }
        try Validation.check("--jobs", jobs, in: Validation.atATime)
        if [force, dryRun, verify].count(where: { $0 }) > 1 && (verify || !dryRun) {
            throw ValidationError("--verify goes alone, without --force or --dry-run.")
        }
    }

    func run() throws {
        try Console.run("preprocess") {
            let work = try sources.workList()
            for (input, reason) in work.refused { Console.error("mammo preprocess: \(input): passed over: \(reason)") }
            let cores = Int(cprocess_available_cores())
            if verify {
                let expected = pixels.areGiven ? pixels.parameters : nil
                throw try FolderReport(work, in: out, madeWith: expected, jobs: jobs ?? cores).print(json: json)
            }
            let batch = PreprocessBatch(
                parameters: pixels.parameters, jobs: jobs ?? cores, cores: cores,
                outputFolder: out, version: BuildVersion.number)
            let plan = try BatchPlan(work.items, for: batch, force: force)
            if dryRun { return PlanReport(plan, batch).print(json: json) }
            var run = PreprocessRun(batch: batch, plan: plan, refused: work.refused.count)
            try run.start(style: .suited(quiet: quiet))
            run.report(json: json, timings: timings)
            throw run.exitCode
        }
    }
}
