import ArgumentParser
import MammoTrack
import MammoTrain

/// Where else a run can be watched, and what it costs. None of it changes a number.
struct TrainTrackingOptions: TrainSettings {
    @Option(
        help: TrainSetting.help(
            "Send the run to this MLflow server.", "mlflow", "uri",
            more: """
                As http://host:5000. A user, password or token is taken from MLFLOW_TRACKING_USERNAME, \
                MLFLOW_TRACKING_PASSWORD or MLFLOW_TRACKING_TOKEN. A server that does not answer delays nothing: mammo track \
                sends the rest.
                """))
    var mlflow: TrackingURI?

    @Option(
        help: ArgumentHelp(
            "The experiment on that server.",
            discussion: "Created if missing. By default MLFLOW_EXPERIMENT_NAME, else mammo.", valueName: "name"))
    var experiment: String?

    @Option(
        help: ArgumentHelp(
            "The price of an hour, for the run's cost.", discussion: "In any currency.", valueName: "price"))
    var price: Double?

    func apply(to configuration: inout TrainingConfiguration) {
        TrainSetting.set(&configuration.mlflow, mlflow)
        TrainSetting.set(&configuration.experiment, experiment.map(Optional.some))
        TrainSetting.set(&configuration.price, price.map(Optional.some))
    }
}
