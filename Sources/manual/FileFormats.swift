/// Documentation/formats.md by its sections: the files of each command and the keys of its JSON, for the manual pages.
struct FileFormats {
    /// A heading and the lines below it.
    struct Section {
        let title: String
        let lines: [Substring]
    }

    private let sections: [Section]

    init(markdown: String) {
        sections = markdown.split(separator: "\n## ").dropFirst().map { text in
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return Section(title: String(lines[0]), lines: Array(lines.dropFirst()))
        }
    }

    /// The sections that name a command in their title, or say what its `--json` prints.
    func sections(of command: String) -> [Section] {
        sections.filter { section in
            section.title.split(separator: " ").contains { $0 == command }
                || section.lines.contains { $0.contains("`mammo \(command) --json`") }
        }
    }
}

extension Roff {
    /// Paragraphs and tables of Markdown below a heading; of a table each row as a tagged paragraph. No word is hyphenated: keys
    /// stay as they are typed.
    mutating func markdown(_ lines: [Substring]) {
        macro("nh")
        macro("na")
        // After a heading a paragraph begins by itself.
        var isInParagraph = true
        let lines = Array(lines.drop { $0.isEmpty })
        for (index, line) in lines.enumerated() {
            let isRow = line.hasPrefix("|")
            if isRow {
                // The heading, and the line of dashes below it.
                let next = index + 1 < lines.count ? lines[index + 1] : ""
                if line.hasPrefix("|--") || next.hasPrefix("|--") { continue }
                let cells = line.dropFirst().dropLast().split(separator: " | ").map { Roff.inline($0.trimmed) }
                macro("TP")
                raw(cells[0])
                if cells.count > 1 && !cells[1].isEmpty { raw(cells.dropFirst().joined(separator: "; ")) }
            } else if !line.isEmpty {
                if !isInParagraph { macro("PP") }
                raw(Roff.inline(line))
            }
            isInParagraph = !isRow && !line.isEmpty
        }
    }

    /// A line of Markdown: code in bold, links without their targets.
    static func inline(_ line: Substring) -> String {
        line.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, words in
            index.isMultiple(of: 2) ? escaped(withoutTargets(words)) : bold(String(words))
        }.joined()
    }

    private static func withoutTargets(_ words: Substring) -> String {
        String(words).replacing(/\[([^\]]*)\]\([^)]*\)/) { $0.output.1 }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var rest = self
        while rest.first == " " { rest.removeFirst() }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}
