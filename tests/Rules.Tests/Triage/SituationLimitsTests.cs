using TrainingDoctor.Rules.Knowledge.Frameworks;
using TrainingDoctor.Rules.Triage;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Triage;

/// <summary>What of a run decides whether a change has a place in it, which causes are conceivable, and in which language it is said.</summary>
public sealed class SituationLimitsTests
{
    private static readonly LogDescription Log = new() { Format = "csv" };

    [Theory]
    [InlineData("pytorch", null, null, null, RemedyActionKind.ReplaceActivation, true)]
    [InlineData("pytorch", true, null, null, RemedyActionKind.ReplaceActivation, false)]
    [InlineData("pytorch", false, true, null, RemedyActionKind.ReplaceActivation, false)]
    [InlineData("pytorch", false, false, null, RemedyActionKind.ReplaceActivation, true)]
    [InlineData("pytorch", true, true, null, RemedyActionKind.ClipGradientNorm, true)]
    [InlineData("pytorch", null, null, TrainingTask.Boosting, RemedyActionKind.ClipGradientNorm, false)]
    [InlineData("pytorch", null, null, TrainingTask.Boosting, RemedyActionKind.ZeroGradients, false)]
    [InlineData("pytorch", null, null, TrainingTask.Boosting, RemedyActionKind.IncreaseCapacity, true)]
    [InlineData("pytorch", null, null, TrainingTask.Regression, RemedyActionKind.ZeroGradients, true)]
    [InlineData("xgboost", null, null, null, RemedyActionKind.ReplaceActivation, false)]
    [InlineData("xgboost", null, null, null, RemedyActionKind.StopEarly, true)]
    [InlineData("huggingface", null, null, null, RemedyActionKind.ZeroGradients, false)]
    [InlineData("huggingface", null, null, null, RemedyActionKind.UnmaskLabels, true)]
    public void AChangeNeedsItsPlace(string framework, bool? isPretrained, bool? isAdapter, TrainingTask? task, RemedyActionKind kind, bool fits)
    {
        var run = new RunDescription { Framework = framework, Log = Log, Task = task, Situation = new RunSituation { IsPretrained = isPretrained, IsAdapter = isAdapter } };
        var remedy = SomeFinding.Remedy("change", new RemedyAction { Kind = RemedyActionKind.ShuffleData }, new RemedyAction { Kind = kind });

        Assert.Equal(fits, Situation.Fits(remedy, FrameworkCatalog.Of(run), run));
    }

    /// <summary>Whose model is known knows its activations, whatever it is; in trees, libraries and pretrained models they are not to blame, unless nothing else is.</summary>
    [Theory]
    [InlineData("pytorch", false, null, "DyingRelu TooFewEpochs")]
    [InlineData("pytorch", false, TrainingTask.Boosting, "TooFewEpochs")]
    [InlineData("pytorch", true, TrainingTask.Boosting, "DyingRelu TooFewEpochs")]
    [InlineData("xgboost", false, null, "TooFewEpochs")]
    [InlineData("mmengine", false, null, "TooFewEpochs")]
    [InlineData("mmengine", true, null, "DyingRelu TooFewEpochs")]
    public void ActivationsAreToBlameWhereTheyAreKnown(string framework, bool hasModel, TrainingTask? task, string expected)
    {
        var run = new RunDescription { Framework = framework, Log = Log, Task = task, Model = hasModel ? Piece.Sequence(Piece.Linear(2, 2)) : null };
        var finding = SomeFinding.Of("F1", "TD4002") with { Causes = [new(Cause.DyingRelu, 0.5), new(Cause.TooFewEpochs, 0.2)] };

        Assert.Equal(expected, string.Join(' ', Situation.Fit([finding], run)[0].Causes.Select(cause => cause.Cause)));
        Assert.Equal(Cause.DyingRelu, Assert.Single(Situation.Fit([finding with { Causes = [new(Cause.DyingRelu, 0.5)] }], run)[0].Causes).Cause);
    }

    public static TheoryData<Cause> OwnCauses =>
    [
        Cause.DyingRelu, Cause.SaturatingActivation, Cause.AsymmetricActivation, Cause.PoorInitialization, Cause.MissingNormalization, Cause.TooDeepWithoutSkip, Cause.MissingNonlinearity,
    ];

    [Theory]
    [MemberData(nameof(OwnCauses))]
    public void TreesHaveNoneOfTheCausesOfNetworks(Cause cause)
    {
        var finding = SomeFinding.Of("F1", "TD4002") with { Causes = [new(cause, 0.5), new(Cause.LabelError, 0.2)] };

        Assert.Equal(Cause.LabelError, Assert.Single(Situation.Fit([finding], new RunDescription { Framework = "xgboost", Log = Log })[0].Causes).Cause);
    }

    [Fact]
    public void ALookAtTheDataTakesThePlaceOfWhatHasNone()
    {
        var clip = SomeFinding.Remedy("clip", new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 1 });
        var stop = SomeFinding.Remedy("stop", new RemedyAction { Kind = RemedyActionKind.StopEarly, Epoch = 3 });
        var trees = new RunDescription { Framework = "xgboost", Log = Log };

        var fitted = Situation.Fit(
            [SomeFinding.Of("F1", "TD4002") with { Remedies = [clip] }, SomeFinding.Of("F2", "TD4002") with { Remedies = [clip, stop] }, SomeFinding.Of("F3", "TD4002")], trees);

        Assert.Equal(["InspectData", "StopEarly", string.Empty], fitted.Select(finding => string.Join(' ', finding.Remedies.SelectMany(remedy => remedy.Actions).Select(action => action.Kind))));
        Assert.Equal(("xgboost", "python"), (fitted[1].Remedies[0].Framework, fitted[1].Remedies[0].Language));
    }

    /// <summary>Each framework says a change in its own words; TorchSharp keeps the rule's, and what grew trees that nobody has named says none.</summary>
    [Theory]
    [InlineData("torchsharp", null, "mine", "torchsharp", "csharp")]
    [InlineData("pytorch", null, "for group in optimizer.param_groups:", "pytorch", "python")]
    [InlineData("pytorch", TrainingTask.Boosting, null, null, null)]
    [InlineData("xgboost", TrainingTask.Boosting, "params[\"eta\"] = 0.5", "xgboost", "python")]
    [InlineData("mlnet", null, null, null, null)]
    public void AFrameworkSpeaksItsLanguage(string framework, TrainingTask? task, string? code, string? name, string? language)
    {
        var rate = SomeFinding.Remedy("rate", new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 0.5 }) with { Code = "mine" };

        var remedy = Assert.Single(Situation.Fit([SomeFinding.Of("F1", "TD4002") with { Remedies = [rate] }], new RunDescription { Framework = framework, Log = Log, Task = task })[0].Remedies);

        Assert.Equal((code, name, language), (remedy.Code?.Split('\n')[0], remedy.Framework, remedy.Language));
    }
}
