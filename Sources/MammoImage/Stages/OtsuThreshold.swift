/// Otsu's threshold (Otsu 1979, doi:10.1109/TSMC.1979.4310076) of 8-bit values, from how often each is there.
package enum OtsuThreshold {
    /// Of all ways to divide the values in two, the one with the largest variance between the classes; 0 where there are not two.
    /// Follows OpenCV's `getThreshVal_Otsu` operation by operation in double precision.
    package static func of(_ histogram: [Int]) -> Int {
        let count = histogram.reduce(0, +)
        let scale = 1 / Double(count)
        var mean = 0.0
        for (value, count) in histogram.enumerated() { mean += Double(value) * Double(count) }
        mean *= scale
        let least = Double(Float.ulpOfOne)
        var (lowerMean, lowerShare) = (0.0, 0.0)
        var (largest, best) = (0.0, 0)
        for (value, count) in histogram.enumerated() {
            let share = Double(count) * scale
            lowerMean *= lowerShare
            lowerShare += share
            let upperShare = 1 - lowerShare
            if min(lowerShare, upperShare) < least || max(lowerShare, upperShare) > 1 - least { continue }
            lowerMean = (lowerMean + Double(value) * share) / lowerShare
            let upperMean = (mean - lowerShare * lowerMean) / upperShare
            let between = lowerShare * upperShare * (lowerMean - upperMean) * (lowerMean - upperMean)
            if between > largest { (largest, best) = (between, value) }
        }
        return best
    }
}
