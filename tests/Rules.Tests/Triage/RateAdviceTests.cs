using TrainingDoctor.Rules.Triage;

namespace TrainingDoctor.Tests.Triage;

/// <summary>Whose learning rate is the run's, and what becomes of the others.</summary>
public sealed class RateAdviceTests
{
    private static readonly RunFacts Facts = Measured.Facts(Trace.Of(Metric.LearningRate, 0.001, 0.01, 0.002));
    private static readonly Remedy Lower = SomeFinding.Remedy("lower", new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 });
    private static readonly Remedy Higher = SomeFinding.Remedy("higher", new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 10 });
    private static readonly Remedy Shuffle = SomeFinding.Remedy("shuffle", new RemedyAction { Kind = RemedyActionKind.ShuffleData });

    [Theory]
    [InlineData(Severity.Warning, Severity.Warning, "lower")]
    [InlineData(Severity.Info, Severity.Warning, "higher")]
    [InlineData(Severity.Info, Severity.Info, "lower")]
    [InlineData(Severity.Warning, Severity.Error, "lower")]
    public void ARemarkDoesNotAdviseTheIll(Severity one, Severity other, string expected) =>
        Assert.Equal([expected, expected], Advices(SomeFinding.Of("F1", "TD4002", one) with { Remedies = [Lower] }, SomeFinding.Of("F2", "TD4002", other) with { Remedies = [Higher] }));

    [Fact]
    public void AFindingWithoutAnAdviceIsPassedOver() =>
        Assert.Equal(["shuffle", "higher"], Advices(SomeFinding.Of("F1", "TD4002") with { Remedies = [Shuffle] }, SomeFinding.Of("F2", "TD4002") with { Remedies = [Higher] }));

    [Fact]
    public void WithoutAnyAdviceNothingIsChanged()
    {
        var both = SomeFinding.Remedy("gelu", new RemedyAction { Kind = RemedyActionKind.ReplaceActivation }, new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.75 });

        var remedy = Assert.Single(Prescription.Agree([SomeFinding.Of("F1", "TD4002") with { Remedies = [both] }], Facts)[0].Remedies);

        Assert.Equal([null, 0.75], remedy.Actions.Select(action => action.Factor));
    }

    /// <summary>Where a finding advises both directions, that of a cause twice as likely as the other is taken, and a range test where none is.</summary>
    [Theory]
    [InlineData(0.4, 0.2, "lower")]
    [InlineData(0.39, 0.2, null)]
    [InlineData(0.2, 0.4, "higher")]
    [InlineData(0.2, 0.39, null)]
    [InlineData(0.3, 0, "lower")]
    public void TheLikelierDirectionIsTaken(double high, double low, string? expected)
    {
        var torn = SomeFinding.Of("F1", "TD4002") with { Remedies = [Higher, Lower], Causes = [new(Cause.TooFewEpochs, 0.1), new(Cause.LearningRateTooHigh, high), new(Cause.LearningRateTooLow, low)] };

        var action = Assert.Single(Assert.Single(Prescription.Agree([torn], Facts)[0].Remedies).Actions);

        Assert.Equal(expected switch { "lower" => 0.1, "higher" => 10, _ => null }, action.Factor);
        Assert.Equal(expected is null, action.Kind == RemedyActionKind.TestLearningRates);
    }

    /// <summary>A value is lower where it lies below the highest rate of the run; without a rate nobody can tell, and it is not.</summary>
    [Theory]
    [InlineData(0.009, true, "lower")]
    [InlineData(0.01, true, null)]
    [InlineData(0.009, false, null)]
    public void AValueIsHeldAgainstTheHighestRate(double value, bool isKnown, string? expected)
    {
        var set = SomeFinding.Remedy("set", new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = value });
        var torn = SomeFinding.Of("F1", "TD4002") with { Remedies = [set, Higher], Causes = [new(Cause.LearningRateTooLow, 0.5)] };

        var advices = Assert.Single(Prescription.Agree([torn], isKnown ? Facts : Measured.Facts()));

        // Both are higher, or one of them is what the likelier cause asks for.
        Assert.Equal(expected is null ? "set" : "higher", Assert.Single(advices.Remedies).Title.ToString());
    }

    /// <summary>A remedy that changes the rate beside something else takes the number over; a range test is none, and is left out of it.</summary>
    [Theory]
    [InlineData(0.4, 0.1, "ReplaceActivation  ScaleLearningRate 0.1 AddWarmup ")]
    [InlineData(0.2, 0.2, "ReplaceActivation  AddWarmup ")]
    public void ANumberIsTakenOver(double high, double low, string expected)
    {
        var both = SomeFinding.Remedy("gelu", new RemedyAction { Kind = RemedyActionKind.ReplaceActivation }, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 5 }, new RemedyAction { Kind = RemedyActionKind.AddWarmup, Steps = 3 });
        var torn = SomeFinding.Of("F1", "TD4002") with { Remedies = [Lower, Higher, both], Causes = [new(Cause.LearningRateTooHigh, high), new(Cause.LearningRateTooLow, low)] };

        var remedy = Prescription.Agree([torn], Facts)[0].Remedies[^1];

        Assert.Equal("gelu", remedy.Title.ToString());
        Assert.Equal(expected, string.Join(' ', remedy.Actions.Select(action => FormattableString.Invariant($"{action.Kind} {action.Factor}"))));
    }

    /// <summary>A remedy without any change is no advice for a rate.</summary>
    [Fact]
    public void ARemedyWithoutActionsIsLeftAsItIs() =>
        Assert.Equal(["talk", "lower"], Advices(SomeFinding.Of("F1", "TD4002") with { Remedies = [SomeFinding.Remedy("talk")] }, SomeFinding.Of("F2", "TD4002") with { Remedies = [Lower] }));

    private static IEnumerable<string> Advices(params Finding[] findings) => Prescription.Agree(findings, Facts).Select(finding => Assert.Single(finding.Remedies).Title.ToString());
}
