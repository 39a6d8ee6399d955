using TrainingDoctor.Rules.Distribution;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Tests.Distribution;

/// <summary>Ranks at the limits of what sets them apart: by how much, for how many steps, against which middle.</summary>
public sealed class RankLimitsTests
{
    private static readonly RankDivergence Divergence = new(new() { MaximumDifference = 0.25 });

    [Theory]
    [InlineData("a quarter of the median", 10, 5, 0)]
    [InlineData("more than a quarter", 10.5, 5, 1)]
    [InlineData("less than three quarters of the median", 5.5, 5, 1)]
    [InlineData("more, for three steps", 10.5, 3, 1)]
    [InlineData("more, for two", 10.5, 2, 0)]
    public void ARankPartsByMoreThanTheLimitForThreeSteps(string name, double norm, int steps, int findings)
    {
        _ = name;
        var found = RuleVerifier.Run(Divergence, Norms("0", 8, 8, 8, 8, 8, 8, 8).And(Norms("1", 8, 8, 8, 8, 8, 8, 8)).And(Norms("2", [8, .. Enumerable.Repeat(norm, steps), 8])));

        Assert.Equal(findings, found.Count);
        Assert.All(found, finding => Assert.Equal((3L, (long)steps, "2", Math.Abs(norm - 8) / 8), (finding.FirstStep, finding.LastStep, finding.Layers[0], finding.Evidence[0].Value)));
    }

    /// <summary>A step at which a rank was not measured interrupts what was seen of it.</summary>
    [Theory]
    [InlineData(12, 1)]
    [InlineData(double.NaN, 0)]
    public void StepsMustFollowOneAnother(double third, int findings) =>
        Assert.Equal(findings, RuleVerifier.Run(Divergence, Norms("0", 8, 8, 8, 8, 8).And(Norms("1", 8, 8, 8, 8, 8)).And(Norms("2", 12, 12, third, 12, 12))).Count);

    [Fact]
    public void ARankThatIsMissedAtAStepIsNotTakenForWhatItWas()
    {
        var trace = Norms("0", 8, 8, 8, 8, 8).And(Norms("1", 8, 8, 8, 8, 8)).And(Norms("2", 12, 12)).And(Norms("2", 12, 12).From(3));

        Assert.Empty(RuleVerifier.Run(Divergence, trace));
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(Divergence, trace).Outcome);
    }

    [Fact]
    public void OfSeveralRanksEachIsToldWithItsLargestDifference()
    {
        var trace = Norms("0", 8, 8, 8, 8, 8, 8).And(Norms("1", 8, 8, 8, 8, 8, 8)).And(Norms("2", 8, 8, 8, 8, 8, 8)).And(Norms("3", 12, 12, 12, 16, 12, 8)).And(Norms("4", 4, 4, 4, 4, 4, 4));
        var finding = Assert.Single(RuleVerifier.Run(Divergence, trace));

        Assert.Equal([("3", 1.0, 3L), ("4", 0.5, 2L)], finding.Evidence.Select(evidence => (evidence.Layer!, evidence.Value, evidence.Step!.Value)));
        Assert.Equal((2L, 5L), (finding.FirstStep, finding.LastStep));
        Assert.Contains("of 2 ranks differed", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("three steps on two ranks", 3, 8, RuleOutcome.Passed)]
    [InlineData("two steps on two ranks", 2, 8, RuleOutcome.NotEvaluated)]
    [InlineData("norms of zero", 5, 0, RuleOutcome.NotEvaluated)]
    public void StepsCountWhereTwoRanksWereMeasured(string name, int steps, double norm, RuleOutcome expected)
    {
        _ = name;
        double[] norms = [.. Enumerable.Repeat(norm, steps)];

        Assert.Equal(expected, RuleVerifier.Status(Divergence, Norms("0", [.. norms, 8, 8, 8]).And(Norms("1", norms))).Outcome);
    }

    [Theory]
    [InlineData("one and a half times the middle", 0.75, 60, 0)]
    [InlineData("more", 0.875, 60, 1)]
    [InlineData("more, for fifty steps", 0.875, 50, 1)]
    [InlineData("more, for forty-nine steps", 0.875, 49, 0)]
    public void ARankIsLateBeyondTheRatioForFiftySteps(string name, double duration, int steps, int findings)
    {
        _ = name;
        var rule = new StragglingRank(new() { MaximumRatio = 1.5 });
        var trace = Durations("0", Enumerable.Repeat(0.5, steps)).And(Durations("1", Enumerable.Repeat(0.5, steps))).And(Durations("2", Enumerable.Repeat(duration, steps)));
        var found = RuleVerifier.Run(rule, trace);

        Assert.Equal(findings, found.Count);
        Assert.All(found, finding => Assert.Equal((49L, 1.75, 1.5), (finding.FirstStep, finding.Evidence[0].Value, finding.Evidence[0].Limit)));
        Assert.Equal(findings > 0 ? RuleOutcome.Found : steps < 50 ? RuleOutcome.NotEvaluated : RuleOutcome.Passed, RuleVerifier.Status(rule, trace).Outcome);
    }

    /// <summary>Half of the first steps are just enough; later each step weighs a fourth of what was known.</summary>
    [Theory]
    [InlineData("late in every other step", 0.5, new[] { 2.0, 1 }, 1L, 1.5)]
    [InlineData("late in every other step, more are asked for", 0.625, new[] { 2.0, 1 }, -1L, 0)]
    [InlineData("late at first, then no more", 0.5, new[] { 3.0, 3, 1, 1, 1, 1 }, 2L, 3)]
    public void ItIsLateInMostStepsOfAWindow(string name, double share, double[] durations, long last, double ratio)
    {
        _ = name;
        var rule = new StragglingRank(new() { MaximumRatio = 1.5, LateShare = share, MinimumSteps = 2 });
        var finding = RuleVerifier.Run(rule, Durations("0", durations.Select(_ => 1.0)).And(Durations("1", durations.Select(_ => 1.0))).And(Durations("2", durations))).SingleOrDefault();

        Assert.Equal((last, ratio), (finding?.LastStep ?? -1, finding?.Evidence[0].Value ?? 0));
    }

    /// <summary>Of two ranks the faster is the measure, and a rank that was not timed is not late.</summary>
    [Fact]
    public void OfTwoRanksTheSlowerIsLate()
    {
        var rule = new StragglingRank(new() { MinimumSteps = 4 });
        var finding = Assert.Single(RuleVerifier.Run(rule, Durations("a", [2, 2, 2, 2]).And(Durations("b", [1, 1, 1, 1]))));

        Assert.Equal(("a", 2.0), (Assert.Single(finding.Layers), finding.Evidence[0].Value));
        Assert.Empty(RuleVerifier.Run(rule, Durations("a", [2, 2, 2]).And(Durations("b", [1, 1, 1, 1])).And(Durations("c", [1, 1, 1, 1]))));
        Assert.Empty(RuleVerifier.Run(rule, Durations("a", [2, 2, 2, 2]).And(Durations("b", [0, 0, 0, 0]))));
    }

    [Fact]
    public void ValuesOfRanksHaveTheirMiddle()
    {
        var values = new RankValues();
        Assert.Equal((0, double.NaN), (values.Count, values.Median()));
        foreach (var (index, value) in new[] { 5.0, 1, 9, 3 }.Index())
        {
            values.Set(new Measurement(0, Metric.StepDuration, 10 + index, value));
        }

        Assert.Equal((4, 4, 3, 9, 12), (values.Count, values.Median(), values.LowerMedian(), values[2], values.Scope(2)));

        values.Set(new Measurement(0, Metric.StepDuration, 12, double.NaN));
        Assert.Equal((4, 3, 3), (values.Count, values.Median(), values.LowerMedian()));

        values.Clear();
        values.Set(new Measurement(1, Metric.StepDuration, 13, 7));
        Assert.Equal((4, double.NaN, double.NaN, 7), (values.Count, values.Median(), values[0], values[3]));
    }

    private static Trace Norms(string rank, params double[] values) => Trace.Of(Metric.RankWeightNorm, rank, values);

    private static Trace Durations(string rank, IEnumerable<double> values) => Trace.Of(Metric.StepDuration, rank, values);
}
