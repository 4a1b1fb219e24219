import ArgumentParser
import CProcess
import MammoBase
import MammoData
import MammoImage

struct PreprocessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preprocess",
        abstract: "Convert DICOM mammograms to cropped, padded, resized PNGs.",
        discussion: """
            EXAMPLES
              mammo preprocess --images train_images --csv train.csv --out png
              mammo preprocess --images train_images --list parts/part-0.txt \\
                  --out png --size 1536x768
              mammo preprocess 10006/462822612.dcm --out png --jobs 1
              mammo preprocess cd-rom --out png --presentation-only
              mammo preprocess --verify --csv train.csv --out png

            Writes {patient}_{image}.png for each image, and a line in manifest.jsonl that tells how it was made. The \
            pixels are those of dicomsdl, numpy and OpenCV to the bit: minimum to maximum as 0 to 255, Gaussian 5×5, \
            Otsu, the bounding box of the largest contour, padding to 1:2 above or to the left, bilinear resize.

            Of a folder every DICOM file in it and below it is taken, whatever its name. An input that fails is named, and the others are done. The same command again skips images that are done \
            and still right, and makes the others; several processes may work in one folder on different lists.
            """)

    @OptionGroup var sources: WorkListOptions

    @Option(
        help: ArgumentHelp("The folder to write to; created if missing.", valueName: "folder"), completion: .directory)
    var out: String

    @OptionGroup var pixels: PixelOptions

    @Option(help: ArgumentHelp("Images processed at a time. (default: all cores)", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Make every image again, whatever the folder holds.")
    var force = false

    @Flag(help: "Print what would be done, and do nothing.")
    var dryRun = false

    @Flag(
        help: ArgumentHelp(
            "Check the folder against the list.",
            discussion: """
                Images that are missing, extra, damaged or made with other parameters are named. Expected are the \
                parameters of most images in the folder, or those that are given.
                """))
    var verify = false

    @Flag(help: "Print the time of each stage.")
    var timings = false

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        if sources.files.isEmpty && sources.images == nil && !verify {
            throw ValidationError("--images is not given; --list and --csv need --images FOLDER")
        }
        try Validation.check("--jobs", jobs, in: Validation.atATime)
        if [force, dryRun, verify].count(where: { $0 }) > 1 && (verify || !dryRun) {
            throw ValidationError("--verify does not go with --force or --dry-run; give one of them")
        }
    }

    func run() throws {
        try Console.run("preprocess") {
            let cores = Int(cprocess_available_cores())
            var work = try sources.workList()
            for (folder, count) in work.passedOver {
                Console.error(
                    "mammo preprocess: \(folder): passed over \(count.of("file that is", "files that are")) not DICOM")
            }
            if sources.presentationOnly {
                let (kept, left) = work.presentationOnly(workers: jobs ?? cores)
                work = kept
                for line in left.lines(areExcluded: true) { Console.error("mammo preprocess: \(line)") }
            }
            for (input, reason) in work.refused { Console.error("mammo preprocess: \(input): skipped: \(reason)") }
            if verify {
                let expected = pixels.areGiven ? pixels.parameters : nil
                throw try FolderReport(work, in: out, madeWith: expected, jobs: jobs ?? cores).print(json: json)
            }
            let batch = PreprocessBatch(
                parameters: pixels.parameters, jobs: jobs ?? cores, cores: cores,
                outputFolder: out, version: BuildVersion.number)
            let plan = try BatchPlan(work.items, for: batch, force: force)
            if dryRun { return PlanReport(plan, batch).print(json: json) }
            if plan.done == 0 { try MissingInputs.check(plan.toDo.lazy.map(\.input), in: sources.images ?? "") }
            var run = PreprocessRun(batch: batch, plan: plan, refused: work.refused.count)
            try run.start(style: .suited(quiet: quiet))
            run.report(json: json, timings: timings)
            throw run.exitCode
        }
    }
}
