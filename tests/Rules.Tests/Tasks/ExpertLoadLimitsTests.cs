using System.Globalization;
using TrainingDoctor.Rules.Tasks;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>Which loads of experts, and which entropies of their router, are left to a few (TD9015): each way to tell it, at its limit.</summary>
public sealed class ExpertLoadLimitsTests
{
    private const int Count = 60;

    [Theory]
    [InlineData("at the limit", 0.6, false)]
    [InlineData("a count, which is no share", 1.25, false)]
    public void TheBusiestTellsItByItsShare(string name, double level, bool isFound)
    {
        _ = name;
        var findings = Judge(Trace.Of(Metric.ExpertLoadMaximum, StepCurve.Change(Count, 20, 0.25, level)));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("load_level", level, 0.6, 45L, 59L), (finding.Evidence[0].Metric, finding.Evidence[0].Value, finding.Evidence[0].Limit, finding.FirstStep, finding.LastStep)));
    }

    [Theory]
    [InlineData("one of two takes nine tenths", new[] { 0.9, 0.1 }, 0)]
    [InlineData("counts of tokens", new[] { 7.5, 0.5 }, 0.9375)]
    [InlineData("one of four", new[] { 0.125, 0.125, 0.625, 0.125 }, 0.625)]
    [InlineData("one expert alone", new[] { 1.0 }, 0)]
    [InlineData("no tokens at all", new[] { 0.0, 0.0 }, 0)]
    [InlineData("few of sixteen, the busiest a quarter", new[] { 0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 0.25)]
    [InlineData("few of sixteen, the busiest below its limit", new[] { 0.2, 0.2, 0.2, 0.2, 0.2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 0)]
    [InlineData("many of eight beside a busy one", new[] { 0.46875, 0.075, 0.075, 0.075, 0.075, 0.075, 0.075, 0.08125 }, 0)]
    public void LoadsTellItByTheirLargest(string name, double[] shares, double largest)
    {
        _ = name;
        var trace = shares.Select((share, expert) => Trace.Of(Metric.ExpertLoad, expert.ToString(CultureInfo.InvariantCulture), StepCurve.Change(Count, 20, 1.0 / shares.Length, share))).Aggregate((all, one) => all.And(one));

        Assert.Equal(largest, Judge(trace).SingleOrDefault()?.Evidence[0].Value ?? 0, 9);
    }

    /// <summary>As many times an even share as the busiest of many may have is no more than that.</summary>
    [Theory]
    [InlineData(4, 0)]
    [InlineData(3.9375, 1)]
    public void TheBusiestOfFewMayHaveAMultipleOfAnEvenShare(double multiple, int findings)
    {
        var trace = Enumerable.Range(0, 16).Select(expert => Trace.Of(Metric.ExpertLoad, expert.ToString(CultureInfo.InvariantCulture), Enumerable.Repeat(expert < 4 ? 0.25 : 0, Count))).Aggregate((all, one) => all.And(one));

        Assert.Equal(findings, RuleVerifier.Run(new ExpertImbalance(new() { Multiple = multiple }), trace).Count);
    }

    [Theory]
    [InlineData("half of its beginning", 2, 1, false)]
    [InlineData("less than half", 2, 0.9375, true)]
    [InlineData("nothing in the beginning, less than that later", 0, -1, false)]
    public void TheRoutersEntropyTellsItByItsFall(string name, double start, double end, bool isFound)
    {
        _ = name;
        var findings = Judge(Trace.Of(Metric.RouterEntropy, StepCurve.Change(Count, 20, start, end)));

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(("entropy_level", end, start / 2), (finding.Evidence[0].Metric, finding.Evidence[0].Value, finding.Evidence[0].Limit)));
        Assert.All(findings, finding => Assert.StartsWith("The entropy of the router, 2 in the beginning", finding.Message.ToString(), StringComparison.Ordinal));
    }

    /// <summary>The number of experts is what the entropy was the logarithm of; here they are 32.</summary>
    [Theory]
    [InlineData("few in use, the busiest large", 32, 12, 0.125, true)]
    [InlineData("many in use, the busiest large", 32, 14, 0.125, false)]
    [InlineData("a count, which is no share", 32, 12, 1.25, false)]
    [InlineData("no entropy in the beginning", 1, 0.125, 0.5, false)]
    public void TheEntropyCountsTheExperts(string name, double first, double last, double largest, bool isFound)
    {
        _ = name;
        var trace = Trace.Of(Metric.RouterEntropy, StepCurve.Change(Count, 20, Math.Log(first), Math.Log(last))).And(Trace.Of(Metric.ExpertLoadMaximum, Enumerable.Repeat(largest, Count)));
        var findings = Judge(trace);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(3.5 / 32, finding.Evidence[0].Limit!.Value, 9));
    }

    [Theory]
    [InlineData(Metric.ExpertLoadMaximum, 10, RuleOutcome.Found)]
    [InlineData(Metric.RouterEntropy, 9, RuleOutcome.NotEvaluated)]
    public void TenValuesAreNeeded(Metric metric, int count, RuleOutcome expected) =>
        Assert.Equal(expected, RuleVerifier.Status(new ExpertImbalance(new()), Trace.Of(metric, StepCurve.Change(count, 4, metric == Metric.RouterEntropy ? 2 : 0.25, metric == Metric.RouterEntropy ? 0.125 : 0.875))).Outcome);

    /// <summary>Of what was told a few times beside what was told often, four values are needed.</summary>
    [Theory]
    [InlineData(Metric.ExpertLoadMaximum, 4, true)]
    [InlineData(Metric.RouterEntropy, 4, true)]
    public void AFewValuesHaveNoLevel(Metric metric, int count, bool isFound)
    {
        var few = Trace.Of(metric, StepCurve.Change(count, 2, metric == Metric.RouterEntropy ? 2 : 0.875, metric == Metric.RouterEntropy ? 0.125 : 0.875));

        Assert.Equal(isFound, Judge(few.And(Trace.Of(Metric.ExpertLoad, "0", Enumerable.Repeat(0.5, Count))).And(Trace.Of(Metric.ExpertLoad, "1", Enumerable.Repeat(0.5, Count)))).Count == 1);
    }

    private static IReadOnlyList<Finding> Judge(Trace trace) => RuleVerifier.Run(new ExpertImbalance(new()), trace);
}
