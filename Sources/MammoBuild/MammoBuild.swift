/// What the program was built from. The plugin Commit writes `Commit` anew where the repository has moved.
public enum MammoBuild {
    /// The commit, 40 hexadecimal digits; `unknown` where the sources were no git repository.
    public static var commit: String { Commit.hash }

    /// Whether files differed from that commit.
    public static var hasChanges: Bool { Commit.hasChanges }
}
