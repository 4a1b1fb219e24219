/// Draws of images with weights: first one of those groups that weigh the same, then an image of it.
struct WeightedDraw: Sendable {
    private var groups: [[Int]] = []
    /// The weight of each group and those before it.
    private var ends: [Double] = []

    /// Draws of some images.
    ///
    /// - Parameters:
    ///   - images: Which; at least one.
    ///   - weight: The weight of each, above 0.
    init(_ images: [Int], weight: (Int) -> Double) {
        var placeOfWeight: [Double: Int] = [:]
        var weights: [Double] = []
        for image in images {
            let own = weight(image)
            if let place = placeOfWeight[own] {
                groups[place].append(image)
            } else {
                placeOfWeight[own] = groups.count
                groups.append([image])
                weights.append(own)
            }
        }
        var end = 0.0
        ends = zip(groups, weights).map { group, weight in
            end += Double(group.count) * weight
            return end
        }
    }

    /// The weight of all.
    var total: Double { ends.last ?? 0 }

    /// One image.
    func next(_ random: inout SplitMix64) -> Int {
        let place = random.nextUnit() * total
        let group = groups[ends.firstIndex { place < $0 } ?? groups.count - 1]
        return group[random.next(below: group.count)]
    }
}
