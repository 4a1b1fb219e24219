import MammoTrack
import TestSupport
import Testing

@Suite("Addresses and credentials of tracking servers")
struct TrackingURITests {
    @Test(
        "Without what follows the path, and without a slash at its end",
        arguments: [
            ("http://localhost:5000", "http://localhost:5000"), ("HTTPS://Host/", "https://Host"),
            ("https://host/mlflow/", "https://host/mlflow"), ("http://[::1]:5000/?a=b#c", "http://[::1]:5000"),
            ("none", "none"),
        ])
    func addresses(_ text: String, _ expected: String) throws {
        let uri = try #require(TrackingURI(text))
        #expect(uri.description == expected && !uri.hadCredentials && uri.isServer == (text != "none"))
        #expect(TrackingURI(uri.description) == uri)
    }

    @Test(
        "What is none",
        arguments: ["", "host:5000", "file:///mlruns", "http://", "http://:5000", "http://a b", "sqlite:a"])
    func others(_ text: String) { #expect(TrackingURI(text) == nil) }

    @Test(
        "A user and a password are noticed and dropped, in any address",
        arguments: [
            "http://user:secret@host:5000/a", "https://user:se@cret@host/?x", "ftp://user:secret@host",
            "user:secret@host",
        ])
    func credentials(_ text: String) throws {
        let uri = try #require(TrackingURI(text))
        #expect(uri.hadCredentials && !uri.description.contains("user") && !"\(uri)".contains("cret"))
    }

    @Test(
        "Credentials are those of MLflow's variables, sent with every request and written nowhere",
        arguments: [
            (["MLFLOW_TRACKING_USERNAME": "ann", "MLFLOW_TRACKING_PASSWORD": "secret"], "Basic YW5uOnNlY3JldA=="),
            (["MLFLOW_TRACKING_TOKEN": "secret"], "Bearer secret"),
            (["MLFLOW_TRACKING_USERNAME": "ann", "MLFLOW_TRACKING_TOKEN": "secret"], "Basic YW5uOg=="), ([:], nil),
        ])
    func variables(_ variables: [String: String], _ expected: String?) throws {
        let (run, server) = (try SentRun(), try FakeMLflow())
        try run.train(1...20)
        let credentials = TrackingCredentials { variables[$0] }
        #expect("\(credentials)" == "credentials")
        let uri = try #require(TrackingURI(server.uri))
        try RunUpload(run.path, to: MLflowServer(uri, credentials), experiment: "rsna", SentRun.description)
            .send(.finished, withFiles: true)
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == expected })
        #expect(server.requests.count > 5)
        for name in try run.folder.names() { #expect(!(try run.lines(of: name).joined().contains("secret"))) }
    }
}
