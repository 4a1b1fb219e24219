import ArgumentParser
import MammoCompute
import MammoData
import MammoImage
import MammoNet
import MammoPipeline
import MammoTrain

/// The commands that do the work of the stages, with their arguments taken from the settings.
struct StageCommands {
    private let settings: RunSettings
    private let files: RunFiles
    private let cuda: CUDAOptions
    private let quiet: Bool

    init(_ settings: RunSettings, _ cuda: CUDAOptions, quiet: Bool) {
        (self.settings, files, self.cuda, self.quiet) = (settings, settings.files, cuda, quiet)
    }

    func split() throws -> SplitCommand {
        try SplitCommand.parse(
            ["--csv=\(settings.table)", "--out=\(files.foldsFolder)", "--folds=\(settings.training.folds)"]
                + option("shuffle-seed", settings.training.shuffleSeed))
    }

    func preprocess() throws -> PreprocessCommand {
        try PreprocessCommand.parse(
            ["--images=\(settings.images)", "--csv=\(settings.table)", "--out=\(files.png)"]
                + settings.pixels.description.split(separator: " ").map(String.init)
                + option("jobs", settings.jobs) + silence)
    }

    /// What trains: a new run, or the one in the folder, on other threads if they were changed.
    func train() throws -> TrainRequest {
        guard Files.status(of: "\(files.run)/config.yaml") != nil else {
            return TrainRequest(configuration: settings.trained, folder: files.run, opening: .new, isDry: false)
        }
        var configuration = try RunFolder.configuration(in: files.run)
        configuration.takeChangeable(from: settings.trained)
        return TrainRequest(configuration: configuration, folder: files.run, opening: .resumed, isDry: false)
    }

    func infer(resumes: Bool) throws -> InferCommand {
        try infer(
            ["--png-dir=\(files.png)", "--csv=\(files.validation)", "--out=\(files.predictions)"],
            perImage: files.images, resumes: resumes)
    }

    func submission(threshold: Double, resumes: Bool) throws -> InferCommand {
        try infer(
            [
                "--dicom-dir=\(settings.testImages ?? "")", "--csv=\(settings.testCSV ?? "")",
                "--out=\(files.submission)", "--threshold=\(threshold)",
            ] + (settings.presentationOnly ? ["--presentation-only"] : []), perImage: files.testImages, resumes: resumes
        )
    }

    func score() throws -> ScoreCommand {
        try ScoreCommand.parse([
            "--predictions=\(files.images)", "--labels=\(files.validation)", "--report=\(files.report)",
        ])
    }

    func lint() throws -> ScoreCommand {
        try ScoreCommand.parse(["--lint=\(files.submission)", "--csv=\(settings.testCSV ?? "")"])
    }

    func trainSession() -> TrainSession { TrainSession(cuda: cuda, quiet: quiet, json: false) }

    private func infer(_ arguments: [String], perImage: String, resumes: Bool) throws -> InferCommand {
        let training = settings.training
        return try InferCommand.parse(
            arguments
                + [
                    "--weights=\(files.weights)", "--per-image=\(perImage)", "--tta=\(settings.tta.rawValue)",
                    "--device=\(training.device)", "--amp=\(training.amp.rawValue)",
                    "--kernels=\(training.kernels.rawValue)",
                ] + (training.tf32 ? ["--tf32"] : []) + option("threads", training.threads)
                + option("jobs", settings.jobs)
                + option("cuda-plugin", cuda.cudaPlugin) + option("cuda-libraries", cuda.cudaLibraries)
                + (resumes ? ["--resume"] : []) + silence)
    }

    private func option(_ name: String, _ value: (some CustomStringConvertible)?) -> [String] {
        value.map { ["--\(name)=\($0)"] } ?? []
    }

    private var silence: [String] { quiet ? ["--quiet"] : [] }
}
