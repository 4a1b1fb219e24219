/// A text made of a record's fields: `images/{study_id}/{image_id}.dicom`.
package struct ColumnPattern: Equatable, Sendable, CustomStringConvertible {
    private enum Piece: Equatable, Sendable {
        case text(String)
        case column(String)
    }

    private let pieces: [Piece]

    /// The field of one column.
    ///
    /// - Parameter column: Its name.
    package init(column: String) { pieces = [.column(column)] }

    /// Reads a pattern: names of columns in braces, and text between them.
    ///
    /// - Parameter text: The pattern; nil comes of one whose braces do not close.
    package init?(_ text: String) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
            let inner = rest[rest.index(after: open)...]
            guard let close = inner.firstIndex(of: "}") else { return nil }
            let name = String(inner[..<close]).trimmed
            guard !name.isEmpty, !name.contains("{") else { return nil }
            pieces.append(.column(name))
            rest = inner[inner.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        self.pieces = pieces
    }

    /// As it is written.
    package var description: String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .column(let name): "{\(name)}"
            }
        }.joined()
    }

    /// The pattern of a table: its columns by their places.
    ///
    /// - Throws: `DataError.line` where the table has no such column.
    package func bound(to columns: ColumnFinder) throws(DataError) -> Bound {
        var bound = Bound()
        for piece in pieces {
            switch piece {
            case .text(let text): bound.pieces.append((text, nil))
            case .column(let name): bound.pieces.append((name, try columns.required(name)))
            }
        }
        return bound
    }

    /// A pattern whose columns are known.
    package struct Bound {
        /// A text, or a column's name with its place.
        fileprivate var pieces: [(text: String, place: Int?)] = []

        /// The text of one record; empty where one of its fields is.
        package func text(_ record: DelimitedText.Record) -> String {
            var whole = ""
            for (text, place) in pieces {
                guard let place else {
                    whole += text
                    continue
                }
                let field = record.trimmed(place)
                if field.isEmpty { return "" }
                whole += field
            }
            return whole
        }
    }
}
