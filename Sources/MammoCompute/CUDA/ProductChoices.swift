/// Which algorithms of cuBLASLt's compute which products, as they were timed on a card: data that another process takes over
/// where it has the same version of the library and the same kind of card.
public struct ProductChoices: Codable, Equatable, Sendable {
    /// Where algorithms are of use.
    public struct Place: Codable, Equatable, Sendable, CustomStringConvertible {
        /// What the card is sold as.
        public let card: String
        /// "sm_80".
        public let architecture: String
        /// cuBLASLt's version: "13.1.0".
        public let library: String

        /// A place by its card and library.
        ///
        /// - Parameters:
        ///   - card: What the card is sold as.
        ///   - architecture: "sm_80".
        ///   - library: cuBLASLt's version.
        package init(card: String, architecture: String, library: String) {
            (self.card, self.architecture, self.library) = (card, architecture, library)
        }

        /// "NVIDIA A100-SXM4-40GB (sm_80) with cuBLASLt 13.1.0".
        public var description: String { "\(card) (\(architecture)) with cuBLASLt \(library)" }
    }

    /// The algorithm of one product.
    public struct Choice: Codable, Equatable, Sendable {
        /// Rows, columns, depth; the strides of a, b and the output; whether a and b are transposed; the types of the operands
        /// and of the output; whether in TF32; how a, b and the output are aligned.
        public let product: [Int64]
        /// In cuBLASLt's own format: cublasLtMatmulAlgo_t.
        public let algorithm: [UInt64]

        /// An algorithm for a product.
        ///
        /// - Parameters:
        ///   - product: Fourteen numbers.
        ///   - algorithm: Eight words.
        package init(product: [Int64], algorithm: [UInt64]) { (self.product, self.algorithm) = (product, algorithm) }
    }

    /// Where they are of use.
    public let place: Place
    /// One for each product.
    public let choices: [Choice]

    /// Choices that were made somewhere.
    ///
    /// - Parameters:
    ///   - place: Where they are of use.
    ///   - choices: One for each product.
    package init(place: Place, choices: [Choice]) { (self.place, self.choices) = (place, choices) }
}
