using TrainingDoctor.Rules.Inputs;

namespace TrainingDoctor.Tests.Inputs;

public sealed class DominantLookupTests
{
    [Theory]
    [InlineData("all words unknown", 1, Severity.Warning)]
    [InlineData("most ids beyond the table", 0.62, Severity.Warning)]
    [InlineData("a frequent row", 0.45, Severity.Info)]
    [InlineData("characters", 0.19, null)]
    [InlineData("words", 0.07, null)]
    [InlineData("a fifth is masked", 0.15, null)]
    public void ARowThatTakesMostLookupsIsTold(string name, double share, Severity? expected)
    {
        _ = name;
        var findings = RuleVerifier.Run(new DominantLookup(new()), Course([.. Enumerable.Repeat(share, 20)]));

        Assert.Equal(expected is not null, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((expected, Cause.CorruptData, "embedding"), (finding.Severity, finding.Causes[0].Cause, Assert.Single(finding.Layers))));
    }

    [Fact]
    public void OneBatchIsChance() => Assert.Empty(RuleVerifier.Run(new DominantLookup(new()), Course(0.1, 0.9, 0.2, 0.1, 0.7, 0.1, 0.1)));

    /// <summary>The share is that of all lookups so far: it may begin higher than it ends.</summary>
    [Fact]
    public void TheLastShareTellsHowSeriousItIs()
    {
        var found = Assert.Single(RuleVerifier.Run(new DominantLookup(new()), Course([.. Enumerable.Range(0, 30).Select(step => 0.7 - (step * 0.01))])));

        Assert.Equal(Severity.Info, found.Severity);
    }

    private static Trace Course(params double[] shares) => Trace.Of(Metric.EmbeddingModeShare, "embedding", shares);
}
