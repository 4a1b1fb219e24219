/// stub
public struct ReportPage {
    public let html: String
    public init(_ evaluation: Evaluation, problems: [String], predictions: String, labels: String?) { html = "" }
}
