/// numpy's `std`: the population's deviation, in two passes.
package func deviation(_ values: [Double], sum: ([Double]) -> Double = { $0.reduce(0, +) }) -> Double {
    let count = Double(values.count)
    let mean = sum(values) / count
    return (sum(values.map { ($0 - mean) * ($0 - mean) }) / count).squareRoot()
}

/// numpy's pairwise summation, which it uses where the numbers lie side by side in memory.
package func pairwiseSum(_ values: ArraySlice<Double>) -> Double {
    if values.count < 8 { return values.reduce(0, +) }
    if values.count > 128 {
        let half = values.count / 2 / 8 * 8
        return pairwiseSum(values.prefix(half)) + pairwiseSum(values.dropFirst(half))
    }
    var lanes = Array(values.prefix(8))
    let whole = values.count / 8 * 8
    for (i, value) in values.prefix(whole).enumerated().dropFirst(8) { lanes[i % 8] += value }
    let sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
    return values.dropFirst(whole).reduce(sum, +)
}
