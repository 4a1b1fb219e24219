import MammoCompute

extension OpenedDevices {
    /// Opens the devices of a command. Where the choice was left to the machine, a line says what computes.
    ///
    /// - Parameters:
    ///   - asked: What was asked for.
    ///   - cuda: Where the plugin and its libraries are.
    ///   - precision: How cards store values within layers; the CPU has one way.
    ///   - products: How cards compute products.
    ///   - command: For the line.
    ///   - cpu: The CPU as a device.
    /// - Returns: What was opened.
    /// - Throws: `ComputeError`.
    static func open(
        _ asked: DeviceChoice, _ cuda: CUDAOptions, precision: CUDAPrecision, products: ProductOptions,
        for command: String, cpu: () throws(ComputeError) -> CPUDevice
    ) throws(ComputeError) -> OpenedDevices {
        let opened = try asked.open(cuda.files, precision: precision, products: products, cpu: cpu)
        guard asked == .auto else { return opened }
        let leftOut =
            (precision == .single ? [] : ["--amp"]) + (products.tf32 ? ["--tf32"] : [])
            + (products.isTuned ? ["--tune-products"] : [])
        let without = leftOut.isEmpty ? "" : ", without \(leftOut.joined(separator: " and "))"
        let why = opened.whyNoCard.map { "\($0); the CPU computes\(without)" }
        Console.error("mammo \(command): \(why ?? "\(opened.devices[0].name) computes")")
        return opened
    }
}
