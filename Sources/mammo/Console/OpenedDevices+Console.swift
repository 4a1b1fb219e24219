import MammoCompute

/// The devices of a command, as they were asked for. Where that was left to the machine it says what computes.
struct ChosenDevices {
    /// What was asked for, or what `auto` came to.
    let choice: DeviceChoice
    /// The CPU alone, or the cards in the order named.
    let devices: [any TrainingDevice]

    /// Opens devices.
    ///
    /// - Parameters:
    ///   - asked: What was asked for.
    ///   - plugin: The plugin's file; nil for where it is looked for.
    ///   - precision: How cards store values within layers; the CPU has one way.
    ///   - command: For the line that says what computes.
    ///   - cpu: The CPU as a device.
    /// - Throws: `ComputeError`.
    init(
        _ asked: DeviceChoice, plugin: String?, precision: CUDAPrecision, for command: String,
        cpu: () throws(ComputeError) -> CPUDevice
    ) throws(ComputeError) {
        let (choice, whyNoCard) = asked.resolved(plugin: plugin)
        self.choice = choice
        devices = try choice.open(plugin: plugin, precision: precision, cpu: cpu)
        guard asked == .auto else { return }
        let why = whyNoCard.map { "\($0); the CPU computes" + (precision == .single ? "" : ", without --amp") }
        Console.error("mammo \(command): \(why ?? "\(devices[0].name) computes")")
    }
}
