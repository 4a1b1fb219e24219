/// A page as one HTML file that needs nothing else: no script, no font, no network; and what stands on it.
package enum Page {
    /// The file's text.
    ///
    /// - Parameters:
    ///   - title: Of the window.
    ///   - body: The elements, in order.
    /// - Returns: HTML.
    package static func html(title: String, body: [String]) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <title>\(Markup.escaped(title))</title>
        <style>
        \(PageStyle.css)
        </style>
        </head>
        <body>
        \(body.joined(separator: "\n"))
        </body>
        </html>

        """
    }

    /// A heading and what is below it in small print.
    package static func heading(_ title: String, _ source: String) -> String {
        "<h1>\(Markup.escaped(title))</h1>\n<p class=\"soft\">\(Markup.escaped(source))</p>"
    }

    /// Lines that must not be overlooked.
    package static func warnings(_ lines: [String]) -> String {
        lines.map { "<p class=\"warning\">\(Markup.escaped($0))</p>" }.joined(separator: "\n")
    }

    /// Elements of a kind: `tiles`, `charts` or `tables`.
    package static func section(_ kind: String, _ elements: [String]) -> String {
        "<section class=\"\(kind)\">\n\(elements.joined(separator: "\n"))\n</section>"
    }

    /// A number and what it is.
    package static func tile(_ value: String, _ name: String) -> String {
        "<div class=\"tile\"><b>\(Markup.escaped(value))</b><span>\(Markup.escaped(name))</span></div>"
    }

    /// A chart with a sentence below it and, where its colours need one, a key.
    ///
    /// - Parameters:
    ///   - plot: The chart.
    ///   - note: The sentence.
    ///   - key: Names with the page's colours: `curve`, `second`, `third`, `accent`, `other`.
    /// - Returns: HTML.
    package static func chart(_ plot: Plot, note: String, key: [(name: String, colour: String)] = []) -> String {
        let entries = key.map {
            "<span><i style=\"background:var(--\($0.colour))\"></i>\(Markup.escaped($0.name))</span> "
        }
        let span = key.isEmpty ? "" : " <span class=\"key\">\(entries.joined())</span>"
        return "<div class=\"card\"><h2>\(Markup.escaped(plot.title))</h2>\n\(plot.svg)\n"
            + "<p class=\"note-line\">\(Markup.escaped(note))\(span)</p></div>"
    }

    /// Many names with a value each, in as many columns as there is room for.
    package static func pairs(title: String, _ pairs: [(name: String, value: String)]) -> String {
        let rows = pairs.map {
            "<div><dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.value))</dd></div>"
        }
        return "<div class=\"card\"><h2>\(Markup.escaped(title))</h2><dl>\n\(rows.joined(separator: "\n"))\n</dl></div>"
    }

    /// A table that scrolls by itself where it is too wide.
    package static func table(_ table: SummaryTable) -> String {
        let header = table.header.map { "<th>\(Markup.escaped($0))</th>" }.joined()
        let rows = table.rows.map { row in
            "<tr>" + row.map { "<td>\(Markup.escaped($0))</td>" }.joined() + "</tr>"
        }
        return
            "<div class=\"card\"><h2>\(Markup.escaped(table.title))</h2><div class=\"scroll\"><table><thead><tr>\(header)"
            + "</tr></thead><tbody>\n\(rows.joined(separator: "\n"))\n</tbody></table></div></div>"
    }
}
