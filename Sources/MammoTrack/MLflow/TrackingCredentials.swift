import MammoBase

/// A user and a password, or a token: from MLflow's environment variables, and nowhere else. They are sent, and never written or
/// printed.
package struct TrackingCredentials: Sendable, CustomStringConvertible {
    let user: String?
    let password: String?
    let token: String?
    /// A file of certificates that the server's is checked by, in place of the system's.
    let authorities: String?

    /// Those of MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD and MLFLOW_TRACKING_TOKEN, and the file of
    /// MLFLOW_TRACKING_SERVER_CERT_PATH. As with MLflow's own client, a user comes before a token.
    ///
    /// - Parameter value: An environment variable's value.
    package init(_ value: (String) -> String? = Environment.value) {
        user = value("MLFLOW_TRACKING_USERNAME")
        password = user == nil ? nil : value("MLFLOW_TRACKING_PASSWORD") ?? ""
        token = user == nil ? value("MLFLOW_TRACKING_TOKEN") : nil
        authorities = value("MLFLOW_TRACKING_SERVER_CERT_PATH")
    }

    /// Nothing of them.
    package var description: String { "credentials" }
}
