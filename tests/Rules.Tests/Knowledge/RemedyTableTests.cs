using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Tests.Verdicts;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>What each remedy says and changes, and which causes a change answers, was read once and accepted.</summary>
public sealed class RemedyTableTests
{
    private static readonly RunFacts Facts = Measured.Facts(Trace.Of(Metric.LearningRate, 0.001, 0.01));

    [Fact]
    public void RemediesAreAsAccepted() => AcceptedLines.Check("remedies",
    [
        .. new[]
        {
            ActivationRemedies.LeakyRelu(["a"]), ActivationRemedies.LeakyRelu(["a", "b"]), ActivationRemedies.Elu(["a"]), ActivationRemedies.Elu([]), ActivationRemedies.Relu(["a"], "Tanh"), ActivationRemedies.Relu(["a"], null),
            ActivationRemedies.Silu(["a"], "Tanh"), ActivationRemedies.Silu(["a"], null), ActivationRemedies.Gelu(["a"]), ActivationRemedies.ZeroCentred(["a"], "ReLU", true), ActivationRemedies.ZeroCentred(["a"], "ReLU", false),
            ActivationRemedies.ZeroCentred(["a"], null, true), ActivationRemedies.Normalize(["a"], "LayerNorm"), CapacityRemedies.TrainLonger(Facts), CapacityRemedies.MoreCapacity(), CapacityRemedies.LessRegularization(),
            CapacityRemedies.ConnectParameters(), CapacityRemedies.Unfreeze(), DataRemedies.Clean(), DataRemedies.Inspect(), DataRemedies.StandardizeInputs(), DataRemedies.StandardizeTargets(), DataRemedies.GuardDomain(),
            DataRemedies.BalanceClasses(), DataRemedies.Shuffle(), GradientRemedies.Reinitialize(["a"]), GradientRemedies.AddSkips(["a"]), GradientRemedies.ZeroGradients(), GradientRemedies.ClearBefore(),
            GradientRemedies.Reattach(["a", "b"]), LearningRateRemedies.Lower(Facts, 0.1), LearningRateRemedies.Raise(Facts, 10), LearningRateRemedies.RangeTest(Facts), LearningRateRemedies.Warmup(Facts), LearningRateRemedies.Clip(Facts),
            ModeRemedies.Evaluate(), ModeRemedies.Switch(true), ModeRemedies.Switch(false), ModeRemedies.Train(), RegularizationRemedies.StopEarly(3.5, 70), RegularizationRemedies.StopEarly(null, 70), RegularizationRemedies.Dropout(),
            RegularizationRemedies.WeightDecay(), ResourceRemedies.Dispose, ResourceRemedies.Detach, ResourceRemedies.FindGrowth, TargetRemedies.Relabel("y -= 1;"), TargetRemedies.SameShape(), TargetRemedies.Fitting(),
            TargetRemedies.Independent(), UpdateObstacles.Unclip(0.25), UpdateObstacles.KeepFullWeights("float16"),
        }.Select(remedy => $"{remedy.Title} | {string.Join("; ", remedy.Actions.Select(Tell))} | {remedy.Rationale} | {remedy.Caveat} | {remedy.Code?.ReplaceLineEndings(" / ")} | {string.Join("; ", remedy.Sources)}"),
    ]);

    [Fact]
    public void AnswersAreAsAccepted() => AcceptedLines.Check("answers",
    [
        .. Enum.GetValues<Cause>().Select(cause => $"{cause}: {string.Join(' ', Enum.GetValues<RemedyActionKind>().Where(kind => CauseAnswers.Answers(Of(kind), cause)))}"),
    ]);

    /// <summary>The first answer goes before the rest, or all of them do; both keep their order.</summary>
    [Fact]
    public void AnswersGoFirst()
    {
        Remedy[] remedies = [Of(RemedyActionKind.CleanData), Of(RemedyActionKind.ReduceCapacity), Of(RemedyActionKind.ShuffleData), Of(RemedyActionKind.StopEarly)];

        Assert.Equal([remedies[1], remedies[0], remedies[2], remedies[3]], CauseAnswers.First(Cause.OverCapacity, remedies));
        Assert.Equal([remedies[1], remedies[3], remedies[0], remedies[2]], CauseAnswers.Ahead(Cause.OverCapacity, remedies));
        Assert.Same(remedies, CauseAnswers.First(Cause.FrozenParameters, remedies));
        Assert.Equal(remedies, CauseAnswers.Ahead(Cause.FrozenParameters, remedies));
    }

    [Fact]
    public void ARemedyWithoutAnyChangeAnswersNothing() => Assert.False(CauseAnswers.Answers(new Remedy { Title = $"t", Actions = [], Rationale = $"r" }, Cause.LabelError));

    private static Remedy Of(RemedyActionKind kind) => new() { Title = $"{kind.ToString()}", Actions = [new RemedyAction { Kind = kind }], Rationale = $"r" };

    private static string Tell(RemedyAction action) => FormattableString.Invariant(
        $"{action.Kind} {string.Join(",", action.Layers ?? [])} {action.From} {action.To} {action.Scheme} {action.Factor} {action.Value} {action.Minimum} {action.Maximum} {action.Steps} {action.MaxNorm} {action.Type} {action.Method} {action.Rate} {action.Epoch} {action.Step}");
}
