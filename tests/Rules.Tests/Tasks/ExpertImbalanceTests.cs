using TrainingDoctor.Rules.Tasks;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>How loads of experts count as left to a few (TD9015).</summary>
public sealed class ExpertImbalanceTests
{
    public static TheoryData<double[], bool> Loads => new()
    {
        { [.. Enumerable.Repeat(0.3, 3), .. Enumerable.Repeat(0.0125, 8), .. Enumerable.Repeat(0.0, 21)], true },
        { [.. Enumerable.Repeat(0.125, 8)], false },
        { [0.23, .. Enumerable.Repeat(0.11, 7)], false },
        { [.. Enumerable.Repeat(1 / 3.0, 3), .. Enumerable.Repeat(0.0, 5)], false },
        { [0.15, .. Enumerable.Repeat(0.85 / 31, 31)], false },
    };

    [Theory]
    [MemberData(nameof(Loads))]
    public void FewOfManyCountByTheirEntropyAndTheirLargest(double[] shares, bool isFound)
    {
        var trace = shares.Select((share, expert) => Trace.Of(Metric.ExpertLoad, FormattableString.Invariant($"{expert}"), Enumerable.Repeat(share, 60))).Aggregate((all, one) => all.And(one));

        var findings = RuleVerifier.Run(new ExpertImbalance(new()), trace);

        Assert.Equal(isFound, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal(shares.Max(), finding.Evidence[0].Value, 6));
    }
}
