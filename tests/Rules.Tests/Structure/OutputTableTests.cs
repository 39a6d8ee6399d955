using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7001 cell by cell: which output functions do not go with which loss, task and number of units, and what should take their place.</summary>
public sealed class OutputTableTests
{
    private const ActivationKind None = ActivationKind.Identity;

    [Theory]
    [InlineData(ActivationKind.Softmax, LossKind.CrossEntropy, null, "softmax-on-one-unit", "Sigmoid")]
    [InlineData(ActivationKind.LogSoftmax, LossKind.CrossEntropy, TrainingTask.BinaryClassification, "softmax-on-one-unit", "Sigmoid")]
    [InlineData(ActivationKind.Softmax, LossKind.BinaryCrossEntropy, TrainingTask.MultilabelClassification, "softmax-on-one-unit", "Sigmoid")]
    [InlineData(ActivationKind.Softmax, LossKind.MeanSquaredError, TrainingTask.Regression, "softmax-on-one-unit", "Identity")]
    [InlineData(ActivationKind.Softmax, LossKind.CrossEntropy, TrainingTask.MulticlassClassification, "softmax-on-one-unit", "Identity")]
    [InlineData(ActivationKind.Sigmoid, LossKind.CrossEntropy, null, "cross-entropy-on-one-unit", "Identity")]
    [InlineData(ActivationKind.Sigmoid, LossKind.NegativeLogLikelihood, null, "cross-entropy-on-one-unit", "Identity")]
    [InlineData(None, LossKind.CrossEntropy, null, "cross-entropy-on-one-unit", "Identity")]
    [InlineData(None, LossKind.NegativeLogLikelihood, null, "missing-log-softmax", "LogSoftmax")]
    [InlineData(None, LossKind.BinaryCrossEntropyWithLogits, null, null, null)]
    [InlineData(ActivationKind.Sigmoid, LossKind.BinaryCrossEntropy, null, null, null)]
    public void OneUnitIsNoChoiceAmongClasses(ActivationKind output, LossKind loss, TrainingTask? task, string? variant, string? to)
    {
        var symptom = Judge(output, loss, task, units: 1);

        Assert.Equal((variant, to), (symptom?.Variant, Target(symptom, "to_activation")));
    }

    [Theory]
    [InlineData(ActivationKind.Softmax, LossKind.BinaryCrossEntropy, TrainingTask.MultilabelClassification, 4, "softmax-for-labels", Severity.Error)]
    [InlineData(ActivationKind.LogSoftmax, LossKind.Other, TrainingTask.MultilabelClassification, 4, "softmax-for-labels", Severity.Error)]
    [InlineData(ActivationKind.Sigmoid, LossKind.BinaryCrossEntropy, TrainingTask.MultilabelClassification, 4, null, null)]
    [InlineData(None, LossKind.CrossEntropy, TrainingTask.Regression, 4, "class-loss-for-regression", Severity.Error)]
    [InlineData(None, LossKind.NegativeLogLikelihood, TrainingTask.Regression, 4, "class-loss-for-regression", Severity.Error)]
    [InlineData(None, LossKind.Huber, TrainingTask.Regression, 4, null, null)]
    [InlineData(ActivationKind.Sigmoid, LossKind.BinaryCrossEntropy, TrainingTask.MulticlassClassification, 3, "labels-loss-for-classes", Severity.Info)]
    [InlineData(None, LossKind.BinaryCrossEntropyWithLogits, TrainingTask.MulticlassClassification, 3, "labels-loss-for-classes", Severity.Info)]
    [InlineData(None, LossKind.BinaryCrossEntropyWithLogits, TrainingTask.MulticlassClassification, 2, null, null)]
    [InlineData(None, LossKind.BinaryCrossEntropyWithLogits, TrainingTask.MultilabelClassification, 3, null, null)]
    [InlineData(ActivationKind.ReLU, null, TrainingTask.MulticlassClassification, 4, "cut-logits", Severity.Warning)]
    [InlineData(ActivationKind.ReLU6, null, TrainingTask.MulticlassClassification, 4, "cut-logits", Severity.Warning)]
    [InlineData(ActivationKind.Softplus, null, TrainingTask.MulticlassClassification, 4, null, null)]
    [InlineData(ActivationKind.ReLU, null, TrainingTask.BinaryClassification, 4, null, null)]
    public void TheTaskTellsWhatTheOutputMustSay(ActivationKind output, LossKind? loss, TrainingTask task, long units, string? variant, Severity? severity)
    {
        var symptom = Judge(output, loss, task, units);

        Assert.Equal((variant, severity), (symptom?.Variant, symptom?.Severity));
    }

    [Theory]
    [InlineData(ActivationKind.Softmax, "double-softmax", "softmax-before-sigmoid")]
    [InlineData(ActivationKind.Sigmoid, "sigmoid-before-softmax", "double-sigmoid")]
    [InlineData(ActivationKind.Hardsigmoid, "sigmoid-before-softmax", "double-sigmoid")]
    [InlineData(ActivationKind.LogSoftmax, "redundant-log-softmax", "double-sigmoid")]
    [InlineData(ActivationKind.LogSigmoid, null, "double-sigmoid")]
    [InlineData(ActivationKind.ReLU, "cut-logits", "cut-logits")]
    [InlineData(ActivationKind.ReLU6, "cut-logits", "cut-logits")]
    [InlineData(ActivationKind.Softplus, "cut-logits", "cut-logits")]
    [InlineData(ActivationKind.Tanh, "bounded-logits", "bounded-logits")]
    [InlineData(ActivationKind.Hardtanh, "bounded-logits", "bounded-logits")]
    [InlineData(ActivationKind.Softsign, "bounded-logits", "bounded-logits")]
    [InlineData(ActivationKind.GELU, null, null)]
    [InlineData(None, null, null)]
    public void LossesThatHoldTheFunctionWantBareLogits(ActivationKind output, string? softmaxInside, string? sigmoidInside)
    {
        Assert.Equal(softmaxInside, Judge(output, LossKind.CrossEntropy)?.Variant);
        Assert.Equal(sigmoidInside, Judge(output, LossKind.BinaryCrossEntropyWithLogits)?.Variant);
        Assert.Equal(sigmoidInside, Judge(output, LossKind.OverlapWithLogits)?.Variant);
    }

    /// <summary>The value of the loss shows that a function is taken between model and loss, where the model ends in none that does the same; four looks show nothing.</summary>
    [Theory]
    [InlineData(None, LossKind.CrossEntropy, 5, 1, "softmax-between")]
    [InlineData(ActivationKind.ReLU, LossKind.CrossEntropy, 5, 1, "softmax-between")]
    [InlineData(None, LossKind.BinaryCrossEntropyWithLogits, 5, 1, "sigmoid-between")]
    [InlineData(None, LossKind.CrossEntropy, 4, 1, null)]
    [InlineData(None, LossKind.CrossEntropy, 5, 0, null)]
    [InlineData(ActivationKind.Softmax, LossKind.CrossEntropy, 5, 1, "double-softmax")]
    [InlineData(ActivationKind.Sigmoid, LossKind.CrossEntropy, 5, 1, "sigmoid-before-softmax")]
    [InlineData(ActivationKind.Hardsigmoid, LossKind.BinaryCrossEntropyWithLogits, 5, 1, "double-sigmoid")]
    public void WhatIsTakenBetweenModelAndLossIsSeenInTheLoss(ActivationKind output, LossKind loss, int looks, double activated, string? variant)
    {
        var symptom = Judge(output, loss, trace: Trace.Of(Metric.RecognizedActivation, [activated, .. Enumerable.Repeat(1.0, looks - 1)]));

        Assert.Equal(variant, symptom?.Variant);
        Assert.Equal(variant is "softmax-between" or "sigmoid-between", symptom?.Evidence.Any(evidence => evidence.Metric == "recognized_activation") == true);
    }

    [Theory]
    [InlineData(ActivationKind.Softmax, LossKind.NegativeLogLikelihood, null, "probabilities-for-log-probabilities", Severity.Error)]
    [InlineData(ActivationKind.Sigmoid, LossKind.KullbackLeibler, null, "probabilities-for-log-probabilities", Severity.Error)]
    [InlineData(ActivationKind.Hardsigmoid, LossKind.ConnectionistTemporalClassification, null, "probabilities-for-log-probabilities", Severity.Error)]
    [InlineData(None, LossKind.NegativeLogLikelihood, -0.0009, "missing-log-softmax", Severity.Error)]
    [InlineData(None, LossKind.KullbackLeibler, -0.0009, null, null)]
    [InlineData(None, LossKind.KullbackLeibler, -0.5, "missing-log-softmax", Severity.Error)]
    [InlineData(None, LossKind.ConnectionistTemporalClassification, -0.5, "missing-log-softmax", Severity.Error)]
    [InlineData(ActivationKind.LogSoftmax, LossKind.NegativeLogLikelihood, -0.0009, null, null)]
    [InlineData(ActivationKind.LogSoftmax, LossKind.NegativeLogLikelihood, -0.5, "missing-log-softmax", Severity.Error)]
    [InlineData(None, LossKind.NegativeLogLikelihood, 0.0, null, null)]
    [InlineData(None, LossKind.NegativeLogLikelihood, null, "missing-log-softmax", Severity.Warning)]
    [InlineData(ActivationKind.ReLU, LossKind.NegativeLogLikelihood, null, "missing-log-softmax", Severity.Warning)]
    [InlineData(None, LossKind.KullbackLeibler, null, null, null)]
    [InlineData(ActivationKind.LogSoftmax, LossKind.NegativeLogLikelihood, null, null, null)]
    [InlineData(ActivationKind.LogSigmoid, LossKind.NegativeLogLikelihood, null, null, null)]
    [InlineData(ActivationKind.Other, LossKind.NegativeLogLikelihood, null, null, null)]
    public void LossesOfLogarithmsCannotFallBelowZero(ActivationKind output, LossKind loss, double? least, string? variant, Severity? severity)
    {
        var symptom = Judge(output, loss, trace: least is { } value ? Trace.Of(Metric.Loss, 1, value, 1) : null);

        Assert.Equal((variant, severity), (symptom?.Variant, symptom?.Severity));
        Assert.Equal(variant == "missing-log-softmax" ? least : null, symptom?.Evidence.FirstOrDefault(evidence => evidence.Metric == "loss")?.Value);
    }

    /// <summary>What the loss was given, in five looks: numbers of any kind, shares, or their logarithms.</summary>
    [Theory]
    [InlineData(LossKind.NegativeLogLikelihood, 0, 5, 0.5, "no-log-probabilities")]
    [InlineData(LossKind.ConnectionistTemporalClassification, 0, 5, 0.5, "no-log-probabilities")]
    [InlineData(LossKind.KullbackLeibler, 0, 5, 0.5, null)]
    [InlineData(LossKind.NegativeLogLikelihood, 0, 4, 0.5, null)]
    [InlineData(LossKind.NegativeLogLikelihood, 2, 5, 0.5, null)]
    [InlineData(LossKind.NegativeLogLikelihood, 1, 1, -0.5, "shares-for-log-probabilities")]
    [InlineData(LossKind.NegativeLogLikelihood, 1, 5, 0.5, null)]
    public void WhatIsComparedIsLookedAt(LossKind loss, double form, int looks, double least, string? variant)
    {
        var symptom = Judge(None, loss, trace: Trace.Of(Metric.Loss, 1, least).And(Trace.Of(Metric.ComparedForm, Enumerable.Repeat(form, looks))));

        Assert.Equal(variant, symptom?.Variant);
        Assert.Equal(variant is null ? null : form, symptom?.Evidence.FirstOrDefault(evidence => evidence.Metric == "compared_form")?.Value);
    }

    [Theory]
    [InlineData(ActivationKind.Softmax, 4, true, "softmax-for-independent-loss", Severity.Warning)]
    [InlineData(ActivationKind.Softmax, 2, true, null, null)]
    [InlineData(ActivationKind.LogSoftmax, 4, true, "logits-for-probabilities", Severity.Error)]
    [InlineData(ActivationKind.LogSigmoid, 4, true, "logits-for-probabilities", Severity.Error)]
    [InlineData(None, 4, true, null, null)]
    [InlineData(None, 4, false, "logits-for-probabilities", Severity.Warning)]
    [InlineData(ActivationKind.Tanh, 4, false, "logits-for-probabilities", Severity.Error)]
    [InlineData(ActivationKind.ReLU, 4, false, "logits-for-probabilities", Severity.Error)]
    [InlineData(ActivationKind.LeakyReLU, 4, false, "logits-for-probabilities", Severity.Error)]
    [InlineData(ActivationKind.ELU, 4, false, "logits-for-probabilities", Severity.Error)]
    [InlineData(ActivationKind.GELU, 4, false, "logits-for-probabilities", Severity.Error)]
    [InlineData(ActivationKind.SiLU, 4, false, "logits-for-probabilities", Severity.Error)]
    [InlineData(ActivationKind.Softplus, 4, false, null, null)]
    [InlineData(ActivationKind.Sigmoid, 4, false, null, null)]
    public void ALossOfProbabilitiesRefusesWhatIsNone(ActivationKind output, long units, bool hasLoss, string? variant, Severity? severity)
    {
        var symptom = Judge(output, LossKind.BinaryCrossEntropy, null, units, hasLoss ? Trace.Of(Metric.Loss, 1, 1) : null);

        Assert.Equal((variant, severity), (symptom?.Variant, symptom?.Severity));
    }

    /// <summary>What was not measured by the end of the run will not be; before it may still be.</summary>
    [Theory]
    [InlineData(None, LossKind.NegativeLogLikelihood, null, "missing-log-softmax")]
    [InlineData(None, LossKind.BinaryCrossEntropy, null, "logits-for-probabilities")]
    [InlineData(ActivationKind.Sigmoid, LossKind.MeanSquaredError, TrainingTask.Regression, "bounded-regression")]
    public void WhatIsNotMeasuredIsJudgedAtTheEnd(ActivationKind output, LossKind loss, TrainingTask? task, string variant)
    {
        Assert.Equal(variant, Judge(output, loss, task)?.Variant);
        Assert.Null(Judge(output, loss, task, moment: StructureMoment.Attached));
        Assert.Null(Judge(output, loss, task, moment: StructureMoment.FirstStep));
    }

    [Theory]
    [InlineData(ActivationKind.Softmax, TrainingTask.MulticlassClassification, 4, Severity.Warning, "Identity", "CrossEntropy")]
    [InlineData(ActivationKind.Softmax, TrainingTask.LanguageModeling, 4, Severity.Warning, "Identity", "CrossEntropy")]
    [InlineData(ActivationKind.Sigmoid, TrainingTask.BinaryClassification, 1, Severity.Info, "Identity", "BinaryCrossEntropyWithLogits")]
    [InlineData(ActivationKind.Hardsigmoid, TrainingTask.MultilabelClassification, 4, Severity.Info, "Identity", "BinaryCrossEntropyWithLogits")]
    [InlineData(ActivationKind.Tanh, TrainingTask.MulticlassClassification, 1, Severity.Warning, "Identity", "BinaryCrossEntropyWithLogits")]
    [InlineData(None, TrainingTask.BinaryClassification, 4, Severity.Warning, null, "BinaryCrossEntropyWithLogits")]
    public void ClassesBySquaredErrorGetALossOfTheirOwn(ActivationKind output, TrainingTask task, long units, Severity severity, string? activation, string loss)
    {
        foreach (var kind in new[] { LossKind.MeanSquaredError, LossKind.MeanAbsoluteError, LossKind.Huber })
        {
            var symptom = Judge(output, kind, task, units);

            Assert.Equal(("classes-by-squared-error", severity), (symptom?.Variant, symptom?.Severity));
            Assert.Equal((activation, loss), (Target(symptom, "to_activation"), ((LossKind)(int)symptom!.Values["to_loss"]).ToString()));
        }
    }

    /// <summary>Targets of a bounded output, and how they scatter: what lies a quarter of their range outside may do so.</summary>
    [Theory]
    [InlineData("a quarter of the range below", ActivationKind.ReLU, -1, 3, 0, null, 0)]
    [InlineData("more than a sixth of it", ActivationKind.ReLU, -1, 2.5, 0, Severity.Error, -1)]
    [InlineData("less than they scatter", ActivationKind.ReLU, -1, 2.5, 1.25, Severity.Warning, -1)]
    [InlineData("as much as they scatter", ActivationKind.ReLU, -1, 2.5, 1, Severity.Warning, -1)]
    [InlineData("beyond both bounds, further above", ActivationKind.Tanh, -2, 4, 0, Severity.Error, 4)]
    [InlineData("beyond both bounds, further below", ActivationKind.Tanh, -4, 2, 0, Severity.Error, 2)]
    [InlineData("below alone", ActivationKind.Sigmoid, -2, 1, 0, Severity.Error, -2)]
    [InlineData("one number", ActivationKind.Sigmoid, 3, 3, 0, Severity.Error, 3)]
    [InlineData("within", ActivationKind.Sigmoid, 0.25, 0.75, 0, null, 0)]
    [InlineData("above the bound of a logarithm", ActivationKind.LogSoftmax, -1, 1, 0, Severity.Error, 1)]
    [InlineData("shares", ActivationKind.Softmax, 0, 1, 0, null, 0)]
    [InlineData("far, without a bound", None, -100, 100, 0, null, 0)]
    [InlineData("far, in both directions", ActivationKind.SiLU, -100, 100, 0, Severity.Error, -100)]
    public void TargetsOutsideTheBoundsAreJudgedByHowFarTheyLie(string name, ActivationKind output, double low, double high, double deviation, Severity? expected, double seen)
    {
        var trace = Trace.Of(Metric.TargetMinimum, low, low).And(Trace.Of(Metric.TargetMaximum, high, high)).And(Trace.Of(Metric.TargetStandardDeviation, deviation, deviation));
        foreach (var (loss, task) in new (LossKind?, TrainingTask?)[] { (LossKind.MeanSquaredError, null), (LossKind.MeanSquaredError, TrainingTask.Reconstruction), (null, TrainingTask.Regression) })
        {
            var symptom = Inspect(output, loss, task, 4, trace, options: new OutputLossMismatchOptions { TargetTolerance = 0.25 });

            Assert.True(expected == symptom?.Severity, $"{name}: {symptom?.Variant} {symptom?.Severity}");
            Assert.True(symptom is null || symptom.Evidence[0].Value == seen, $"{name}: {symptom?.Evidence[0]}");
        }

        Assert.Null(Inspect(output, LossKind.MeanSquaredError, TrainingTask.Variational, 4, trace));
    }

    [Theory]
    [InlineData(ActivationKind.Sigmoid, TrainingTask.Regression, Severity.Warning)]
    [InlineData(ActivationKind.ReLU, TrainingTask.Regression, Severity.Info)]
    [InlineData(ActivationKind.Sigmoid, null, null)]
    [InlineData(ActivationKind.Sigmoid, TrainingTask.Reconstruction, null)]
    [InlineData(ActivationKind.Other, TrainingTask.Regression, null)]
    public void ABoundWithoutTargetsIsJudgedForValuesAlone(ActivationKind output, TrainingTask? task, Severity? expected) => Assert.Equal(expected, Judge(output, LossKind.MeanSquaredError, task)?.Severity);

    /// <summary>Rows of zeros and ones that are compared with a softmax are classes, though no task says so.</summary>
    [Theory]
    [InlineData(null, 4, 0.5, "classes-by-squared-error")]
    [InlineData(null, 4, 0.4, null)]
    [InlineData(TrainingTask.Reconstruction, 4, 0.5, null)]
    public void ZerosAndOnesBesideASoftmaxAreClasses(TrainingTask? task, long units, double deviation, string? variant)
    {
        var trace = Trace.Of(Metric.TargetMinimum, 0, 0).And(Trace.Of(Metric.TargetMaximum, 1, 1)).And(Trace.Of(Metric.TargetMean, 0.5, 0.5)).And(Trace.Of(Metric.TargetStandardDeviation, deviation, deviation));

        Assert.Equal(variant, Judge(ActivationKind.Softmax, LossKind.MeanSquaredError, task, units, trace)?.Variant);
        Assert.Null(Judge(ActivationKind.Sigmoid, LossKind.MeanSquaredError, task, units, trace));
    }

    /// <summary>A loss that is seen to take the exponential wants none before it.</summary>
    [Theory]
    [InlineData(ActivationKind.Exponential, LossKind.PoissonNegativeLogLikelihood, "double-exponential")]
    [InlineData(ActivationKind.Exponential, LossKind.MeanSquaredError, null)]
    [InlineData(ActivationKind.Softplus, LossKind.PoissonNegativeLogLikelihood, null)]
    public void AnExponentialIsTakenOnce(ActivationKind output, LossKind seen, string? variant) => Assert.Equal(
        variant, Judge(output, LossKind.PoissonNegativeLogLikelihood, trace: Trace.Of(Metric.RecognizedLoss, Enumerable.Repeat((double)seen, 5)))?.Variant);

    private static string? Target(Symptom? symptom, string name) => symptom is not null && symptom.Values.TryGetValue(name, out double kind) ? ((ActivationKind)(int)kind).ToString() : null;

    private static Symptom? Judge(ActivationKind output, LossKind? loss, TrainingTask? task = null, long units = 4, Trace? trace = null, StructureMoment moment = StructureMoment.End) =>
        Inspect(output, loss, task, units, trace, moment);

    private static Symptom? Inspect(
        ActivationKind output, LossKind? loss, TrainingTask? task, long units, Trace? trace, StructureMoment moment = StructureMoment.End, OutputLossMismatchOptions? options = null)
    {
        Piece[] body = [Piece.Linear(8, 16), Piece.Of(ActivationKind.ReLU), Piece.Linear(16, units)];
        var run = new RunDescription { Task = task, Loss = loss is { } kind ? new LossDescription { Kind = kind, TypeName = kind.ToString() } : null };
        return Inspection.Of(new OutputLossMismatch(options ?? new()), Piece.Sequence(output == None ? body : [.. body, Piece.Of(output, 1)]), trace, run, moment).SingleOrDefault();
    }
}
