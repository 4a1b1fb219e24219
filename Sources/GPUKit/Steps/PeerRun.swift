import MammoBase
import MammoData

/// The versions that the comparison programs record; nil where a run ended before.
protocol PeerVersions: Decodable {
    var torch: String? { get }
    var networks_by: String? { get }
    var cuda: String? { get }
    var cudnn: Int? { get }
}

extension PeerComparison: PeerVersions {}
extension PeerTiming: PeerVersions {}

extension Workbench {
    /// Runs a program beside PyTorch, and reads the JSON that it leaves.
    ///
    /// - Parameters:
    ///   - command: Writes `json`.
    ///   - json: The file; one of an earlier run is removed.
    ///   - machine: Gets PyTorch's versions.
    /// - Returns: How the program ended, and what it found as far as it came.
    /// - Throws: `StepProblem` where it left nothing, or nothing that can be read.
    func runPeer<Found: PeerVersions>(
        _ command: Command, leaving json: String, _ machine: inout MachineFacts
    ) throws(StepProblem) -> (Finished, Found) {
        _ = Files.remove(json)
        let finished = try run(command)
        guard Files.status(of: json) != nil else {
            try finished.check()
            throw .failed("\(command.arguments[0]) left no \(json)")
        }
        let found: Found = try JSONFile.read(Array(try text(json).utf8), path: json)
        machine.record(found)
        return (finished, found)
    }
}

extension MachineFacts {
    /// Records which PyTorch was compared with.
    fileprivate mutating func record(_ found: some PeerVersions) {
        guard let torch = found.torch else { return }
        let parts = [
            found.cuda.map { "CUDA \($0)" }, found.cudnn.map { "cuDNN \($0)" },
            found.networks_by.map { "networks by \($0)" },
        ]
        pytorch = (["PyTorch \(torch)"] + parts.compactMap { $0 }).joined(separator: ", ")
    }
}
