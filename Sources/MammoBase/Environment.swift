import Glibc

/// The environment of this process.
package enum Environment {
    /// The value of a variable; nil where it is not set, or empty.
    ///
    /// - Parameter name: The variable's name.
    /// - Returns: Its value.
    package static func value(of name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
