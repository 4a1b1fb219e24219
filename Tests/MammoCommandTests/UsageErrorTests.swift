import ArgumentParser
import TestSupport
import Testing

import mammo

/// Wrong arguments: one line that says what is wrong and what to do, one that says where to read on, status 64.
@Suite("Wrong arguments")
struct UsageErrorTests {
    private func check(_ arguments: [String], _ message: String, in command: String? = nil) throws {
        let run = try Tool.run(arguments)
        let program = command.map { "mammo \($0)" } ?? "mammo"
        #expect(run.error == "\(program): \(message)\nsee: \(program) --help\n")
        #expect(run.status == 64 && run.output.isEmpty)
    }

    @Test(
        "A command that does not exist",
        arguments: [
            ("splt", "; did you mean split?"), ("prep", "; did you mean preprocess?"),
            ("predict", "; did you mean infer?"), ("evaluate", "; did you mean score?"),
            ("xyzzy", ""),
        ])
    func command(_ name: String, _ suggestion: String) throws {
        try check([name, "--csv", "t"], "\(name) is not a command\(suggestion)")
        try check(["help", name], "\(name) is not a command\(suggestion)")
    }

    @Test(
        "An option of mammo train that is called otherwise elsewhere",
        arguments: [
            ("--learning-rate", "--lr"), ("--learning_rate", "--lr"), ("--batchsize", "--batch-size"),
            ("--batch_size", "--batch-size"), ("--bs", "--batch-size"), ("-b", "--batch-size"),
            ("--wd", "--weight-decay"), ("--output", "--out"), ("--output-dir", "--out"), ("-o", "--out"),
            ("--model", "--arch"), ("--data", "--images"), ("--data-path", "--images"), ("--num-workers", "--workers"),
            ("--gpu", "--device"), ("--smoothing", "--label-smoothing"), ("--opt", "--optimizer"),
            ("--clip-grad", "--clip-norm"),
            ("--epoch", "--epochs"), ("--weight", "--weights"), ("--patiense", "--patience"), ("-lr", "--lr"),
        ])
    func option(_ option: String, _ suggestion: String) throws {
        try check(["train", option, "1"], "\(option) is not an option; did you mean \(suggestion)?", in: "train")
    }

    @Test("Every option that a synonym leads to exists")
    func synonyms() {
        let names = Set(
            Mammo.configuration.subcommands.flatMap { CommandDescription(of: $0).arguments.flatMap(\.spelledNames) })
        for option in Suggestion.synonyms.map(\.option) { #expect(names.contains("--\(option)"), "\(option)") }
        for name in Suggestion.commands.values { #expect(Mammo.command(named: name) != nil, "\(name)") }
    }

    @Test("An unknown option is reported before missing options, wrong values and input; what follows -- is no option")
    func first() throws {
        try check(["split", "--foo"], "--foo is not an option", in: "split")
        try check(
            ["preprocess", "--size", "256", "--sizes=1"], "--sizes is not an option; did you mean --size?",
            in: "preprocess")
        try check(
            ["train", "--config", "/no/such.yaml", "--learning-rate", "1"],
            "--learning-rate is not an option; did you mean --lr?", in: "train")
        try check(["--csv", "t", "split"], "--csv is not an option")
        let file = try Tool.run(["weights", "--", "--foo"])
        #expect(file.status == 1 && file.error.hasPrefix("mammo weights: --foo: "), "\(file.error)")
    }

    @Test(
        "A value that cannot be shows the expected form",
        arguments: [
            (["preprocess", "--size", "256"], "--size is 256, expected ROWSxCOLUMNS such as 2048x1024"),
            (["preprocess", "--jobs", "many"], "--jobs is many, expected a whole number"),
            (
                ["preprocess", "--resize", "cubic"],
                "--resize is cubic, expected linear, area, lanczos, pillow-bilinear or pillow-bicubic"
            ),
            (["train", "--device", "gpu"], "--device is gpu, expected cpu, cuda, cuda:N, cuda:N,M,... or auto"),
            (["infer", "--device", "gpu"], "--device is gpu, expected cpu, cuda, cuda:N, cuda:N,M,... or auto"),
            (["train", "--amp", "fp8"], "--amp is fp8, expected none, fp16 or bf16"),
            (["train", "--lr", "fast"], "--lr is fast, expected a number"),
            (["train", "--lr", "-1", "--out", "r"], "--lr is -1.0, expected 1e-12 to 10"),
            (["train", "--epochs", ""], "--epochs is empty, expected a whole number"),
            (["infer", "--tta", "spin"], "--tta is spin, expected none, hflip or hflip+vflip"),
            (["infer", "--limit-time", "9"], "--limit-time is 9, expected a time such as 9h, 90m, 45s or 1h30m"),
            (["split", "--csv", "t", "--out", "o", "--folds", "1"], "--folds is 1, expected 2 to 1000"),
            (
                ["split", "--csv", "t", "--out", "o", "--shuffle-seed", "-1"],
                "--shuffle-seed is -1, expected a whole number from 0 to 4294967295"
            ),
            (["score", "--predictions", "p", "--threshold", "2"], "--threshold is 2, expected 0 to 1"),
        ])
    func value(_ arguments: [String], _ message: String) throws { try check(arguments, message, in: arguments[0]) }

    @Test(
        "An architecture that does not exist is answered by those there are",
        arguments: ["convnext_huge", "resnet50"])
    func architecture(_ name: String) throws {
        let run = try Tool.run([
            "train", "--images", "i", "--csv", "c", "--weights", "none", "--dry-run", "--arch", name,
        ])
        #expect(
            run.status == 64 && run.error.hasPrefix("mammo train: --arch is \(name), expected tiny, small, base, large")
        )
    }

    @Test("Augmentations that cannot be read are refused before the input is looked at")
    func augmentation() throws {
        let run = try Tool.run(["train", "--out", "r", "--images", "/none", "--augment", "hflop"])
        #expect(run.status == 64 && run.error.hasPrefix("mammo train: --augment is hflop: "), "\(run.error)")
        #expect(run.error.contains("did you mean hflip?"))
    }

    @Test("The parser's other messages")
    func others() throws {
        try check(["split", "--parts", "2"], "--csv is not given, expected --csv <file>", in: "split")
        try check(["weights"], "no <file> is given", in: "weights")
        try check(["split", "--parts"], "--parts has no value, expected a whole number", in: "split")
        try check(["weights", "w", "--json=yes"], "--json is yes, expected no value", in: "weights")
        try check(
            ["split", "--csv", "t", "--parts", "2", "--out", "o", "stray"],
            "unexpected 'stray'; each value follows its option", in: "split")
        try check(
            ["--generate-completion-script", "tcsh"],
            "--generate-completion-script is tcsh, expected bash, fish or zsh")
    }

    @Test("Every option with a type of its own can say its form")
    func forms() {
        for command in Mammo.configuration.subcommands {
            for option in CommandDescription(of: command).arguments where option.kind == .option {
                let value = option.valueName ?? ""
                let isText = ["file", "folder", "list", "name"].contains { value.hasPrefix($0) }
                let form = ValueForm.expected(of: option.spelledNames[0], in: command)
                #expect((form == nil) == isText, "\(command._commandName) \(option.spelledNames)")
            }
        }
    }
}
