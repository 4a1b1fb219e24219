import MammoCompute

extension OpenedDevices {
    /// Opens the devices of a command. Where the choice was left to the machine, a line says what computes.
    ///
    /// - Parameters:
    ///   - asked: What was asked for.
    ///   - cuda: Where the plugin and its libraries are.
    ///   - precision: How cards store values within layers; the CPU has one way.
    ///   - command: For the line.
    ///   - cpu: The CPU as a device.
    /// - Returns: What was opened.
    /// - Throws: `ComputeError`.
    static func open(
        _ asked: DeviceChoice, _ cuda: CUDAOptions, precision: CUDAPrecision, for command: String,
        cpu: () throws(ComputeError) -> CPUDevice
    ) throws(ComputeError) -> OpenedDevices {
        let opened = try asked.open(cuda.files, precision: precision, cpu: cpu)
        guard asked == .auto else { return opened }
        let why = opened.whyNoCard.map { "\($0); the CPU computes" + (precision == .single ? "" : ", without --amp") }
        Console.error("mammo \(command): \(why ?? "\(opened.devices[0].name) computes")")
        return opened
    }
}
