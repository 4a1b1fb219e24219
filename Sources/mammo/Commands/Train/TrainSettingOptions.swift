import ArgumentParser
import MammoData
import MammoTrain

/// All options that are keys of a configuration: those of `train`, and of every fold of `cross-validate`.
struct TrainSettingOptions: ParsableArguments {
    @OptionGroup(title: "Data") var data: TrainDataOptions
    @OptionGroup(title: "Network") var network: TrainNetworkOptions
    @OptionGroup(title: "Loss and optimizer") var optimizer: TrainOptimizerOptions
    @OptionGroup(title: "Best epoch and early stopping") var selection: TrainSelectionOptions
    @OptionGroup(title: "Machine") var machine: TrainMachineOptions
    @OptionGroup(title: "Tracking") var tracking: TrainTrackingOptions

    func validate() throws {
        guard data.folds == nil || data.foldsFile == nil else {
            throw ValidationError("--folds contradicts --folds-file; give one of them")
        }
        guard data.upsample == nil || data.positiveFraction == nil else {
            throw ValidationError(
                "--upsample contradicts --positive-fraction: each says how often images with cancer are drawn; give one of "
                    + "them")
        }
        if let augment = data.augment {
            do { _ = try Augmentation(parsing: augment) } catch {
                throw ValidationError("--augment is \(augment): \(error)")
            }
        }
    }

    /// Puts what was given in place of what is there.
    func apply(to configuration: inout TrainingConfiguration) {
        let groups: [any TrainSettings] = [data, network, optimizer, selection, machine, tracking]
        for group in groups { group.apply(to: &configuration) }
    }
}

extension TrainSetting {
    /// Refuses a configuration that cannot be, in terms of the options.
    static func check(_ configuration: TrainingConfiguration) throws {
        do throws(ConfigurationError) {
            try configuration.validate()
        } catch {
            throw refusal(error)
        }
    }
}
