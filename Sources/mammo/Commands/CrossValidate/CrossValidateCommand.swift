import ArgumentParser
import MammoCompute
import MammoData
import MammoPipeline
import MammoTrain

struct CrossValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cross-validate",
        abstract: "Train all folds; out-of-fold scores, threshold, ensemble.",
        discussion: """
            EXAMPLES
              mammo cross-validate --images png --csv train.csv --folds 4 \\
                  --weights convnext_tiny-983f1562.pth --out cv
              mammo cross-validate --config recipe.yaml --folds 4 --out cv \\
                  --devices cuda:0,cuda:1
              mammo cross-validate --config recipe.yaml --folds 4 --seeds 3 --out cv
              mammo infer --weights cv/ensemble.json --dicom-dir test_images \\
                  --csv test.csv --out submission.csv --threshold weights
              mammo score --predictions cv/oof.csv

            Each fold is trained by a process of its own, in a run folder like any other: cv/fold-0, or, of further seeds, \
            cv/fold-0-seed-2; its messages are in train.log. The folds are those of --folds-file, or are made once and kept \
            in cv/folds.csv. The same command resumes what was interrupted or killed, to the same bytes, and trains again \
            what failed; other settings or inputs are rejected. A fold that fails is reported, and the others finish (exit \
            status 3).

            When all folds are trained, cv gets oof.csv (the prediction of every image by the networks that were not \
            trained on it; of several seeds the mean of their logits), ensemble.json (all networks by hash, the threshold, \
            preprocessing and normalisation: mammo infer reads it) and report.html.

            The threshold is chosen without looking at the breasts that it is scored on: for each fold the threshold that is \
            best on the others (nested); the ensemble has the median of these. The best threshold of all breasts together is \
            reported beside it, and is optimistic.

            --fold N trains one fold alone, as a task of a Slurm array does (Scripts/slurm/cross-validate); the results \
            are written by whichever command finds all folds trained.
            """)

    @OptionGroup var options: CrossValidateOptions

    func run() throws {
        try Console.run("cross-validate") {
            try Processes.expectOne(
                "cross-validate",
                "start it without mpirun or srun: it starts a process for each of --devices by itself")
            var configuration = try options.configuration()
            var devices = options.devices?.devices ?? [configuration.device]
            if devices == [.auto] {
                let opened = try OpenedDevices.open(
                    .auto, options.settings.machine.cuda, precision: configuration.amp.precision,
                    products: configuration.products, for: "cross-validate"
                ) { CPUDevice(threads: 1) }
                devices = [opened.choice]
                if opened.choice == .cpu { configuration.leaveCards() }
            }
            configuration.device = devices[0]
            // What each of the processes would end with.
            if devices.contains(.cpu) { _ = try configuration.kernels.open() }
            let plan = try CrossValidationPlan(
                configuration, seeds: options.seeds, out: options.out, isDry: options.dryRun)
            for warning in plan.warnings { Console.error("mammo cross-validate: warning: \(warning)") }
            let report = CrossValidateReport(plan, json: options.json)
            if options.dryRun { return report.printPlan(devices) }
            var session = CrossValidateSession(
                plan, devices, options.settings.machine.cuda, threads: configuration.threads, quiet: options.quiet)
            let jobs = try session.jobs(ofFold: options.settings.data.fold)
            guard let results = try session.run(jobs) else { throw session.status }
            report.print(results)
        }
    }
}
