using TrainingDoctor.Rules.Inputs;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Inputs;

/// <summary>What counts as an input that does not vary, as samples that are equal, and as a batch that repeats (TD1003).</summary>
public sealed class ConstantInputLimitsTests
{
    [Theory]
    [InlineData("nine batches of it", 9, 0, 0, 0, null)]
    [InlineData("ten batches of numbers of their own", 10, 0, 0.5, 0, null)]
    [InlineData("nine batches of them", 9, 0.5, 0, 1, null)]
    [InlineData("ten batches of nearly equal samples", 10, 0.5, 0, 0.984375, null)]
    [InlineData("one number is not told as equal samples, too", 10, 0, 0, 1, "All inputs are one number")]
    [InlineData("numbers of their own are no equal samples", 10, 0, 0.5, 1, null)]
    public void TenBatchesInARowTell(string name, int count, double deviation, double drift, double constant, string? title)
    {
        _ = name;
        var trace = Trace.Of(Metric.InputStandardDeviation, StepCurve.Levels((5, 1), (count, deviation), (5, 1))).And(Trace.Of(Metric.InputMean, Enumerable.Range(0, count + 10).Select(step => drift * step)))
            .And(Trace.Of(Metric.InputConstantFraction, StepCurve.Levels((5, 0), (count, constant), (5, 0))));
        var findings = RuleVerifier.Run(new ConstantInput(new()), trace);

        Assert.Equal(title, findings.SingleOrDefault()?.Title.ToString());
        Assert.All(findings, finding => Assert.Equal((5L, 14L, Severity.Warning), (finding.FirstStep, finding.LastStep, finding.Severity)));
    }

    /// <summary>Where no mean is told, a deviation of nothing is enough; and the first batch has none before it.</summary>
    [Theory]
    [InlineData(0, 0L)]
    [InlineData(4, 0L)]
    public void AMeanThatIsNotToldIsTheSame(int means, long first)
    {
        var trace = Trace.Of(Metric.InputStandardDeviation, Enumerable.Repeat(0.0, 10)).And(Trace.Of(Metric.InputMean, Enumerable.Repeat(0.25, means)));

        Assert.Equal(first, Assert.Single(RuleVerifier.Run(new ConstantInput(new()), trace)).FirstStep);
    }

    [Theory]
    [InlineData(10, RuleOutcome.Passed)]
    [InlineData(9, RuleOutcome.NotEvaluated)]
    public void TenBatchesAreNeeded(int count, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(new ConstantInput(new()), Trace.Of(Metric.InputStandardDeviation, Enumerable.Repeat(1.0, count)).And(Trace.Of(Metric.TargetMean, Enumerable.Repeat(1.0, 40)))).Outcome);

    [Theory]
    [InlineData("targets that change", 1, 0.5, double.NaN, true)]
    [InlineData("targets that change by rounding", 1000, 0.0005, double.NaN, false)]
    [InlineData("small targets that change", 0.001, 0.00001, double.NaN, true)]
    [InlineData("an order that changes, and no mean", double.NaN, 0, 0.5, true)]
    [InlineData("an order that stays, and no mean", double.NaN, 0, 0, false)]
    [InlineData("an order that changes beside a mean that stays", 1, 0, 0.5, false)]
    public void AnInputThatRepeatsIsStaleWhereTargetsChange(string name, double mean, double change, double order, bool isFound)
    {
        _ = name;
        var trace = Repeating(20, 19);
        trace = double.IsNaN(mean) ? trace : trace.And(Trace.Of(Metric.TargetMean, Enumerable.Range(0, 20).Select(step => step % 2 == 0 ? mean : mean + change)));
        trace = double.IsNaN(order) ? trace : trace.And(Trace.Of(Metric.TargetSortedFraction, Enumerable.Range(0, 20).Select(step => step % 2 == 0 ? 0.25 : 0.25 + order)));
        var findings = RuleVerifier.Run(new ConstantInput(new()), trace);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("The input repeats while the targets change", 1L, 19L, Cause.CorruptData), (finding.Title.ToString(), finding.FirstStep, finding.LastStep, finding.Causes[0].Cause)));
    }

    /// <summary>Where the mean of the targets is told now and then, their order tells whether they change.</summary>
    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0, 0)]
    public void AMeanThatIsToldNowAndThenTellsNoChange(double order, int findings)
    {
        var trace = Repeating(20, 19).And(Trace.Of(Metric.TargetMean, Enumerable.Range(0, 10).Select(step => (double)step)).Every(2)).And(Trace.Of(Metric.TargetSortedFraction, Enumerable.Range(0, 20).Select(step => step % 2 == 0 ? 0.25 : 0.25 + order)));

        Assert.Equal(findings, RuleVerifier.Run(new ConstantInput(new()), trace).Count);
    }

    /// <summary>Targets of a step whose input was not measured are those of no batch.</summary>
    [Fact]
    public void TargetsWithoutAnInputAreLeftOut()
    {
        var trace = Repeating(20, 19).Every(2).And(Trace.Of(Metric.TargetMean, Enumerable.Range(0, 39).Select(step => step % 2 == 0 ? 1.0 : step)));

        Assert.Empty(RuleVerifier.Run(new ConstantInput(new()), trace));
    }

    [Theory]
    [InlineData("nine of ten, of an epoch of two steps", 21, 18, 10.5, 3L)]
    [InlineData("ten of them", 11, 10, 5.5, 1L)]
    [InlineData("nine of them", 10, 9, 5, null)]
    [InlineData("as many steps as an epoch must have", 19, 18, 10, 1L)]
    [InlineData("fewer steps in an epoch", 19, 18, 10.0625, null)]
    [InlineData("no epoch was told", 21, 20, double.NaN, null)]
    [InlineData("no epoch is over", 21, 20, 0, 1L)]
    public void ABatchThatComesAgainIsToldOfRealEpochs(string name, int count, int repeats, double epochs, long? first)
    {
        _ = name;
        var trace = Repeating(count, repeats);
        var findings = RuleVerifier.Run(new ConstantInput(new()), double.IsNaN(epochs) ? trace : trace.And(Trace.Of(Metric.Epoch, epochs).From(count - 1)));

        Assert.Equal(first is not null, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("One batch comes again and again", first, count - 1L, (double)repeats / (count - 1)), (finding.Title.ToString(), finding.FirstStep, finding.LastStep, finding.Evidence[0].Value)));
    }

    /// <summary>Inputs that are all one number repeat, too, and are told once.</summary>
    [Fact]
    public void OneNumberIsNotToldAsARepetition()
    {
        var trace = Trace.Of(Metric.InputStandardDeviation, Enumerable.Repeat(0.0, 20)).And(Trace.Of(Metric.InputIdenticalBatch, Enumerable.Repeat(1.0, 20))).And(Trace.Of(Metric.Epoch, 1).From(19))
            .And(Trace.Of(Metric.TargetMean, Enumerable.Range(0, 20).Select(step => (double)step)));

        Assert.Contains(RuleVerifier.Run(new ConstantInput(new()), trace), finding => finding.Title.ToString() == "All inputs are one number");
        Assert.DoesNotContain(RuleVerifier.Run(new ConstantInput(new()), trace), finding => finding.Title.ToString() == "One batch comes again and again");
    }

    /// <summary>Who acts is called at least twice a step.</summary>
    [Theory]
    [InlineData(40, "One batch comes again and again", Severity.Info)]
    [InlineData(39, "One batch comes again and again", Severity.Warning)]
    [InlineData(40, "The input repeats while the targets change", Severity.Info)]
    [InlineData(40, "All inputs are one number", Severity.Info)]
    public void BeginningsOfEpisodesAreARemark(double calls, string title, Severity expected)
    {
        var trace = Repeating(20, 19).And(Trace.Of(Metric.CallCount, "0", calls).From(19)).And(Trace.Of(Metric.Epoch, 1).From(19));
        trace = title.StartsWith("The input", StringComparison.Ordinal) ? trace.And(Trace.Of(Metric.TargetMean, Enumerable.Range(0, 20).Select(step => (double)step))) : trace;
        trace = title.StartsWith("All inputs", StringComparison.Ordinal) ? Trace.Of(Metric.InputStandardDeviation, Enumerable.Repeat(0.0, 20)).And(Trace.Of(Metric.CallCount, "0", calls).From(19)) : trace;

        var finding = Assert.Single(RuleVerifier.Run(new ConstantInput(new()), trace, new RunDescription { Task = TrainingTask.Reinforcement }));

        Assert.Equal((title, expected), (finding.Title.ToString(), finding.Severity));
    }

    private static Trace Repeating(int count, int repeats) =>
        Trace.Of(Metric.InputStandardDeviation, Enumerable.Repeat(1.0, count)).And(Trace.Of(Metric.InputIdenticalBatch, StepCurve.Change(count, count - repeats, 0, 1)));
}
