import MammoCompute
import MammoData
import MammoGraph
import MammoImage
import MammoNet
import MammoTrain

/// Everything that can be checked before the first stage begins: settings that have to go together, tables, images, weights,
/// the device and the folder to write to.
package struct RunChecks {
    private let file: RunFile
    private let settings: RunSettings
    private let cuda: CUDAFiles
    private var problems: [RunProblem] = []

    /// Checks what a settings file names.
    ///
    /// - Parameters:
    ///   - file: The settings.
    ///   - cuda: Where what cards need is found.
    /// - Returns: All problems, those of reading the file as well.
    package static func problems(in file: RunFile, _ cuda: CUDAFiles) -> [RunProblem] {
        var checks = RunChecks(file: file, settings: file.settings, cuda: cuda, problems: file.problems)
        checks.checkSettings()
        let table = checks.checkTable()
        checks.checkImages(table)
        checks.checkWeights()
        checks.checkTestImages()
        checks.checkDevice()
        checks.checkFolder()
        return checks.problems
    }

    private init(file: RunFile, settings: RunSettings, cuda: CUDAFiles, problems: [RunProblem]) {
        (self.file, self.settings, self.cuda, self.problems) = (file, settings, cuda, problems)
    }

    /// Adds a problem with a key, if none is known of it yet.
    private mutating func refuse(_ key: String, _ reason: String, isDevice: Bool = false) {
        guard isSound(key) else { return }
        problems.append(file.problem(key, reason, isDevice: isDevice))
    }

    private func isSound(_ keys: String...) -> Bool { !problems.contains { keys.contains($0.key ?? "") } }

    private mutating func checkSettings() {
        for (key, value, example) in [
            ("images", settings.images, "the folder of patient/image.dcm"),
            ("csv", settings.csv, "the table with labels"),
            ("out", settings.out, "the folder for everything that is made"),
        ] where value.isEmpty {
            refuse(key, "not given, expected \(example)")
        }
        var training = settings.training
        (training.images, training.csv) = ("png", "csv")
        for problem in training.problems {
            let found = problem.value.flatMap { $0.isEmpty ? nil : "found \($0)" } ?? "not given"
            refuse(problem.key, "\(found), expected \(problem.expected)")
        }
        if training.augment != "none" {
            do throws(DataError) { _ = try Augmentation(parsing: training.augment) } catch {
                refuse("augment", "\(error)")
            }
        }
        let side = Network.named(training.arch)?.minimumSide ?? 32
        if min(settings.pixels.rows, settings.pixels.columns) < side {
            refuse(
                "size", "found \(settings.pixels.size), expected at least \(side)x\(side): the network's smallest input"
            )
        }
        if training.processes.map({ $0 > 1 }) == true {
            refuse("processes", "found \(training.processes ?? 1), expected none: mammo run trains in one process")
        }
    }

    /// The table with labels, where folds can be made of it.
    private mutating func checkTable() -> ImageTable? {
        guard isSound("csv") else { return nil }
        do throws(DataError) {
            let table = try ImageTable(path: settings.csv, need: .labels)
            _ = try ImageTable(path: settings.csv, need: .predictions)
            guard isSound("folds", "fold", "shuffle_seed") else { return table }
            let training = settings.training
            let folds = TrainingSplit.Folds.made(
                count: training.folds, shuffleSeed: training.shuffleSeed.map { UInt32($0) })
            let split = try TrainingSplit(table, folds, fold: training.fold)
            if !split.training.contains(where: { $0.cancer == true }) {
                refuse(
                    "fold", "found \(training.fold), and no image outside this fold has cancer; choose another fold")
            }
            return table
        } catch {
            let isAboutFolds = if case .split = error { true } else { false }
            refuse(isAboutFolds ? "folds" : "csv", "\(error)")
            return nil
        }
    }

    private mutating func checkImages(_ table: ImageTable?) {
        guard isSound("images") else { return }
        guard Files.isFolder(settings.images) else {
            return refuse("images", "found no folder \(settings.images), expected the folder of patient/image.dcm")
        }
        guard let table, isSound("out") else { return }
        // What was made of an image that is gone since is there.
        let made = (try? Manifest.entries(in: settings.files.png)) ?? [:]
        let missing = table.rows.filter {
            !$0.location.exists(in: settings.images) && made[$0.outputName]?.pngSHA256 == nil
        }.map(\.location.description)
        let areAll = missing.count == table.rows.count
        guard areAll || (!missing.isEmpty && !settings.training.leaveOutMissing) else { return }
        let advice = areAll ? "" : ", or give leave_out_missing: true to continue without them"
        refuse(
            "images",
            "\(missing.count) of the \(table.rows.count) files that \(settings.csv) names are not in "
                + "\(settings.images) (\(Listing.few(missing))); restore them\(advice)")
    }

    private mutating func checkWeights() {
        let training = settings.training
        guard isSound("weights", "arch"), let architecture = training.network else { return }
        do { _ = try StartingValues(training, architecture) } catch { refuse("weights", "\(error)") }
    }

    private mutating func checkTestImages() {
        switch (settings.testImages, settings.testCSV) {
        case (nil, nil): return
        case (nil, _?): refuse("test_csv", "found no test_images, expected the folder of its images")
        case (_?, nil): refuse("test_images", "found no test_csv, expected the table of these images")
        case (let images?, let csv?):
            if !Files.isFolder(images) {
                refuse("test_images", "found no folder \(images), expected the folder of patient/image.dcm")
            }
            do throws(DataError) {
                let rows = try ImageTable(path: csv, need: .predictions).rows
                guard !rows.contains(where: { $0.location.exists(in: images) }) else { return }
                refuse(
                    "test_images",
                    "none of the \(rows.count) files that \(csv) names is in \(images) "
                        + "(\(Listing.few(rows.map(\.location.description))))")
            } catch {
                refuse("test_csv", "\(error)")
            }
        }
    }

    private mutating func checkDevice() {
        let training = settings.training
        if [.cpu, .auto].contains(training.device), isSound("kernels") {
            do throws(ComputeError) { _ = try training.kernels.open() } catch {
                refuse(
                    "kernels", "found \(training.kernels.rawValue), which are not available here: \(error)",
                    isDevice: true)
            }
        }
        guard training.device != .cpu, isSound("device", "amp", "tf32") else { return }
        do throws(ComputeError) {
            _ = try training.device.open(cuda, precision: training.amp.precision, products: training.products) {
                CPUDevice(threads: 1)
            }
        } catch {
            refuse("device", "found \(training.device), which is not available here: \(error)", isDevice: true)
        }
    }

    private mutating func checkFolder() {
        guard isSound("out") else { return }
        var nearest = settings.files.out
        while Files.status(of: nearest) == nil {
            guard let slash = nearest.lastIndex(of: "/") else {
                nearest = "."
                break
            }
            nearest = slash == nearest.startIndex ? "/" : String(nearest[..<slash])
        }
        guard Files.isFolder(nearest) else {
            return refuse("out", "found a file \(nearest), expected a folder, or a name that does not exist")
        }
        // Only writing tells: the right to it may be there, and no room, or no file system that takes files.
        let probe = "\(nearest)/.mammo-run-probe"
        do throws(DataError) { try Files.write([0], to: probe) } catch {
            return refuse("out", "found \(nearest), which cannot be written (\(error)), expected a folder to write to")
        }
        _ = Files.remove(probe)
    }
}
