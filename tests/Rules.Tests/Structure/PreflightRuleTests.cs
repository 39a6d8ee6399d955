using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Generalization;
using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>What rules make of the measurements of a preflight.</summary>
public sealed class PreflightRuleTests
{
    private static readonly ModelDescription Model = Piece.Custom(Piece.Linear(8, 16), Piece.Of(ActivationKind.ReLU), Piece.Linear(16, 2));

    [Theory]
    [InlineData(LayerKind.Recurrent, false, Severity.Error)]
    [InlineData(LayerKind.Attention, false, Severity.Error)]
    [InlineData(LayerKind.Other, false, Severity.Warning)]
    [InlineData(LayerKind.Recurrent, true, Severity.Info)]
    public void MixedSamplesAreAsSeriousAsTheirLayerTells(LayerKind kind, bool mayBeTimeFirst, Severity expected)
    {
        var model = Model with { Layers = [.. Model.Layers, new LayerDescription { Path = "mixer", TypeName = "Mixer", Kind = kind, IsLeaf = true }] };
        var trace = Trace.Of(Metric.SampleLeakage, "(output)", 0.5).And(Trace.Of(Metric.SampleLeakage, "mixer", 1.0));

        var finding = Assert.Single(RuleVerifier.Run(new MixedSamples(new()), trace, new RunDescription { Model = model, Preflight = new PreflightDescription { MayBeTimeFirst = mayBeTimeFirst } }));

        Assert.Equal(expected, finding.Severity);
        Assert.Equal(["mixer"], finding.Layers);
    }

    /// <summary>What no other sample reaches, but another place in the batch does.</summary>
    [Theory]
    [InlineData(0.0, 1.0, "The output of a sample depends on its place in the batch")]
    [InlineData(0.0, 0.0, null)]
    [InlineData(1.0, 1.0, "The output of a sample depends on other samples")]
    public void TheOutputOfASampleMustNotDependOnItsPlace(double leakage, double dependence, string? title)
    {
        var trace = Trace.Of(Metric.SampleLeakage, "(output)", leakage).And(Trace.Of(Metric.PlaceDependence, "(output)", dependence));

        Assert.Equal(title, RuleVerifier.Run(new MixedSamples(new()), trace, new RunDescription { Model = Model }).SingleOrDefault()?.Title.ToString());
    }

    [Fact]
    public void ALayerThatMixesWithoutReachingTheOutputIsNoFault() =>
        Assert.Empty(RuleVerifier.Run(new MixedSamples(new()), Trace.Of(Metric.SampleLeakage, "(output)", 0.0).And(Trace.Of(Metric.SampleLeakage, "0", 1.0)), new RunDescription { Model = Model }));

    [Theory]
    [InlineData(0.94, 0)]
    [InlineData(0.96, 1)]
    [InlineData(double.NaN, 0)]
    public void ABatchIsLearntWhenItsInputsAreOfUse(double learnt, int findings)
    {
        var trace = Trace.Of(Metric.Loss, 1.2).And(Trace.Of(Metric.InputDependence, "(output)", 1.0)).And(Trace.Of(Metric.BlindLoss, 1.0));
        trace = double.IsNaN(learnt) ? trace : trace.And(Trace.Of(Metric.LearntLoss, learnt));

        Assert.Equal(findings, RuleVerifier.Run(new UnlearnableBatch(new()), trace, new RunDescription { Model = Model }).Count);
    }

    [Fact]
    public void ABatchOfOneClassIsNotJudged()
    {
        var trace = Trace.Of(Metric.Loss, 1.2).And(Trace.Of(Metric.InputDependence, "(output)", 1.0)).And(Trace.Of(Metric.BlindLoss, 1e-4)).And(Trace.Of(Metric.LearntLoss, 1e-4));

        Assert.DoesNotContain(RuleVerifier.Run(new UnlearnableBatch(new()), trace, new RunDescription { Model = Model }), finding => finding.Severity > Severity.Info);
    }

    [Fact]
    public void ABadStartIsAHint()
    {
        var trace = Trace.Of(Metric.Loss, 50.0).And(Trace.Of(Metric.InputDependence, "(output)", 1.0)).And(Trace.Of(Metric.BlindLoss, 1.0)).And(Trace.Of(Metric.LearntLoss, 0.01));

        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(new UnlearnableBatch(new()), trace, new RunDescription { Model = Model })).Severity);
    }

    [Theory]
    [InlineData(Metric.EvaluationDifference, 0.3, true)]
    [InlineData(Metric.EvaluationDrift, 0.3, true)]
    [InlineData(Metric.EvaluationDifference, 1e-6, false)]
    public void EvaluationsThatDifferAreInTheWrongMode(Metric metric, double difference, bool found) =>
        Assert.Equal(found, RuleVerifier.Run(new WrongMode(new()), Trace.Of(metric, "(output)", difference), new RunDescription { Model = Model, Preflight = new PreflightDescription() }).Any());

    /// <summary>In a run, a model that answers a question must repeat itself; one that generates may draw.</summary>
    [Theory]
    [InlineData(TrainingTask.MulticlassClassification, true)]
    [InlineData(TrainingTask.Reconstruction, false)]
    public void AModelThatGeneratesMayDrawInEvaluation(TrainingTask task, bool found) =>
        Assert.Equal(found, RuleVerifier.Run(new WrongMode(new()), Trace.Of(Metric.EvaluationDifference, "(output)", 0.3), new RunDescription { Model = Model, Task = task }).Any());

    [Theory]
    [InlineData(true, Verdict.Healthy)]
    [InlineData(false, Verdict.Inconclusive)]
    public void APreflightIsHealthyWhenItsBatchCouldBeLearnt(bool learnt, Verdict expected)
    {
        var trace = Trace.Of(Metric.Loss, 1.2).And(Trace.Of(Metric.InputDependence, "(output)", 1.0)).And(Trace.Of(Metric.BlindLoss, 1.0));
        trace = learnt ? trace.And(Trace.Of(Metric.LearntLoss, 0.1)) : trace;

        Assert.Equal(expected, RuleVerifier.Diagnose([new UnlearnableBatch(new())], trace, new RunDescription { Preflight = new PreflightDescription() }).Verdict);
    }

    [Fact]
    public void OnlyAPreflightLooksAtTheParts()
    {
        var trace = Trace.Of(Metric.Loss, 1, 1);

        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(new MisfitPart(new()), trace, new RunDescription { Model = Model }).Outcome);
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new MisfitPart(new()), trace, new RunDescription { Model = Model, Preflight = new PreflightDescription() }).Outcome);
    }
}
