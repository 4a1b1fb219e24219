/// Gray images on their way to a device: `Device.stage` begins it, and `Device.input` ends it.
public struct StagedInput: Sendable {
    /// The images, and how they are normalised.
    public let batch: GrayInput
    /// Where the device has them; nil where it takes them when they are asked for.
    let place: CUDAStaging.Ticket?

    /// Images that are taken when they are asked for.
    ///
    /// - Parameter batch: The images, and how they are normalised.
    public init(_ batch: GrayInput) { self.init(batch, at: nil) }

    init(_ batch: GrayInput, at place: CUDAStaging.Ticket?) { (self.batch, self.place) = (batch, place) }
}
