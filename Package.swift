// swift-tools-version: 6.1
import PackageDescription

// Dependencies point one way: mammo -> MammoPipeline -> MammoTrain -> MammoScore -> MammoChart, MammoData -> MammoImage
// -> MammoDICOM -> C targets; MammoTrain -> MammoTrack -> MammoData; MammoBase lies below all of them.
// Every C or C++ target begins with C and shows Swift nothing but a plain C interface.
let package = Package(
    name: "mammo",
    products: [
        .executable(name: "mammo", targets: ["mammo"]),
        // For other packages: Documentation/libraries.md. A product has the modules whose types its interface shows.
        .library(name: "MammoDICOM", targets: ["MammoDICOM"]),
        .library(name: "MammoImage", targets: ["MammoImage", "MammoDICOM"]),
        .library(name: "MammoNet", targets: ["MammoNet", "MammoGraph", "MammoCompute", "MammoData", "MammoImage"]),
        .library(name: "MammoScore", targets: ["MammoScore", "MammoChart", "MammoData"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .executableTarget(
            name: "mammo",
            dependencies: [
                "MammoPipeline", "MammoTrain", "MammoTrack", "MammoScore", "MammoChart", "MammoNet", "MammoGraph",
                "MammoCompute", "MammoData", "MammoImage", "MammoDICOM", "MammoBase", "CProcess", "MammoBuild",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "MammoPipeline",
            dependencies: [
                "MammoTrain", "MammoScore", "MammoChart", "MammoNet", "MammoGraph", "MammoCompute", "MammoData",
                "MammoImage", "MammoBase",
            ]),
        .target(
            name: "MammoTrain",
            dependencies: [
                "MammoNet", "MammoGraph", "MammoScore", "MammoChart", "MammoCompute", "MammoTrack", "MammoData",
                "MammoImage", "MammoBase", "CLibYAML",
            ]),
        // How a run is watched: what the machine does, and what is sent to a tracking server. It reads a run's files.
        .target(
            name: "MammoTrack", dependencies: ["MammoData", "MammoBase", "CNVML", "CCURL", "CMessage", "CProcess"]),
        .target(name: "MammoScore", dependencies: ["MammoChart", "MammoData", "MammoBase"]),
        .target(name: "MammoChart", dependencies: ["MammoBase"]),
        .target(name: "MammoBase", dependencies: ["CMessage"]),
        .target(name: "MammoBuild", plugins: ["Commit"]),
        .plugin(name: "Commit", capability: .buildTool(), path: "Sources/CommitPlugin"),
        .target(
            name: "MammoData", dependencies: ["MammoImage", "MammoDICOM", "MammoBase", "CLibCrypto", "CMiniZip"]),
        .target(
            name: "MammoImage",
            dependencies: ["MammoDICOM", "MammoBase", "CMessage", "COpenCV", "CPNG", "CKernels", "CLibDeflate"]),
        .target(name: "MammoNet", dependencies: ["MammoGraph", "MammoCompute", "MammoData", "MammoImage"]),
        .target(
            name: "MammoCompute", dependencies: ["MammoGraph", "MammoBase", "CKernels", "CCUDA", "CMPI", "CMessage"]),
        // What a network is, as values: below everything that computes or stores one.
        .target(name: "MammoGraph"),
        .target(
            name: "MammoDICOM",
            dependencies: ["MammoBase", "CMessage", "CDCMTK", "COpenJPEG", "CCodecs", "CKernels", "CLibDeflate"]),

        .executableTarget(
            name: "bench-network",
            dependencies: [
                "MammoTrain", "MammoNet", "MammoGraph", "MammoCompute", "MammoData", "MammoImage", "MammoBase",
                "CProcess", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // Scripts/gpu-kit packs it.
        .target(
            name: "GPUKit", dependencies: ["MammoTrain", "MammoData", "MammoImage", "MammoBase"]),
        .executableTarget(
            name: "gpu-kit",
            dependencies: [
                "GPUKit", "MammoData", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(name: "GPUKitTests", dependencies: ["GPUKit", "MammoData", "TestSupport"]),

        .executableTarget(name: "manual"),

        // Shims: foreign libraries behind plain C; C++ exceptions end here.
        .target(name: "CMessage"),
        .target(
            name: "CDCMTK", dependencies: ["CMessage"],
            // pkg-config's dcmtk asks for libraries Debian does not ship with it, so they are named here.
            linkerSettings: ["dcmjpeg", "dcmjpls", "dcmimage", "dcmimgle", "dcmdata", "oflog", "ofstd"]
                .map { .linkedLibrary($0) }),
        .target(name: "COpenJPEG", dependencies: ["CMessage", "CLibOpenJPEG"]),
        .target(
            name: "COpenCV", dependencies: ["CMessage"],
            // Debian's light OpenCV (core and imgproc only) has no opencv4.pc, its headers include each other as opencv2/…,
            // and a package that others depend on may have no unsafeFlags: a link to /usr/include/opencv4 leads to them.
            exclude: ["opencv4"],
            cxxSettings: [.headerSearchPath("opencv4")],
            linkerSettings: [.linkedLibrary("opencv_imgproc"), .linkedLibrary("opencv_core")]),
        .target(name: "CPNG", dependencies: ["CMessage", "CLibPNG"]),

        // What plugins that are opened at run time have to offer; Scripts/build-cuda and Scripts/build-mpi make them of
        // Sources/CUDA and Sources/MPI.
        .target(name: "CCUDA", dependencies: ["CMessage"], linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CMPI"),

        // Libraries that a machine may have, opened at run time by those who need them.
        .target(name: "CNVML", dependencies: ["CMessage"], linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CCURL", dependencies: ["CMessage"], linkerSettings: [.linkedLibrary("dl")]),

        // Own decoders and inner loops, where the time goes. They are written to be as fast at SwiftPM's -O2 as at -O3.
        .target(name: "CCodecs"),
        .target(name: "CKernels", dependencies: ["CMessage"], linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CProcess"),

        // Plain C libraries, as they are.
        .systemLibrary(name: "CLibOpenJPEG", pkgConfig: "libopenjp2", providers: [.apt(["libopenjp2-7-dev"])]),
        .systemLibrary(name: "CLibPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CLibDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CMiniZip", pkgConfig: "minizip", providers: [.apt(["libminizip-dev"])]),

        .testTarget(name: "CKernelsTests", dependencies: ["CKernels"]),
        .testTarget(name: "CCUDATests", dependencies: ["CCUDA", "TestSupport"]),
        .testTarget(
            name: "MammoDICOMTests", dependencies: ["MammoDICOM", "MammoImage", "TestSupport", "COpenJPEGEncoder"]),
        .testTarget(
            name: "MammoComputeTests",
            dependencies: ["MammoCompute", "MammoGraph", "MammoNet", "CKernels", "TestSupport"]),
        .testTarget(
            name: "MammoNetTests",
            dependencies: ["MammoNet", "MammoGraph", "MammoCompute", "MammoData", "MammoImage", "TestSupport"]),
        .testTarget(name: "MammoImageTests", dependencies: ["MammoImage", "MammoDICOM", "CKernels", "TestSupport"]),
        .testTarget(
            name: "MammoPipelineTests",
            dependencies: ["MammoPipeline", "MammoTrain", "MammoData", "MammoImage", "TestSupport"]),
        .testTarget(
            name: "MammoTrainTests",
            dependencies: [
                "MammoTrain", "MammoNet", "MammoGraph", "MammoScore", "MammoChart", "MammoData", "TestSupport",
            ]),
        .testTarget(name: "MammoTrackTests", dependencies: ["MammoTrack", "MammoTrain", "MammoData", "TestSupport"]),
        .testTarget(name: "MammoScoreTests", dependencies: ["MammoScore", "MammoChart", "MammoData", "TestSupport"]),
        .testTarget(name: "MammoChartTests", dependencies: ["MammoChart"]),
        .testTarget(name: "MammoBaseTests", dependencies: ["MammoBase", "TestSupport"]),
        .testTarget(name: "MammoDataTests", dependencies: ["MammoData", "MammoImage", "TestSupport"]),
        .testTarget(
            name: "MammoCommandTests",
            dependencies: [
                "mammo", "bench-network", "MammoTrain", "MammoTrack", "MammoNet", "MammoGraph", "MammoCompute",
                "MammoData", "MammoImage", "TestSupport",
            ]),
        .target(
            name: "TestSupport",
            dependencies: ["MammoNet", "MammoGraph", "MammoCompute", "MammoData", "MammoImage", "COpenJPEGEncoder"],
            path: "Tests/TestSupport"),
        .target(name: "COpenJPEGEncoder", dependencies: ["CLibOpenJPEG"], path: "Tests/COpenJPEGEncoder"),
    ],
    cxxLanguageStandard: .cxx17
)

// Scripts/fuzz asks for these: the readers behind C functions, for libFuzzer programs to link.
if Context.environment["MAMMO_FUZZ"] != nil {
    package.targets.append(
        .target(name: "FuzzFileReader", dependencies: ["MammoDICOM", "MammoImage"], path: "Tests/Fuzz/FileReader"))
    package.products.append(.library(name: "FuzzFileReader", type: .static, targets: ["FuzzFileReader"]))
    package.targets.append(
        .target(name: "FuzzWeightsReader", dependencies: ["MammoNet"], path: "Tests/Fuzz/WeightsReader"))
    package.products.append(.library(name: "FuzzWeightsReader", type: .static, targets: ["FuzzWeightsReader"]))
}

// A file imports what it uses itself: what another file of its module imports is not visible in it.
for target in package.targets where [.regular, .executable, .test].contains(target.type) {
    target.swiftSettings = [.enableUpcomingFeature("MemberImportVisibility")]
}

// Warnings are errors where the environment has MAMMO_WARNINGS_AS_ERRORS, as in tests: all builds that a script starts
// then have the same flags, and nothing is compiled twice. Not elsewhere: SwiftPM accepts no package with unsafeFlags as a
// dependency, and a newer compiler's new warning should not keep a user from building. (.treatAllWarnings(as: .error)
// needs Swift 6.2 and would be in force for users.)
if Context.environment["MAMMO_WARNINGS_AS_ERRORS"] != nil {
    for target in package.targets where [.regular, .executable, .test].contains(target.type) {
        if target.name.hasPrefix("C"), target.type != .test {
            target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(["-Werror"])]
            target.cxxSettings = (target.cxxSettings ?? []) + [.unsafeFlags(["-Werror"])]
        } else {
            target.swiftSettings?.append(.unsafeFlags(["-warnings-as-errors"]))
        }
    }
}
