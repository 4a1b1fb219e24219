/// The discussion of a command: lines set in by two blanks below EXAMPLES, then paragraphs of one line each.
package struct HelpDiscussion {
    /// Each as its lines: one that ends with a backslash continues in the next.
    package private(set) var examples: [[String]] = []
    package private(set) var paragraphs: [String] = []

    package init(_ text: String) {
        var isExample = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line == "EXAMPLES" || line.isEmpty {
                isExample = line == "EXAMPLES"
            } else if !isExample {
                paragraphs.append(line)
            } else if examples.last?.last?.hasSuffix("\\") == true {
                examples[examples.count - 1].append(line)
            } else {
                examples.append([line])
            }
        }
    }

    /// A paragraph in lines of at most so many characters, but for words that are longer.
    package static func wrapped(_ paragraph: String, to columns: Int) -> [String] {
        paragraph.split(separator: " ").reduce(into: []) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= columns {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
    }

    /// A list in a discussion: lines set in by two blanks, the further ones of an item by six. They fit in 80 columns, since
    /// lines that are set in stay as they are.
    static func list(_ items: [String]) -> String {
        items.flatMap { item in
            wrapped(item, to: 72).enumerated().map { ($0 == 0 ? "  " : "      ") + $1 }
        }.joined(separator: "\n")
    }
}
