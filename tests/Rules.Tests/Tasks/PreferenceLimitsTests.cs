using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>From where on pairs of answers teach too little, or the wrong thing (TD9010, TD9011).</summary>
public sealed class PreferenceLimitsTests
{
    private const int Count = 100;

    [Theory]
    [InlineData("a fifth of a hundred nats", -100, -120, null)]
    [InlineData("a twelfth of a thousand nats", -1000, -1080, null)]
    [InlineData("more than a twelfth of a thousand", -1000, -1081, 0.65)]
    [InlineData("a fifth of a thousand", -1000, -1200, 0.65)]
    [InlineData("twenty nats of an answer between", -200, -220, null)]
    [InlineData("a fifth of a short answer", -50, -60, null)]
    public void ChosenAnswersMustLoseAGoodShare(string name, double start, double end, double? confidence)
    {
        _ = name;
        var findings = RuleVerifier.Run(new LikelihoodDisplacement(new()), Chosen(start, end).And(Trace.Of(Metric.PreferenceMargin, StepCurve.Line(Count, 0, 3))));

        Assert.Equal(confidence, findings.SingleOrDefault()?.Confidence);
        Assert.All(findings, finding => Assert.Equal((end, 0L, 99L), (finding.Evidence[0].Value, finding.FirstStep, finding.LastStep)));
    }

    /// <summary>The difference must have been won meanwhile: by the margin where it is told, else by rejected answers that lose more.</summary>
    [Theory]
    [InlineData("a margin that stays", 3, 3, double.NaN, false)]
    [InlineData("a margin that shrinks, though rejected answers lose more", 3, 0, -300, false)]
    [InlineData("rejected answers that lose more", double.NaN, 0, -151, true)]
    [InlineData("rejected answers that lose as much", double.NaN, 0, -150, false)]
    [InlineData("neither is told", double.NaN, 0, double.NaN, false)]
    public void TheDifferenceMustGrow(string name, double margin, double lastMargin, double rejected, bool isFound)
    {
        _ = name;
        var trace = Chosen(-100, -150);
        trace = double.IsNaN(margin) ? trace : trace.And(Trace.Of(Metric.PreferenceMargin, StepCurve.Change(Count, 50, margin, lastMargin)));
        trace = double.IsNaN(rejected) ? trace : trace.And(Trace.Of(Metric.RejectedLogProbability, StepCurve.Change(Count, 50, -100, rejected)));

        Assert.Equal(isFound, RuleVerifier.Run(new LikelihoodDisplacement(new()), trace).Count == 1);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(60, false)]
    public void NoiseHidesAFall(double noise, bool isFound)
    {
        var chosen = Trace.Of(Metric.ChosenLogProbability, SeededCurve.Noisy(Count, step => step < 50 ? -100 : -135, noise));

        Assert.Equal(isFound, RuleVerifier.Run(new LikelihoodDisplacement(new()), chosen.And(Trace.Of(Metric.PreferenceMargin, StepCurve.Line(Count, 0, 3)))).Count == 1);
    }

    /// <summary>Of few values a level is that of two at least.</summary>
    [Fact]
    public void OfTenLikelihoodsTwoAreALevel()
    {
        var trace = Trace.Of(Metric.ChosenLogProbability, -100, -110, -100, -100, -100, -150, -150, -150, -150, -160).And(Trace.Of(Metric.PreferenceMargin, StepCurve.Line(10, 0, 3)));

        Assert.Equal(-155, Assert.Single(RuleVerifier.Run(new LikelihoodDisplacement(new()), trace)).Evidence[0].Value);
    }

    [Theory]
    [InlineData("everything at its limit", 0.02, 0.96875, 5, true)]
    [InlineData("a little loss is left", 0.0205, 0.96875, 5, false)]
    [InlineData("a small margin", 0.02, 0.96875, 4.9375, false)]
    [InlineData("no accuracy is told", 0.02, double.NaN, 5, true)]
    public void NothingIsLeftOnlyWhereAllSaySo(string name, double loss, double accuracy, double margin, bool isFound)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, StepCurve.Levels((30, 0.6875), (20, 0.04), (50, loss))).And(Trace.Of(Metric.PreferenceMargin, StepCurve.Change(Count, 30, 0, margin)));
        var findings = RuleVerifier.Run(new PreferenceSaturation(new() { Accuracy = 0.96875 }), double.IsNaN(accuracy) ? trace : trace.And(Trace.Of(Metric.Accuracy, StepCurve.Change(Count, 30, 0.5, accuracy))));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((30L, 99L, loss), (finding.FirstStep, finding.LastStep, finding.Evidence[0].Value)));
    }

    private static Trace Chosen(double start, double end) => Trace.Of(Metric.ChosenLogProbability, StepCurve.Change(Count, 50, start, end));
}
