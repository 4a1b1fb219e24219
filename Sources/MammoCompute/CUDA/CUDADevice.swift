import CCUDA
import MammoGraph

/// How values between the operations of a layer are stored on a card. What layers pass on to each other, parameters,
/// gradients and sums are in single precision whatever it is, as under torch.autocast.
public enum CUDAPrecision: String, CaseIterable, Sendable {
    /// 32 bits.
    case single = "fp32"
    /// IEEE's 16 bits: training scales its loss.
    case half = "fp16"
    /// 16 bits with single precision's exponents, from sm_80 on.
    case bfloat16 = "bf16"

    var type: mammo_cuda_type {
        switch self {
        case .single: mammo_cuda_fp32
        case .half: mammo_cuda_fp16
        case .bfloat16: mammo_cuda_bf16
        }
    }

    var bytes: Int { self == .single ? 4 : 2 }
}

/// An NVIDIA card by way of the plugin (Sources/CUDA): tensors in its memory, operations in the order of one stream.
public struct CUDADevice: LayerOperations {
    /// The card.
    public let card: CUDAPlugin.Card
    /// How values within layers are stored.
    public let precision: CUDAPrecision
    /// How products are computed.
    public let products: ProductOptions
    /// Bytes of convolutions' patches that are in memory at a time; one image's where those are more.
    package var bytesOfPatches = 256 << 20
    /// Pixels of a batch up to which its forward pass is recorded; one image of 2048×1024.
    package var pixelsOfRecordedPasses = 2 << 20
    let plugin: CUDAPlugin
    let context: CUDAContext
    let staging: CUDAStaging
    let readBack: CUDAReadBack

    /// Opens a card.
    ///
    /// - Parameters:
    ///   - plugin: What reaches it.
    ///   - number: Which of the cards, from 0.
    ///   - precision: How values within layers are stored.
    ///   - products: How products are computed.
    /// - Throws: `ComputeError.unavailable` where there is no driver, no such card, or where the card cannot compute so;
    ///   `ComputeError.failed`.
    public init(
        _ plugin: CUDAPlugin, card number: Int = 0, precision: CUDAPrecision = .single,
        products: ProductOptions = ProductOptions()
    ) throws(ComputeError) {
        let cards = try plugin.cards()
        guard cards.indices.contains(number) else {
            throw .unavailable("there is no card \(number), expected 0 to \(cards.count - 1)")
        }
        try self.init(plugin, cards[number], precision: precision, products: products)
    }

    init(
        _ plugin: CUDAPlugin, _ card: CUDAPlugin.Card, precision: CUDAPrecision, products: ProductOptions
    ) throws(ComputeError) {
        if let reason = card.refusal(of: precision, products) { throw .unavailable(reason) }
        (self.plugin, self.card, self.precision, self.products) = (plugin, card, precision, products)
        context = try CUDAContext(plugin, card)
        if products.isTuned { try context.call { table, handle in table.tune_products(handle, 1) } }
        staging = CUDAStaging(context)
        readBack = CUDAReadBack(context)
    }

    /// "CUDA 0, Tesla T4, fp16"; "CUDA 0, NVIDIA A100, fp32 with TF32".
    public var name: String {
        "CUDA \(card.number), \(card.name), \(precision.rawValue)" + (products.tf32 ? " with TF32" : "")
    }

    /// A card of its own.
    public var isOfHost: Bool { false }

    /// While one batch is computed another is brought to the card, and its work is put in line.
    public var batchesInFlight: Int { 2 }

    /// By the card's own dates.
    public func makeIdleClock() throws(ComputeError) -> (any IdleClock)? { try CUDAIdleClock(context) }

    /// Memory of the card.
    public func makeTensor(_ shape: Shape) throws(ComputeError) -> Tensor {
        Tensor(shape: shape, storage: try CUDAMemory(bytes: shape.count * 4, in: context))
    }

    /// Parts of one memory.
    public func makeTensors(_ counts: [Int]) throws(ComputeError) -> [Tensor] {
        let bytes = counts.reduce(0) { $0 + CUDAMemory.aligned($1 * 4) }
        let whole = try CUDAMemory(bytes: max(1, bytes), in: context)
        // Padding between tensors is summed over processes with them, so it has to be zero.
        try context.call { table, handle in table.clear(handle, whole.base, bytes) }
        var first = 0
        return counts.map { count in
            defer { first += CUDAMemory.aligned(count * 4) }
            return Tensor(
                shape: Shape(channels: count), storage: CUDAMemory(whole, from: first, bytes: count * 4))
        }
    }

    /// Copies values to the card.
    public func write(_ values: UnsafeBufferPointer<Float>, to tensor: Tensor) throws(ComputeError) {
        precondition(values.count == tensor.shape.count, "\(values.count) values for \(tensor.shape)")
        tensor.cardMemory.copy = nil
        try context.call { table, handle in
            table.upload(handle, mammo_cuda_compute, tensor.card, values.baseAddress, values.count * 4)
        }
    }

    /// Copies a tensor's values from the card, when all that was asked for before is done.
    public func read(_ tensor: Tensor) throws(ComputeError) -> [Float] {
        var values = [Float](repeating: 0, count: tensor.shape.count)
        try download(try single(tensor).card, to: &values)
        return values
    }

    /// On the card, to the bits of the host.
    public func mixed(_ input: Tensor, own: Float, images: Int) throws(ComputeError) -> Tensor {
        var shape = input.shape
        shape.images = images
        let output = try makeTensor(shape)
        try context.call { table, handle in
            table.mix(handle, input.card, Int32(input.shape.images), own, output.card, shape.card)
        }
        return output
    }

    /// A plan by the layers that have kernels.
    public func plan(_ segment: Segment, values: [[Float]]) throws(ComputeError) -> any InferencePlan {
        try inferencePlan(segment, values: values)
    }

    /// A plan by the layers that have kernels.
    public func plan(_ segment: Segment) throws(ComputeError) -> any GradientPlan { try gradientPlan(segment) }

    /// One operation after another.
    package func operationPlan(_ segment: Segment, values: [[Float]]) throws(ComputeError) -> any InferencePlan {
        try CUDAFoldedPlan(segment, values, on: self)
    }

    /// Copies values of any kind from the card.
    func download<Value: BitwiseCopyable>(
        _ source: UnsafePointer<Value>, to values: inout [Value]
    ) throws(ComputeError) {
        let bytes = values.count * MemoryLayout<Value>.stride
        var failure: ComputeError?
        values.withUnsafeMutableBytes { buffer in
            do throws(ComputeError) {
                if bytes <= CUDAReadBack.most {
                    return try readBack.begin(source, bytes: bytes).finish { buffer.copyMemory(from: $0) }
                }
                try context.call { table, handle in
                    table.download(handle, mammo_cuda_compute, buffer.baseAddress, source, bytes)
                }
                try context.call { table, handle in table.synchronise(handle) }
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Allocates uninitialised rows in the device's precision.
    func rows(_ rows: Int, _ channels: Int) throws(ComputeError) -> CUDARows {
        CUDARows(
            memory: try CUDAMemory(bytes: rows * channels * precision.bytes, type: precision.type, in: context),
            rows: rows, channels: channels)
    }

    /// Allocates an uninitialised tensor in the device's precision, for an operation of the same segment.
    func makeMap(_ shape: Shape) throws(ComputeError) -> Tensor {
        Tensor(shape: shape, storage: try rows(shape.positions, shape.channels).memory)
    }

    /// A tensor of zeros.
    func zeros(_ shape: Shape) throws(ComputeError) -> Tensor {
        let tensor = try makeTensor(shape)
        try context.call { table, handle in table.clear(handle, tensor.card, shape.count * 4) }
        return tensor
    }
}
