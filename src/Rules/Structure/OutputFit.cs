using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Structure;

/// <summary>How output function, loss and task fit each other: the source article's output table and what each loss of PyTorch expects, as one function.</summary>
internal static class OutputFit
{
    /// <summary>Judges a combination.</summary>
    /// <param name="output">What is known.</param>
    /// <param name="moment">When it is judged: what was not measured by the end of the run will not be.</param>
    /// <param name="tolerance">By how much of their range targets may lie outside the output's bounds.</param>
    /// <returns>The worst mismatch; null when all fits, or nothing can be said.</returns>
    public static OutputMismatch? Judge(OutputFacts output, StructureMoment moment, double tolerance) =>
        JudgeUnits(output) ?? JudgeTask(output) ?? output.Loss switch
        {
            LossKind.CrossEntropy => JudgeLogits(output, isSigmoidInside: false),
            LossKind.BinaryCrossEntropyWithLogits => JudgeLogits(output, isSigmoidInside: true),
            LossKind.NegativeLogLikelihood or LossKind.KullbackLeibler or LossKind.ConnectionistTemporalClassification => JudgeLogProbabilities(output, moment),
            LossKind.BinaryCrossEntropy => JudgeProbabilities(output, moment),
            LossKind.Overlap => output.OutsideFraction > MostOutside ? new("logits-for-overlap", Severity.Error, 0.97) { ToActivation = ActivationKind.Sigmoid } : null,
            LossKind.OverlapWithLogits => JudgeLogits(output, isSigmoidInside: true),
            LossKind.MeanSquaredError or LossKind.MeanAbsoluteError or LossKind.Huber => JudgeErrors(output, moment, tolerance),
            LossKind.PoissonNegativeLogLikelihood when output is { IsExponentialInside: true, Function: ActivationKind.Exponential } =>
                new("double-exponential", Severity.Error, 0.95) { ToActivation = ActivationKind.Identity },
            null when output.Task == TrainingTask.Regression => JudgeErrors(output, moment, tolerance),
            _ => null,
        };

    /// <summary>Further below zero than rounding brings a loss of probabilities.</summary>
    private const double NegativeLoss = 1e-3;

    /// <summary>Rounding carries few probabilities beyond 0 and 1.</summary>
    internal const double MostOutside = 0.01;

    private static bool IsSigmoid(ActivationKind? function) => function is ActivationKind.Sigmoid or ActivationKind.Hardsigmoid;

    private static OutputMismatch? JudgeUnits(OutputFacts output) => output switch
    {
        { Units: 1, Function: ActivationKind.Softmax or ActivationKind.LogSoftmax } => new("softmax-on-one-unit", Severity.Error, 0.99)
        {
            ToActivation = output.Task is null or TrainingTask.BinaryClassification or TrainingTask.MultilabelClassification ? ActivationKind.Sigmoid : ActivationKind.Identity,
        },
        { Units: 1, Loss: LossKind.CrossEntropy or LossKind.NegativeLogLikelihood, IsModule: true } or { Units: 1, Loss: LossKind.CrossEntropy, Function: ActivationKind.Identity } =>
            new("cross-entropy-on-one-unit", Severity.Error, 0.98) { ToActivation = ActivationKind.Identity, ToLoss = LossKind.BinaryCrossEntropyWithLogits },
        _ => null,
    };

    private static OutputMismatch? JudgeTask(OutputFacts output) => output switch
    {
        { Task: TrainingTask.MultilabelClassification, Function: ActivationKind.Softmax or ActivationKind.LogSoftmax } =>
            new("softmax-for-labels", Severity.Error, 0.97) { ToActivation = ActivationKind.Identity, ToLoss = LossKind.BinaryCrossEntropyWithLogits },
        { Task: TrainingTask.Regression, Loss: LossKind.CrossEntropy or LossKind.NegativeLogLikelihood } =>
            new("class-loss-for-regression", Severity.Error, 0.97) { ToActivation = ActivationKind.Identity, ToLoss = LossKind.MeanSquaredError },
        // One yes/no question per class is an honest method for many classes, if it learns.
        { Task: TrainingTask.MulticlassClassification, Loss: LossKind.BinaryCrossEntropy or LossKind.BinaryCrossEntropyWithLogits, Units: > 2 } =>
            new("labels-loss-for-classes", output.IsNoBetterThanConstant ? Severity.Warning : Severity.Info, 0.8) { ToActivation = ActivationKind.Identity, ToLoss = LossKind.CrossEntropy },
        { Task: TrainingTask.Regression, IsLossBlind: true } => new("blind-loss", Severity.Error, 0.95) { ToActivation = ActivationKind.Identity, ToLoss = LossKind.MeanSquaredError },
        { Task: TrainingTask.MulticlassClassification, Loss: null, Function: ActivationKind.ReLU or ActivationKind.ReLU6 } =>
            new("cut-logits", Severity.Warning, 0.8) { ToActivation = ActivationKind.Identity },
        _ => null,
    };

    /// <summary>Losses with the output function inside want bare logits.</summary>
    private static OutputMismatch? JudgeLogits(OutputFacts output, bool isSigmoidInside) => output.Function switch
    {
        not (ActivationKind.Softmax or ActivationKind.Sigmoid or ActivationKind.Hardsigmoid) when output.IsActivatedBetween =>
            new(isSigmoidInside ? "sigmoid-between" : "softmax-between", Severity.Error, 0.98),
        ActivationKind.Softmax => new(isSigmoidInside ? "softmax-before-sigmoid" : "double-softmax", Severity.Error, 0.98) { ToActivation = ActivationKind.Identity },
        ActivationKind.Sigmoid or ActivationKind.Hardsigmoid => new(isSigmoidInside ? "double-sigmoid" : "sigmoid-before-softmax", Severity.Error, 0.98) { ToActivation = ActivationKind.Identity },
        ActivationKind.LogSoftmax or ActivationKind.LogSigmoid when isSigmoidInside => new("double-sigmoid", Severity.Error, 0.97) { ToActivation = ActivationKind.Identity },
        ActivationKind.LogSoftmax => new("redundant-log-softmax", Severity.Info, 0.95) { ToLoss = LossKind.NegativeLogLikelihood },
        ActivationKind.ReLU or ActivationKind.ReLU6 or ActivationKind.Softplus => new("cut-logits", Severity.Warning, 0.9) { ToActivation = ActivationKind.Identity },
        ActivationKind.Tanh or ActivationKind.Hardtanh or ActivationKind.Softsign => new("bounded-logits", Severity.Warning, 0.9) { ToActivation = ActivationKind.Identity },
        _ => null,
    };

    /// <summary>Such losses take what they are given for logarithms: bare logits and probabilities give losses below zero, which logarithms of probabilities cannot.</summary>
    private static OutputMismatch? JudgeLogProbabilities(OutputFacts output, StructureMoment moment)
    {
        if (output.Function == ActivationKind.Softmax || IsSigmoid(output.Function))
        {
            return new OutputMismatch("probabilities-for-log-probabilities", Severity.Error, 0.98) { ToActivation = ActivationKind.LogSoftmax };
        }

        if (output is { AreShares: true, SmallestLoss: < 0 })
        {
            return new OutputMismatch("shares-for-log-probabilities", Severity.Error, 0.98) { ToActivation = ActivationKind.LogSoftmax };
        }

        if (output.Loss is LossKind.NegativeLogLikelihood or LossKind.KullbackLeibler or LossKind.ConnectionistTemporalClassification && output.SmallestLoss < -NegativeLoss)
        {
            return new OutputMismatch("missing-log-softmax", Severity.Error, 0.98) { ToActivation = ActivationKind.LogSoftmax };
        }

        if (output is { Loss: LossKind.NegativeLogLikelihood or LossKind.ConnectionistTemporalClassification, AreNoShares: true })
        {
            return new OutputMismatch("no-log-probabilities", Severity.Error, 0.96) { ToActivation = ActivationKind.LogSoftmax };
        }

        if (output.Loss != LossKind.NegativeLogLikelihood || output.Function is null or ActivationKind.LogSoftmax or ActivationKind.LogSigmoid or ActivationKind.Other)
        {
            return null;
        }

        // The logarithm may be taken in code between model and loss; the loss tells.
        return output.SmallestLoss < 0 ? new OutputMismatch("missing-log-softmax", Severity.Error, 0.98) { ToActivation = ActivationKind.LogSoftmax }
            : output.SmallestLoss is null && moment == StructureMoment.End ? new OutputMismatch("missing-log-softmax", Severity.Warning, 0.7) { ToActivation = ActivationKind.LogSoftmax }
            : null;
    }

    /// <summary>Torch refuses values outside 0 to 1, so that a run that goes on has a sigmoid somewhere.</summary>
    private static OutputMismatch? JudgeProbabilities(OutputFacts output, StructureMoment moment) => output.Function switch
    {
        ActivationKind.Softmax when output.Units is not 2 => new("softmax-for-independent-loss", Severity.Warning, 0.85)
        {
            ToActivation = ActivationKind.Identity,
            ToLoss = LossKind.CrossEntropy,
        },
        ActivationKind.LogSoftmax or ActivationKind.LogSigmoid => new("logits-for-probabilities", Severity.Error, 0.97) { ToActivation = ActivationKind.Sigmoid },
        ActivationKind.Identity or ActivationKind.Tanh or ActivationKind.ReLU or ActivationKind.LeakyReLU or ActivationKind.ELU or ActivationKind.GELU or ActivationKind.SiLU
            when output.SmallestLoss is null && moment == StructureMoment.End => new("logits-for-probabilities", output.Function == ActivationKind.Identity ? Severity.Warning : Severity.Error, 0.85)
            {
                ToActivation = ActivationKind.Identity,
                ToLoss = LossKind.BinaryCrossEntropyWithLogits,
            },
        _ => null,
    };

    private static OutputMismatch? JudgeErrors(OutputFacts output, StructureMoment moment, double tolerance)
    {
        if (output is { Function: ActivationKind.ReLU or ActivationKind.ReLU6, IsStuckAtZero: true } && moment == StructureMoment.End)
        {
            return new OutputMismatch("stuck-output", Severity.Error, 0.97) { ToActivation = ActivationKind.Identity };
        }

        if (output.Task is TrainingTask.MulticlassClassification or TrainingTask.BinaryClassification or TrainingTask.MultilabelClassification or TrainingTask.LanguageModeling)
        {
            // Squared error on a sigmoid is the Brier score: slow where the model is surely wrong, but it learns. On a softmax or bare values it is a fault.
            return output.Loss is null ? null : new OutputMismatch("classes-by-squared-error", IsSigmoid(output.Function) ? Severity.Info : Severity.Warning, 0.85)
            {
                ToActivation = output.IsModule ? ActivationKind.Identity : null,
                ToLoss = output.Task is TrainingTask.MulticlassClassification or TrainingTask.LanguageModeling && output.Units != 1 ? LossKind.CrossEntropy : LossKind.BinaryCrossEntropyWithLogits,
            };
        }

        if (output.Task is not (null or TrainingTask.Regression or TrainingTask.Reconstruction) || output.Function is not { } function || function == ActivationKind.Other)
        {
            return null;
        }

        if (output is { Task: null, Function: ActivationKind.Softmax, HasBinaryTargets: true, Units: > 1 })
        {
            return new OutputMismatch("classes-by-squared-error", Severity.Warning, 0.85) { ToActivation = ActivationKind.Identity, ToLoss = LossKind.CrossEntropy };
        }

        return JudgeRange(output, Bounds(function), moment, tolerance);
    }

    private static OutputMismatch? JudgeRange(OutputFacts output, (double Low, double High) bounds, StructureMoment moment, double tolerance)
    {
        if (double.IsInfinity(bounds.Low) && double.IsInfinity(bounds.High))
        {
            return null;
        }

        if (output.Targets is not { } targets)
        {
            return output.Task == TrainingTask.Regression && moment == StructureMoment.End
                ? new OutputMismatch("bounded-regression", bounds.High < double.PositiveInfinity ? Severity.Warning : Severity.Info, 0.7) { ToActivation = ActivationKind.Identity, Bounds = bounds }
                : null;
        }

        // Outliers alone are a smaller matter than targets of which a good part cannot be reached.
        double range = Math.Max(targets.High - targets.Low, 1e-12);
        double excess = Math.Max(bounds.Low - targets.Low, targets.High - bounds.High);
        return excess <= tolerance * range ? null
            : new OutputMismatch("bounded-regression", excess > Math.Max(output.TargetDeviation, range / 6) ? Severity.Error : Severity.Warning, 0.98)
            {
                ToActivation = ActivationKind.Identity,
                Bounds = bounds,
            };
    }

    private static (double Low, double High) Bounds(ActivationKind function) => function switch
    {
        ActivationKind.Softmax => (0, 1),
        ActivationKind.LogSoftmax => (double.NegativeInfinity, 0),
        _ when !Knowledge.ActivationFunctions.IsElementwise(function) => (double.NegativeInfinity, double.PositiveInfinity),
        _ => (Knowledge.ActivationProperties.Of(function).LowerBound, Knowledge.ActivationProperties.Of(function).UpperBound),
    };
}

/// <summary>A combination of output, loss and task that does not fit.</summary>
/// <param name="Variant">Which one.</param>
/// <param name="Severity">How serious it is.</param>
/// <param name="Confidence">How sure it is.</param>
internal sealed record OutputMismatch(string Variant, Severity Severity, double Confidence)
{
    /// <summary>Gets the output function that would fit; null to leave it.</summary>
    public ActivationKind? ToActivation { get; init; }

    /// <summary>Gets the loss that would fit; null to leave it.</summary>
    public LossKind? ToLoss { get; init; }

    /// <summary>Gets the range of values that the output function can reach.</summary>
    public (double Low, double High)? Bounds { get; init; }
}
