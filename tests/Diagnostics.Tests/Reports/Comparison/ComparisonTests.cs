using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports.Comparison;

public sealed class ComparisonTests
{
    [Fact]
    public void ARunComparedToItselfHasNothingNew()
    {
        var report = SampleRun.Ill().ToDocument();

        Assert.All(ReportComparison.Between(report, report).Pairs, pair => Assert.Equal(FindingChange.Unchanged, pair.Change));
    }

    [Fact]
    public void RenumberedLayersAreTheSameFinding()
    {
        var comparison = ReportComparison.Between(Of(Dead("F1", "1.relu", "3.relu")), Of(Dead("F7", "2.relu", "4.relu")));

        Assert.Equal(FindingChange.Unchanged, comparison.ChangeOf("F7"));
    }

    [Fact]
    public void OtherLayersAreAnotherFinding()
    {
        var comparison = ReportComparison.Between(Of(Dead("F1", "encoder.relu")), Of(Dead("F1", "head.relu")));

        Assert.Equal([FindingChange.New, FindingChange.Fixed], comparison.Pairs.Select(pair => pair.Change));
        Assert.True(comparison.IsNew("F1"));
    }

    [Fact]
    public void EachFindingMatchesTheOneItSharesMostLayersWith()
    {
        var before = Of(Dead("F1", "a1", "a2"), Dead("F2", "a3", "a4"));
        var after = Of(Dead("F1", "a3", "a4"), Dead("F2", "a1", "a2"));

        var pairs = ReportComparison.Between(before, after).Pairs;

        Assert.Equal(["F2", "F1"], pairs.Select(pair => pair.Before!.Id));
    }

    [Fact]
    public void AFindingTakenMoreSeriouslyCountsAsNew()
    {
        var comparison = ReportComparison.Between(Of(Dead("F1", "a") with { Severity = Severity.Warning }), Of(Dead("F1", "a")));

        Assert.Equal(FindingChange.Worse, comparison.ChangeOf("F1"));
        Assert.True(comparison.IsNew("F1"));
    }

    private static ReportDocument Of(params FindingDocument[] findings) => SampleRun.Healthy().ToDocument() with { Findings = findings };

    private static FindingDocument Dead(string id, params string[] layers) =>
        SampleRun.Ill().ToDocument().Findings.Single(finding => finding.RuleId == "TD3001") with { Id = id, Layers = layers };
}
