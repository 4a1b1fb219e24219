/// Colours for several curves of one kind. The first eight curves have solid lines in colours that people with colour vision
/// deficiency can distinguish (after Okabe and Ito, 2008); the next eight have the same colours, dashed.
package enum SeriesColour {
    static let count = 8
    /// For light pages. Dark pages need the lighter variants in `dark`.
    private static let light = ["0072b2", "d55e00", "009e73", "cc79a7", "56b4e9", "b8860b", "7a5195", "4d4d4d"]
    private static let dark = ["4fa8e0", "ff8a3d", "3fcf9f", "e59cc6", "8fd0f5", "e6c04c", "b79bd6", "bdbdbd"]

    /// The page's colour of the curve with this number, as `Page.chart` takes it for a key.
    package static func name(_ number: Int) -> String { "series\(number % count)" }

    /// The class of a curve.
    package static func curve(_ number: Int) -> String {
        "series \(name(number))" + (number % (2 * count) < count ? "" : " dashes")
    }

    /// The class of a dot on it.
    package static func dot(_ number: Int) -> String { "on-\(name(number))" }

    /// The style of all of them.
    static var css: String {
        func variables(_ colours: [String]) -> String {
            colours.enumerated().map { "--series\($0): #\($1);" }.joined(separator: " ")
        }
        let classes = (0..<count).map {
            ".series\($0) { stroke: var(--series\($0)); } .on-series\($0) { fill: var(--series\($0)); }"
        }
        return """
            :root { \(variables(light)) }
            @media (prefers-color-scheme: dark) { :root { \(variables(dark)) } }
            .series { fill: none; stroke-width: 2; stroke-linejoin: round; } .dashes { stroke-dasharray: 6 3; }
            \(classes.joined(separator: "\n"))
            """
    }
}
