/// A chart: curves, bars, marks, and values that show while the pointer is over their column. Colours come from the page's
/// style, so that one chart serves light and dark.
package struct Plot {
    /// A place in the chart's own units.
    package struct Point: Equatable {
        package var x: Double
        package var y: Double

        package init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
    }

    /// Points joined by lines; `style` is a class of the page.
    package struct Curve {
        package var points: [Point]
        package var style: String

        package init(points: [Point], style: String) { (self.points, self.style) = (points, style) }
    }

    /// A rectangle from 0 up.
    package struct Bar {
        package var from: Double
        package var to: Double
        package var height: Double
        package var style: String

        package init(from: Double, to: Double, height: Double, style: String) {
            (self.from, self.to, self.height, self.style) = (from, to, height, style)
        }
    }

    /// A dot, with a text beside it where there is one.
    package struct Mark {
        package var at: Point
        package var radius: Double
        package var text: String
        package var style: String

        package init(at: Point, radius: Double = 4, text: String = "", style: String) {
            (self.at, self.radius, self.text, self.style) = (at, radius, text, style)
        }
    }

    /// What is shown while the pointer is between two places of the x axis.
    package struct Hover {
        package var from: Double
        package var to: Double
        package var at: Point
        package var lines: [String]

        package init(from: Double, to: Double, at: Point, lines: [String]) {
            (self.from, self.to, self.at, self.lines) = (from, to, at, lines)
        }
    }

    package var title: String
    package var x: Axis
    package var y: Axis { didSet { left = Self.left(of: y) } }
    /// Where the y axis stands.
    private(set) var left: Double
    package var curves: [Curve] = []
    package var bars: [Bar] = []
    package var marks: [Mark] = []
    package var hovers: [Hover] = []
    /// A place of the x axis with a line through all of the chart.
    package var line: Double?

    package init(title: String, x: Axis, y: Axis) {
        (self.title, self.x, self.y) = (title, x, y)
        left = Self.left(of: y)
    }

    /// There is room for an axis's label and the longest of its ticks, also in the larger letters of a narrow page.
    private static func left(of axis: Axis) -> Double {
        max(62, 31 + 9.4 * Double(axis.ticks.map { axis.text($0).count }.max() ?? 0))
    }
}
