import Glibc

/// The logistic function 1 / (1 + exp(-x)), as torch.sigmoid in double precision.
///
/// - Parameter logit: Any number.
/// - Returns: A probability, 0 to 1.
package func logistic(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
