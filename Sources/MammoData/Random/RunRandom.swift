import Glibc

/// Every random number of a training run, by what it is for and where in the run: no draw depends on another having been
/// made, so that any number of threads, and a run resumed in the middle, draw the same.
public struct RunRandom: Equatable, Sendable {
    /// The run's seed.
    public let seed: UInt64

    /// The numbers of one run.
    ///
    /// - Parameter seed: Any number.
    public init(seed: UInt64) { self.seed = seed }

    /// What is drawn, each from numbers of its own.
    private enum Purpose: UInt64 {
        case order, replacement, augmentation, mixing, depth, dropout
    }

    /// For the order of an epoch's images.
    ///
    /// - Parameter epoch: From 0.
    /// - Returns: The same generator every time.
    package func order(epoch: Int) -> SplitMix64 { SplitMix64(seed: word(.order, epoch)) }

    /// For the positives put into a batch that has too few.
    package func replacement(epoch: Int) -> SplitMix64 { SplitMix64(seed: word(.replacement, epoch)) }

    /// For what happens to one image.
    ///
    /// - Parameters:
    ///   - epoch: From 0.
    ///   - position: The image's place in the epoch's order, from 0.
    /// - Returns: The same generator every time.
    public func augmentation(epoch: Int, position: Int) -> SplitMix64 {
        SplitMix64(seed: word(.augmentation, epoch), stream: UInt64(position))
    }

    /// For how the images of one batch are mixed.
    ///
    /// - Parameters:
    ///   - epoch: From 0.
    ///   - step: The batch's number in the epoch, from 0.
    /// - Returns: The same generator every time.
    public func mixing(epoch: Int, step: Int) -> SplitMix64 {
        SplitMix64(seed: word(.mixing, epoch), stream: UInt64(step))
    }

    /// For which blocks the images of one batch skip.
    ///
    /// - Parameters:
    ///   - epoch: From 0.
    ///   - step: The batch's number in the epoch, from 0.
    /// - Returns: The same generator every time.
    public func depth(epoch: Int, step: Int) -> SplitMix64 {
        SplitMix64(seed: word(.depth, epoch), stream: UInt64(step))
    }

    /// For what dropout zeroes of one image.
    ///
    /// - Parameters:
    ///   - epoch: From 0.
    ///   - position: The image's place in the epoch's order, from 0.
    /// - Returns: The same generator every time.
    public func dropout(epoch: Int, position: Int) -> SplitMix64 {
        SplitMix64(seed: word(.dropout, epoch), stream: UInt64(position))
    }

    private func word(_ purpose: Purpose, _ epoch: Int) -> UInt64 {
        var purpose = SplitMix64(seed: seed, stream: purpose.rawValue)
        var epoch = SplitMix64(seed: purpose.next(), stream: UInt64(epoch))
        return epoch.next()
    }
}

extension SplitMix64 {
    /// A number from 0 up to, but without, 1: one of 2^53, each as likely.
    ///
    /// - Returns: The number.
    public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number between two others.
    ///
    /// - Parameter range: From where to where.
    /// - Returns: One of them, uniformly.
    public mutating func next(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * nextUnit()
    }

    /// A number from -1 up to, but without, 1: one of 2^24, each as likely, as `torch.rand` times 2 less 1.
    ///
    /// - Returns: The number.
    package mutating func nextSignedFloat() -> Float { Float(next() >> 40) * 0x1p-24 * 2 - 1 }

    /// A number of the normal distribution with mean 0 and deviation 1 (Box and Muller 1958, of two numbers the first).
    ///
    /// - Returns: The number.
    package mutating func nextNormal() -> Double {
        // 1 - u, since the logarithm of 0 is none.
        let radius = (-2 * log(1 - nextUnit())).squareRoot()
        return radius * cos(2 * .pi * nextUnit())
    }

    /// Puts elements in a random order, each as likely (Fisher and Yates).
    ///
    /// - Parameter elements: What is shuffled.
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for i in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(i, next(below: i + 1)) }
    }

    /// A number from 0 to 1 of the distribution Beta(alpha, alpha).
    ///
    /// - Parameter alpha: Above 0; small ones give numbers near 0 or 1, 1 gives all alike, large ones about a half.
    /// - Returns: The number.
    package mutating func nextBeta(_ alpha: Double) -> Double {
        while true {
            // 1 - x, since the logarithm of 0 is none.
            let (u, v) = (1 - nextUnit(), 1 - nextUnit())
            if alpha >= 1 {
                // Under the density's largest value, which is in the middle.
                if v <= pow(4 * u * (1 - u), alpha - 1) { return u }
            } else {
                // Jöhnk 1964, in logarithms: the powers are too small for numbers where alpha is.
                let (a, b) = (log(u) / alpha, log(v) / alpha)
                let largest = max(a, b)
                let sum = largest + log(exp(a - largest) + exp(b - largest))
                if sum <= 0 { return exp(a - sum) }
            }
        }
    }
}
