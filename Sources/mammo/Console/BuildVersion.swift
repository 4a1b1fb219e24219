import MammoBuild
import MammoCompute

/// Which program this is.
enum BuildVersion {
    /// The release, as manifests record it.
    static let number = "0.2.0"

    /// The first digits of the commit it was built from, or `unknown`; with `+` where files differed from it.
    static var commit: String {
        MammoBuild.commit.prefix(12) + (MammoBuild.hasChanges ? "+" : "")
    }

    /// The kernels that this machine gets, in the words of `--kernels`.
    static var kernels: String { CPUKernels.best.name.lowercased() }

    /// What `--version` prints.
    static var line: String { "mammo \(number), commit \(commit), \(kernels) kernels" }
}
