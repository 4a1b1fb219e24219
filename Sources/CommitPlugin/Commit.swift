import Foundation
import PackagePlugin

/// Asks git before every build, since a manifest's `Context.gitInformation` is kept from the first build on. The file is
/// written only where it changes, and lies in the build folder.
@main
struct Commit: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
        let folder = context.pluginWorkDirectoryURL
        let script = """
            hash=unknown
            changes=false
            # Not a repository that the sources only happen to lie in.
            if [ "$(git -C "$1" rev-parse --show-toplevel 2>/dev/null)" = "$(cd "$1" && pwd -P)" ]; then
                hash=$(git -C "$1" rev-parse HEAD 2>/dev/null) || hash=unknown
                [ -z "$(git -C "$1" status --porcelain 2>/dev/null)" ] || changes=true
            fi
            text=$(printf 'enum Commit {\\n    static let hash = "%s"\\n    static let hasChanges = %s\\n}' "$hash" "$changes")
            [ "$text" = "$(cat "$2/Commit.swift" 2>/dev/null)" ] || printf '%s\\n' "$text" >"$2/Commit.swift"
            """
        return [
            .prebuildCommand(
                displayName: "Commit", executable: URL(filePath: "/bin/sh"),
                arguments: ["-c", script, "sh", context.package.directoryURL.path(), folder.path()],
                outputFilesDirectory: folder)
        ]
    }
}
