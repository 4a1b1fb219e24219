import MammoDICOM

#if canImport(Glibc)
    import Glibc
#endif

/// From rescaled values to display values (PS3.3 C.11.2.1): a window with its function, or a table.
///
/// The standard lets either be used where a file has both. The window is, as viewers do; the table where there is none.
enum VOITransform: Equatable {
    /// C.11.2.1.2.1; the width is at least 1.
    case linear(center: Double, width: Double)
    /// C.11.2.1.3.2; the width is above 0.
    case linearExact(center: Double, width: Double)
    /// C.11.2.1.3.1; the width is above 0.
    case sigmoid(center: Double, width: Double)
    /// C.11.2.1.1.
    case table(LookUpTable)

    /// The `index`th window of a file, from 1, or the `index`th table of one that has no window.
    ///
    /// - Throws: `ImageError.voi` where there is no such window, or it is none.
    init(_ attributes: ImageAttributes, index: Int, tableOnly: Bool = false) throws(ImageError) {
        if let problem = attributes.modalityLUTProblem { throw .voi("\(problem); use --intensity minmax") }
        let hasWindow = !attributes.windows.isEmpty || (attributes.windowProblem != nil && attributes.voiLUTs.isEmpty)
        guard hasWindow, !tableOnly else {
            guard attributes.voiLUTs.indices.contains(index - 1) else {
                if let problem = attributes.voiLUTProblem { throw .voi("\(problem); use --intensity minmax") }
                let found =
                    attributes.voiLUTs.isEmpty
                    ? (tableOnly ? "no VOI LUT" : "no window and no VOI LUT")
                    : "\(attributes.voiLUTs.count) VOI LUTs"
                throw .voi("the file has \(found), asked for number \(index); use --intensity minmax")
            }
            self = .table(attributes.voiLUTs[index - 1])
            return
        }
        guard attributes.windows.indices.contains(index - 1) else {
            if let problem = attributes.windowProblem { throw .voi("\(problem); use --intensity minmax") }
            throw .voi("the file has \(attributes.windows.count) windows, asked for number \(index)")
        }
        let window = attributes.windows[index - 1]
        let smallest = attributes.voiFunction == "LINEAR" ? 1.0 : Double.leastNonzeroMagnitude
        guard window.width >= smallest else {
            throw .voi("WindowWidth is \(window.width), expected \(smallest == 1 ? "at least 1" : "more than 0")")
        }
        switch attributes.voiFunction {
        case "LINEAR": self = .linear(center: window.center, width: window.width)
        case "LINEAR_EXACT": self = .linearExact(center: window.center, width: window.width)
        case "SIGMOID": self = .sigmoid(center: window.center, width: window.width)
        default: throw .voi("VOILUTFunction is \(attributes.voiFunction), expected LINEAR, LINEAR_EXACT or SIGMOID")
        }
    }

    /// The display value of `x`, 0 black to 1 white.
    func display(_ x: Double) -> Double {
        switch self {
        case .linear(let center, let width):
            if x <= center - 0.5 - (width - 1) / 2 { return 0 }
            if x > center - 0.5 + (width - 1) / 2 { return 1 }
            return (x - (center - 0.5)) / (width - 1) + 0.5
        case .linearExact(let center, let width):
            if x <= center - width / 2 { return 0 }
            if x > center + width / 2 { return 1 }
            return (x - center) / width + 0.5
        case .sigmoid(let center, let width): return 1 / (1 + exp(-4 * (x - center) / width))
        case .table(let table):
            // Entries may have more bits than the table says.
            return min(1, Double(table.entry(for: x)) / Double((1 << table.bits) - 1))
        }
    }
}
