using TrainingDoctor.Cures;

namespace TrainingDoctor.Tests.Cures;

/// <summary>Sets of remedies put on top of each other say what they come to.</summary>
public sealed class RemedyCandidateTests
{
    private static readonly Remedy Clip = new() { Title = $"Clip", Rationale = $"Steep places.", Actions = [new() { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 1 }] };

    [Fact]
    public void ARateThatIsMultipliedTwiceIsMultipliedByTheProduct()
    {
        var joined = new RemedyCandidate([], [Clip, Scale(0.1)]).And(new RemedyCandidate([], [Scale(0.1), Clip]));

        Assert.Equal([RemedyActionKind.ClipGradientNorm, RemedyActionKind.ScaleLearningRate, RemedyActionKind.ClipGradientNorm], joined.Remedies.Select(remedy => remedy.Actions.Single().Kind));
        Assert.Equal(0.01, joined.Remedies[1].Actions[0].Factor);
        Assert.Contains("by 0.01", joined.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void AStepBackLeavesNothing() => Assert.Empty(new RemedyCandidate([], [Scale(0.1)]).And(new RemedyCandidate([], [Scale(10)])).Remedies);

    [Fact]
    public void OtherSetsStandOneAfterAnother() => Assert.Equal(2, new RemedyCandidate([], [Clip]).And(new RemedyCandidate([], [Scale(0.1)])).Remedies.Count);

    private static Remedy Scale(double factor) =>
        RemedyCandidates.Scaled(new Remedy { Title = $"Multiply", Rationale = $"One step goes too far.", Actions = [new() { Kind = RemedyActionKind.ScaleLearningRate, Factor = factor }] }, factor);
}
