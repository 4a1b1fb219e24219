/// How a chart is drawn.
extension Plot {
    private static let (width, height) = (480.0, 340.0)
    private static let (right, top, bottom) = (458.0, 14.0, 292.0)

    private func x(_ value: Double) -> Double { left + x.share(value) * (Self.right - left) }
    private func y(_ value: Double) -> Double { Self.bottom - y.share(value) * (Self.bottom - Self.top) }
    private func n(_ value: Double) -> String { Markup.number(value) }

    /// The element.
    package var svg: String {
        let name = Markup.escaped(title)
        var parts = ["<svg viewBox=\"0 0 \(n(Self.width)) \(n(Self.height))\" role=\"img\" aria-label=\"\(name)\">"]
        parts += axes
        parts += bars.map { bar in
            let (a, b, top) = (x(bar.from), x(bar.to), y(bar.height))
            return "<rect class=\"\(bar.style)\" x=\"\(n(a))\" y=\"\(n(top))\" width=\"\(n(max(0, b - a)))\" "
                + "height=\"\(n(Self.bottom - top))\"/>"
        }
        if let line {
            parts.append(
                "<line class=\"chosen\" x1=\"\(n(x(line)))\" x2=\"\(n(x(line)))\" y1=\"\(n(Self.top))\" "
                    + "y2=\"\(n(Self.bottom))\"/>")
        }
        parts += curves.map { curve in
            let points = curve.points.map { "\(n(x($0.x))),\(n(y($0.y)))" }.joined(separator: " ")
            return "<polyline class=\"\(curve.style)\" points=\"\(points)\"/>"
        }
        parts += marks.map(mark)
        parts += hovers.map(hover)
        return (parts + ["</svg>"]).joined(separator: "\n")
    }

    private var axes: [String] {
        var parts: [String] = []
        for tick in x.ticks {
            parts.append(
                "<line class=\"grid\" x1=\"\(n(x(tick)))\" x2=\"\(n(x(tick)))\" y1=\"\(n(Self.top))\" "
                    + "y2=\"\(n(Self.bottom))\"/><text class=\"tick\" text-anchor=\"middle\" x=\"\(n(x(tick)))\" "
                    + "y=\"\(n(Self.bottom + 17))\">\(x.text(tick))</text>")
        }
        for tick in y.ticks {
            parts.append(
                "<line class=\"grid\" x1=\"\(n(left))\" x2=\"\(n(Self.right))\" y1=\"\(n(y(tick)))\" "
                    + "y2=\"\(n(y(tick)))\"/><text class=\"tick\" text-anchor=\"end\" x=\"\(n(left - 7))\" "
                    + "y=\"\(n(y(tick) + 4))\">\(y.text(tick))</text>")
        }
        let middle = n((left + Self.right) / 2)
        parts.append(
            "<text class=\"label\" text-anchor=\"middle\" x=\"\(middle)\" y=\"\(n(Self.height - 10))\">"
                + "\(Markup.escaped(x.label))</text>")
        let half = n((Self.top + Self.bottom) / 2)
        parts.append(
            "<text class=\"label\" text-anchor=\"middle\" transform=\"translate(13 \(half)) rotate(-90)\">"
                + "\(Markup.escaped(y.label))</text>")
        return parts
    }

    private func mark(_ mark: Mark) -> String {
        let (cx, cy) = (x(mark.at.x), y(mark.at.y))
        let circle = "<circle class=\"\(mark.style)\" cx=\"\(n(cx))\" cy=\"\(n(cy))\" r=\"\(n(mark.radius))\"/>"
        guard !mark.text.isEmpty else { return circle }
        let isRight = cx > (left + Self.right) / 2
        return circle + "<text class=\"note\" text-anchor=\"\(isRight ? "end" : "start")\" "
            + "x=\"\(n(cx + (isRight ? -9 : 9)))\" y=\"\(n(cy - 9 < Self.top + 12 ? cy + 20 : cy - 9))\">\(Markup.escaped(mark.text))</text>"
    }

    private func hover(_ hover: Hover) -> String {
        let (a, b, cx, cy) = (x(hover.from), x(hover.to), x(hover.at.x), y(hover.at.y))
        let width = Double(hover.lines.map(\.count).max() ?? 0) * 6.6 + 16
        let height = Double(hover.lines.count) * 16 + 9
        let boxX = cx > (left + Self.right) / 2 ? cx - width - 10 : cx + 10
        let boxY = min(max(cy - height / 2, Self.top), Self.bottom - height)
        let lines = hover.lines.enumerated().map { place, line in
            "<text x=\"\(n(boxX + 8))\" y=\"\(n(boxY + 17 + Double(place) * 16))\">\(Markup.escaped(line))</text>"
        }
        return "<g class=\"hover\" tabindex=\"-1\"><rect class=\"band\" x=\"\(n(a))\" y=\"\(n(Self.top))\" "
            + "width=\"\(n(b - a))\" height=\"\(n(Self.bottom - Self.top))\"/><g class=\"tip\">"
            + "<line x1=\"\(n(cx))\" x2=\"\(n(cx))\" y1=\"\(n(Self.top))\" y2=\"\(n(Self.bottom))\"/>"
            + "<circle cx=\"\(n(cx))\" cy=\"\(n(cy))\" r=\"4\"/><rect x=\"\(n(boxX))\" y=\"\(n(boxY))\" rx=\"4\" "
            + "width=\"\(n(width))\" height=\"\(n(height))\"/>\(lines.joined())</g></g>"
    }
}
