import CCUDA

// The algorithms of products that tuning has found: out of the plugin as data, and back.
extension CUDADevice {
    /// Where this device's choices are of use; nil where products are not tuned.
    ///
    /// - Throws: `ComputeError.unavailable` where there is no cuBLASLt.
    package func placeOfChoices() throws(ComputeError) -> ProductChoices.Place? {
        guard products.isTuned else { return nil }
        var version: Int32 = 0
        try context.call { table, handle in table.product_library(handle, &version) }
        return ProductChoices.Place(
            card: card.name, architecture: card.architecture, library: CUDALibrary.release(Int(version)))
    }

    /// How many products have an algorithm so far.
    package func countOfChoices() throws(ComputeError) -> Int {
        var count: Int32 = 0
        try context.call { table, handle in table.export_choices(handle, nil, 0, &count) }
        return Int(count)
    }

    /// The algorithms of products so far; nil where products are not tuned.
    ///
    /// - Throws: `ComputeError`.
    package func choices() throws(ComputeError) -> ProductChoices? {
        guard let place = try placeOfChoices() else { return nil }
        let room = Int32(try countOfChoices())
        var found = [mammo_cuda_choice](repeating: mammo_cuda_choice(), count: Int(room))
        var count: Int32 = 0
        try context.call { table, handle in table.export_choices(handle, &found, room, &count) }
        return ProductChoices(place: place, choices: found.map { ProductChoices.Choice($0) })
    }

    /// Computes products by algorithms that were found before, here or by another process.
    ///
    /// - Parameter choices: Of this device's place.
    /// - Throws: `ComputeError`.
    package func take(_ choices: ProductChoices) throws(ComputeError) {
        let taken = choices.choices.compactMap { mammo_cuda_choice($0) }
        try context.call { table, handle in table.import_choices(handle, taken, Int32(taken.count)) }
    }
}

extension ProductChoices.Choice {
    init(_ choice: mammo_cuda_choice) {
        let (p, alignments, words) = (choice.product, choice.alignments, choice.algorithm)
        product = [
            p.rows, p.columns, p.depth, p.a_stride, p.b_stride, p.out_stride, Int64(p.a_transposed),
            Int64(p.b_transposed), Int64(p.type.rawValue), Int64(p.out_type.rawValue), Int64(p.tf32),
            Int64(alignments.0), Int64(alignments.1), Int64(alignments.2),
        ]
        algorithm = [words.0, words.1, words.2, words.3, words.4, words.5, words.6, words.7]
    }
}

extension mammo_cuda_choice {
    /// Nil where the numbers are no product's and no algorithm's: of a file that was changed.
    init?(_ choice: ProductChoices.Choice) {
        let (numbers, words) = (choice.product, choice.algorithm)
        let small = numbers.dropFirst(6).compactMap { Int32(exactly: $0) }
        guard numbers.count == 14, words.count == 8, small.count == 8, small.allSatisfy({ $0 >= 0 }) else { return nil }
        self.init()
        (product.rows, product.columns, product.depth) = (numbers[0], numbers[1], numbers[2])
        (product.a_stride, product.b_stride, product.out_stride) = (numbers[3], numbers[4], numbers[5])
        (product.a_transposed, product.b_transposed) = (small[0], small[1])
        product.type = mammo_cuda_type(UInt32(small[2]))
        product.out_type = mammo_cuda_type(UInt32(small[3]))
        product.tf32 = small[4]
        alignments = (UInt32(small[5]), UInt32(small[6]), UInt32(small[7]))
        algorithm = (words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7])
    }
}
