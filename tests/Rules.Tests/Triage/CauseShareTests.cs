using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Rules.Triage;

namespace TrainingDoctor.Tests.Triage;

/// <summary>How far a sign moves the likelihood of a cause, worked out by hand: twice what it was for it, three tenths against it, next to nothing where it cannot be.</summary>
public sealed class CauseShareTests
{
    private static readonly Evidence Shown = new("loss", null, 10, 2, 1, ">");

    /// <summary>Likelihoods keep their sum, so that 1.2 and 0.3 become 0.72 and 0.18 of 0.9.</summary>
    [Theory]
    [InlineData(0.6, 0.3, true, "TooFewEpochs 0.72 TooManyEpochs 0.18")]
    [InlineData(0.5, 0.3, true, "TooFewEpochs 0.62 TooManyEpochs 0.18")]
    [InlineData(0.49, 0.3, true, "TooFewEpochs 0.49 TooManyEpochs 0.3")]
    [InlineData(0.6, 0.3, false, "TooFewEpochs 0.6 TooManyEpochs 0.3")]
    [InlineData(0.3, 0.4, false, "TooManyEpochs 0.4 TooFewEpochs 0.3")]
    [InlineData(0.3, 0, false, "TooFewEpochs 0.3")]
    [InlineData(0.3, -1, false, "TooFewEpochs 0.3")]
    [InlineData(0.3, 0.004, false, "TooFewEpochs 0.3")]
    [InlineData(0.3, 0.006, false, "TooFewEpochs 0.3 TooManyEpochs 0.01")]
    public void ACauseThatARuleNamesForItsOwnNumberIsSupportedByIt(double one, double other, bool isShown, string expected) =>
        Assert.Equal(expected, Weigh([new(Cause.TooFewEpochs, one), new(Cause.TooManyEpochs, other)], new Trace(), isShown));

    [Theory]
    [InlineData(0.4, 0.4, 64, "TooFewEpochs 0.62 BatchTooSmall 0.18")]
    [InlineData(0.1, 0.45, 2, "BatchTooSmall 0.29 TooFewEpochs 0.26")]
    [InlineData(0.1, 0.15, 2, "BatchTooSmall 0.14 TooFewEpochs 0.11")]
    [InlineData(0.1, 0.2, 2, "BatchTooSmall 0.16 TooFewEpochs 0.14")]
    [InlineData(0.2, 0.1, 8, "BatchTooSmall 0.2 TooFewEpochs 0.1")]
    [InlineData(0, 0.3, 2, "TooFewEpochs 0.3")]
    public void WhatNothingSpeaksForStaysBelowWhatSomethingDoes(double small, double other, double batch, string expected) =>
        Assert.Equal(expected, Weigh([new(Cause.BatchTooSmall, small), new(Cause.TooFewEpochs, other)], Measured.Steady(Metric.BatchSize, batch), false));

    [Fact]
    public void AnImpossibleCauseCountsForNextToNothing() =>
        Assert.Equal("TooFewEpochs 0.75 LearningRateTooHigh 0.05", Weigh([new(Cause.LearningRateTooHigh, 0.6), new(Cause.TooFewEpochs, 0.2)], Measured.Steady(Metric.GlobalGradientNorm, 0), true));

    /// <summary>From three quarters on what a rule saw outweighs what speaks against a cause in general, though not what makes it impossible.</summary>
    [Theory]
    [InlineData(0.74, false, "against batch_size")]
    [InlineData(0.75, false, "for loss")]
    [InlineData(0.75, true, "against global_gradient_norm")]
    public void WhatARuleIsCertainOfOutweighsGeneralities(double likelihood, bool isImpossible, string expected)
    {
        var cause = isImpossible ? Cause.LearningRateTooLow : Cause.BatchTooSmall;
        var facts = Measured.Facts(isImpossible ? Measured.Steady(Metric.GlobalGradientNorm, 0) : Measured.Steady(Metric.BatchSize, 64));

        var weighed = Assert.Single(CauseWeighing.Weigh([new(cause, likelihood)], Symptom(true), DeadUnits.Metadata, facts));

        Assert.Equal(likelihood, weighed.Likelihood);
        Assert.Equal(expected, string.Join("; ", weighed.Evidence.Select(sign => $"{(sign.IsFor ? "for" : "against")} {sign.Evidence.Metric}")));
    }

    /// <summary>The number that the finding shows comes before what was measured besides.</summary>
    [Fact]
    public void TheNumberOfTheFindingComesFirst()
    {
        var weighed = Assert.Single(CauseWeighing.Weigh([new(Cause.BatchTooSmall, 0.5)], Symptom(true), DeadUnits.Metadata, Measured.Facts(Measured.Steady(Metric.BatchSize, 2))));

        Assert.Equal(["loss", "batch_size"], weighed.Evidence.Select(sign => sign.Evidence.Metric));
        Assert.All(weighed.Evidence, sign => Assert.True(sign.IsFor));
    }

    [Fact]
    public void NoCausesStayNone() => Assert.Empty(CauseWeighing.Weigh([new(Cause.TooFewEpochs, 0)], Symptom(true), DeadUnits.Metadata, Measured.Facts()));

    private static string Weigh(CauseLikelihood[] causes, Trace trace, bool isShown) => string.Join(
        ' ', CauseWeighing.Weigh(causes, Symptom(isShown), DeadUnits.Metadata, Measured.Facts(trace)).Select(cause => FormattableString.Invariant($"{cause.Cause} {cause.Likelihood}")));

    private static Symptom Symptom(bool isShown) => new() { Severity = Severity.Warning, FirstStep = 10, Evidence = isShown ? [Shown] : [] };
}
