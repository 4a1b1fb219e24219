/// Measures how long a device has nothing to do between two pieces of work that are put in line by the host.
public protocol IdleClock: AnyObject {
    /// Marks the end of what has been asked for so far.
    ///
    /// - Throws: `ComputeError.failed`.
    func ended() throws(ComputeError)

    /// Marks the beginning of what is asked for from now on.
    ///
    /// - Throws: `ComputeError.failed`.
    func begins() throws(ComputeError)

    /// How long the device had nothing to do between the last end and the beginning after it. Waits for what came before that
    /// beginning, and for nothing after it.
    ///
    /// - Returns: Seconds.
    /// - Throws: `ComputeError.failed`.
    func seconds() throws(ComputeError) -> Double
}
