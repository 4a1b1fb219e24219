import MammoData

/// Ids as symbols: breasts, patients, or images as patient and image.
package struct IDList: Sendable {
    private let ids: [SymbolPair]
    private let symbols: SymbolTable

    init(_ ids: [SymbolPair], of symbols: SymbolTable) { (self.ids, self.symbols) = (ids, symbols) }

    /// - Parameter texts: The ids.
    package init(_ texts: [String]) {
        var symbols = SymbolTable()
        ids = texts.map { SymbolPair(symbols.intern($0), .absent) }
        self.symbols = symbols
    }

    /// An id: of an image `patient/image`.
    package subscript(place: Int) -> String { symbols.text(ids[place]) }

    /// All ids.
    package var texts: [String] { ids.map(symbols.text) }
}
