import MammoData

/// A value of a metric at a step.
package struct TrackedMetric: Equatable, Sendable, Encodable {
    /// As `train/loss`.
    package var key: String
    package var value: Double
    /// Milliseconds since 1970.
    package var timestamp: Int
    package var step: Int

    package init(key: String, value: Double, timestamp: Int, step: Int) {
        (self.key, self.value, self.timestamp, self.step) = (key, value, timestamp, step)
    }

    private enum Name: CodingKey { case key, value, timestamp, step }

    /// JSON has no number for what is not finite: MLflow takes these as texts.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(key, forKey: .key)
        if value.isFinite {
            try container.encode(value, forKey: .value)
        } else {
            try container.encode(value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity", forKey: .value)
        }
        try container.encode(timestamp, forKey: .timestamp)
        try container.encode(step, forKey: .step)
    }
}

/// A name and a text, of a parameter or a tag.
package struct TrackedText: Equatable, Sendable, Encodable {
    package var key: String
    package var value: String

    package init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }
}

/// How a run is, in MLflow's words.
package enum TrackedStatus: String, Sendable, Codable {
    case running = "RUNNING"
    case finished = "FINISHED"
    case failed = "FAILED"
    case killed = "KILLED"
}

/// What is asked, and what is answered: mlflow/protos/service.proto as JSON.
enum MLflowRequest {
    struct CreateExperiment: Encodable { var name: String }
    struct SearchRuns: Encodable {
        var experiment_ids: [String]
        var filter: String
        var max_results = 1
    }
    struct CreateRun: Encodable {
        var experiment_id: String
        var run_name: String
        var start_time: Int
        var tags: [TrackedText]
    }
    struct LogBatch: Encodable {
        var run_id: String
        var metrics: [TrackedMetric] = []
        var params: [TrackedText] = []
        var tags: [TrackedText] = []
    }
    struct UpdateRun: Encodable {
        var run_id: String
        var status: String
        var end_time: Int?
    }
}

enum MLflowAnswer {
    struct Failure: Decodable {
        var error_code: String?
        var message: String?
    }
    struct Nothing: Decodable {}
    struct CreatedExperiment: Decodable { var experiment_id: String }
    struct FoundExperiment: Decodable {
        struct Experiment: Decodable {
            var experiment_id: String
            var lifecycle_stage: String?
        }
        var experiment: Experiment
    }
    struct Run: Decodable {
        struct Info: Decodable {
            var run_id: String
            var artifact_uri: String?
        }
        var info: Info
    }
    struct CreatedRun: Decodable { var run: Run }
    struct FoundRuns: Decodable { var runs: [Run]? }
}
