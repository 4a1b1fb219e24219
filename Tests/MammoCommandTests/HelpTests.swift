import ArgumentParser
import Foundation
import TestSupport
import Testing

import mammo

@Suite("Help", .timeLimit(.minutes(10)))
struct HelpTests {
    static let commands = [
        "run", "table", "split", "preprocess", "inspect", "grid", "train", "cross-validate", "weights", "track",
        "infer", "score", "calibrate", "compare", "pack", "doctor",
    ]

    /// A page as it is where there is no terminal.
    private func page(_ arguments: [String]) throws -> [String] {
        let run = try Tool.run(arguments)
        #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
        return run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("The commands here are those of the program, in groups")
    func groups() {
        let groups = Mammo.configuration.groupedSubcommands
        #expect(groups.map(\.name) == ["All stages", "Data", "Train", "Evaluate", "Other"])
        #expect(groups.flatMap(\.subcommands).map { $0._commandName } == Self.commands)
    }

    @Test("No line is longer than 80 columns", arguments: [[]] + commands.map { [$0] })
    func width(_ command: [String]) throws {
        for option in ["-h", "--help"] {
            for line in try page(command + [option]) { #expect(line.count <= 80, "\(line)") }
        }
    }

    @Test("Examples come first and are whole: each line as it was written", arguments: commands)
    func examples(_ name: String) throws {
        let command = try #require(Mammo.command(named: name))
        let lines = try page([name, "--help"])
        let begin = try #require(lines.firstIndex(of: "EXAMPLES"))
        #expect(try begin < #require(lines.firstIndex { $0.hasPrefix("USAGE: mammo \(name)") }))
        let examples = HelpDiscussion(command.configuration.discussion).examples
        #expect(!examples.isEmpty && lines[begin + 1].hasPrefix("  mammo \(name)"))
        #expect(lines[(begin + 1)...].starts(with: examples.flatMap { $0 }))
        for line in examples.flatMap({ $0 }) { #expect(line.count <= 79, "\(line)") }
        for example in examples {
            #expect(example.dropLast().allSatisfy { $0.hasSuffix(" \\") } && example.last?.hasSuffix("\\") == false)
        }
    }

    @Test("A paragraph is wrapped once: no line ends before the next word would have fitted", arguments: commands)
    func wrapped(_ name: String) throws {
        let command = try #require(Mammo.command(named: name))
        let text = try page([name, "--help"]).joined(separator: "\n")
        for paragraph in HelpDiscussion(command.configuration.discussion).paragraphs where !paragraph.hasPrefix(" ") {
            let lines = HelpDiscussion.wrapped(paragraph, to: 79)
            let looser = HelpDiscussion.wrapped(paragraph, to: 80)
            #expect([lines, looser].contains { text.contains($0.joined(separator: "\n")) }, "\(paragraph)")
        }
        #expect(HelpDiscussion.wrapped("a bc def", to: 4) == ["a bc", "def"])
    }

    @Test("-h has one line for each option, all of them, and two examples at most", arguments: commands)
    func short(_ name: String) throws {
        let command = try #require(Mammo.command(named: name))
        let lines = try page([name, "-h"])
        for option in CommandDescription(of: command).arguments.filter(\.shouldDisplay)
            .compactMap({ $0.spelledNames.last })
        {
            let bare = option.hasPrefix("--no-") ? "--[no-]\(option.dropFirst(5))" : option
            let plain = option.hasPrefix("--") ? "--[no-]\(option.dropFirst(2))" : option
            let own = lines.filter { !$0.isEmpty }.filter { line in
                let label = line.dropFirst(2).split(separator: "  ")[0]
                return line.hasPrefix("  -") && [option, bare, plain].contains { " \(label) ".contains(" \($0) ") }
            }
            #expect(own.count == 1, "\(option)")
        }
        let options = lines.filter { $0.hasPrefix("  -") }
        #expect(options.allSatisfy { $0.split(separator: "  ").count == 2 }, "a line without help")
        #expect(lines.count { $0.hasPrefix("  mammo ") } <= 2 && lines.count { $0.hasPrefix("  mammo ") } > 0)
        #expect(lines.contains("'mammo \(name) --help' explains all of it."))
    }

    @Test("The command line by itself names the commands first, in groups, and one example")
    func bare() throws {
        let lines = try page([])
        #expect(try page(["-h"]) == lines && page(["help"]) == page(["--help"]))
        let places = try ["ALL STAGES:", "DATA:", "TRAIN:", "EVALUATE:", "OTHER:", "OPTIONS:", "EXAMPLE"].map { title in
            try #require(lines.firstIndex(of: title))
        }
        #expect(places == places.sorted() && lines.count { $0.hasPrefix("  mammo ") } == 1)
        for name in Self.commands { #expect(lines[..<places[5]].count { $0.hasPrefix("  \(name) ") } == 1) }
        #expect(try page(["--help"]).joined(separator: " ").contains("Exit status: 0 all done"))
    }

    @Test("Help of a command by every way to it; the terminal's width is COLUMNS")
    func ways() throws {
        let page = try page(["split", "--help"])
        #expect(try self.page(["help", "split"]) == page && self.page(["--help", "split"]) == page)
        #expect(try self.page(["split", "--csv", "t", "--help"]) == page)
        let narrow = try Tool.shell("COLUMNS=60 mammo train --help | sed '1,/^USAGE/d'").output
        #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 60 })
    }

    @Test("-V and --version print the same line, behind a command too")
    func version() throws {
        let version = try Tool.run(["--version"])
        #expect(
            version.output.wholeMatch(
                of: /mammo [0-9.]+, commit (unknown|[0-9a-f]{12})\+?, (avx-512|avx2|openblas|portable) kernels\n/)
                != nil)
        for arguments in [["-V"], ["train", "-V"], ["train", "--version"]] {
            let run = try Tool.run(arguments)
            #expect(run.status == 0 && run.output == version.output && run.error.isEmpty)
        }
    }

    @Test("Every key that score and doctor print as JSON is in Documentation/formats.md")
    func keys() throws {
        let root = URL(filePath: Fixtures.root).deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Documentation/formats.md"), encoding: .utf8)
        let folder = try TemporaryFolder()
        let predictions = try folder.write("prediction_id,cancer\n1_L,0.9\n1_R,0.1\n2_L,0.2\n", to: "p.csv")
        let labels = try folder.write(
            "patient_id,image_id,laterality,cancer,site_id\n1,1,L,1,1\n1,2,R,0,1\n2,3,L,0,2\n", to: "t.csv")
        for command in [
            ["score", "--predictions", predictions, "--labels", labels, "--bootstrap", "5"], ["doctor"],
            ["inspect", Fixtures.path("images/\(ReadableImage.all[0].file)")],
        ] {
            let run = try Tool.run(command + ["--json"])
            let found = Set(run.output.matches(of: /"([a-z_0-9]+)":/).map { String($0.1) })
            #expect(found.count > 3, "\(run.error)")
            for key in found { #expect(text.contains(key), "\(command[0]): \(key)") }
        }
    }
}
