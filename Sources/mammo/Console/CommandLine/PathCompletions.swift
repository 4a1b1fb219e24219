import ArgumentParser
import MammoData
import MammoGraph
import MammoNet

/// What the shells complete for options that name files, and for lists that are no types of their own.
extension CompletionKind {
    static let table = CompletionKind.file(extensions: ["csv"])
    static let weights = CompletionKind.file(extensions: [
        "safetensors", "pth", "pt", "ckpt", "bin", "tar", "checkpoint", "json",
    ])
    static let dicom = CompletionKind.file(extensions: ["dcm", "dicom"])
    static let list = CompletionKind.file(extensions: ["txt"])
    static let configuration = CompletionKind.file(extensions: ["yaml", "yml"])
    static let page = CompletionKind.file(extensions: ["html"])
    static let picture = CompletionKind.file(extensions: ["png"])
    static let archive = CompletionKind.file(extensions: ["zip"])
    static let library = CompletionKind.file(extensions: ["so"])
    static let augmentations = CompletionKind.list(AugmentationKind.allCases.map(\.example))
    static let architectures = CompletionKind.list(Network.all.map(\.name))
}
