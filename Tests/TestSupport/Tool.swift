import Foundation

/// Runs the built `mammo`, or another program of the package, as a user would.
package struct Tool {
    package var status: Int32
    package var output: String
    package var error: String

    /// The executable.
    package static let path = path(of: "mammo")

    /// Executables lie beside the test bundle.
    private static func path(of program: String) -> String {
        let bundle = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appending(path: program).path
    }

    /// Runs to the end, with more in its environment.
    package static func run(
        _ arguments: [String], program: String = "mammo", in folder: String? = nil, environment: [String: String] = [:]
    ) throws -> Tool {
        let process = Process()
        process.executableURL = URL(filePath: path(of: program))
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        let scratch = try TemporaryFolder()
        let names = ["out", "err"].map { "\(scratch.path)/\($0)" }
        let handles = try names.map { name in
            _ = FileManager.default.createFile(atPath: name, contents: nil)
            return try FileHandle(forWritingTo: URL(filePath: name))
        }
        (process.standardOutput, process.standardError) = (handles[0], handles[1])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let texts = try names.map { String(decoding: try Data(contentsOf: URL(filePath: $0)), as: UTF8.self) }
        return Tool(status: process.terminationStatus, output: texts[0], error: texts[1])
    }

    /// Runs in a shell, `mammo` being the built one: for pipes and limits. Output and errors come together.
    package static func shell(_ script: String, in folder: String? = nil) throws -> Tool {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "mammo() { '\(path)' \"$@\"; }; \(script)"]
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Tool(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self), error: "")
    }

    /// Preprocesses the demo set's eighteen images.
    ///
    /// - Parameters:
    ///   - folder: Where the PNGs go.
    ///   - size: As `64x32`.
    /// - Returns: What `mammo preprocess` said.
    /// - Throws: Where it cannot be started.
    package static func preprocessDemo(to folder: String, size: String) throws -> Tool {
        try run([
            "preprocess", "--images", Fixtures.path("train_images"), "--csv", Fixtures.path("train.csv"), "--size",
            size,
            "--out", folder, "--quiet",
        ])
    }
}
