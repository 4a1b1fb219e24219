/// Under the names of `config.yaml`.
extension TrainingConfiguration: Codable {
    /// Reads what is there; what is not has its default.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: ConfigurationKey.Name.self)
        for key in ConfigurationKey.all { try key.decode(&self, container) }
    }

    /// Writes all keys.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: ConfigurationKey.Name.self)
        for key in ConfigurationKey.all { try key.encode(self, &container) }
    }
}
