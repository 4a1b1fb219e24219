import MammoNet

extension TrainingConfiguration {
    /// What is to become small.
    var binaryLoss: BinaryLoss {
        switch loss {
        case .crossEntropy:
            BinaryLoss(positiveWeight: posWeight, softPositive: softPositive, smoothing: labelSmoothing)
        case .focal:
            BinaryLoss(
                softPositive: softPositive, smoothing: labelSmoothing,
                focal: BinaryLoss.Focal(gamma: focalGamma, alpha: focalAlpha))
        }
    }

    /// What moves the parameters.
    var optimizerOptions: OptimizerOptions {
        switch optimizer {
        case .adamW:
            var options = AdamW.Options()
            (options.betas, options.epsilon) = ((beta1, beta2), eps)
            options.groups = groups(options.groups)
            return .adamW(options)
        case .sgd:
            var options = SGD.Options()
            (options.momentum, options.nesterov) = (momentum, nesterov)
            options.groups = groups(options.groups)
            return .sgd(options)
        }
    }

    /// The weight decay that the optimizer has, given or its own default.
    var effectiveWeightDecay: Double {
        switch optimizerOptions {
        case .adamW(let options): options.groups.weightDecay
        case .sgd(let options): options.groups.weightDecay
        }
    }

    /// An optimizer's own groups, with what is asked for in their place.
    private func groups(_ plain: ParameterGroups) -> ParameterGroups {
        ParameterGroups(
            weightDecay: weightDecay ?? plain.weightDecay, sparesVectors: noDecayNormBias,
            layerDecay: layerDecay)
    }
}
