using TrainingDoctor.Rules.Triage;

namespace TrainingDoctor.Tests.Triage;

/// <summary>In which order findings are told, which of them is the root, and how severe a root becomes by what follows from it.</summary>
public sealed class FindingOrderTests
{
    /// <summary>A cause may be noticed fifty steps late, in long runs a tenth of them.</summary>
    [Theory]
    [InlineData(0, 400, 150, true)]
    [InlineData(0, 400, 151, false)]
    [InlineData(0, 2000, 300, true)]
    [InlineData(0, 2000, 301, false)]
    [InlineData(1000, 2000, 200, true)]
    [InlineData(1000, 2000, 201, false)]
    public void TheSlackGrowsWithTheRun(long first, long last, long root, bool explains)
    {
        var facts = Measured.Facts(Trace.Of(Metric.Loss, 1).From(first).And(Trace.Of(Metric.Loss, 1).From(last)));

        var findings = FindingTriage.Order([SomeFinding.Of("F1", "TD2001", step: root), SomeFinding.Of("F2", "TD4002", step: 100)], [], facts).Findings;

        Assert.Equal(explains ? "F1" : null, findings.Single(finding => finding.Id == "F2").ConsequenceOf);
    }

    /// <summary>TD1003 and TD7008 stand for themselves beside TD7009 and each other: severity decides, then the order of causes, then time, then confidence.</summary>
    [Theory]
    [InlineData("TD7003", Severity.Error, 10L, 0.9, "TD1012", Severity.Warning, 10L, 0.9, "F1 F2")]
    [InlineData("TD7003", Severity.Warning, 10L, 0.9, "TD1012", Severity.Warning, 10L, 0.9, "F2 F1")]
    [InlineData("TD7003", Severity.Warning, 10L, 0.9, "TD7003", Severity.Warning, 9L, 0.9, "F2 F1")]
    [InlineData("TD7003", Severity.Warning, 0L, 0.9, "TD7003", Severity.Warning, null, 0.9, "F2 F1")]
    [InlineData("TD7003", Severity.Warning, 10L, 0.8, "TD7003", Severity.Warning, 10L, 0.9, "F2 F1")]
    [InlineData("TD7003", Severity.Warning, 10L, 0.9, "TD7003", Severity.Warning, 10L, 0.9, "F1 F2")]
    [InlineData("TD7003", Severity.Info, 10L, 0.9, "TD1012", Severity.Info, 10L, 0.9, "F2 F1")]
    public void SeverityThenCauseThenTimeThenConfidence(string one, Severity oneSeverity, long? oneStep, double oneConfidence, string other, Severity otherSeverity, long? otherStep, double otherConfidence, string expected)
    {
        var diagnosis = FindingTriage.Order(
            [SomeFinding.Of("F1", one, oneSeverity, oneStep) with { Confidence = oneConfidence }, SomeFinding.Of("F2", other, otherSeverity, otherStep) with { Confidence = otherConfidence }], [], Measured.Facts());

        Assert.Equal(expected, string.Join(' ', diagnosis.Findings.Select(finding => finding.Id)));
        Assert.Equal(oneSeverity == Severity.Info ? null : expected[..2], diagnosis.Primary?.Id);
    }

    /// <summary>The root comes first, then what stands for itself, then what follows from it, each by severity, cause and time.</summary>
    [Fact]
    public void ConsequencesComeLast()
    {
        var diagnosis = FindingTriage.Order(
            [
                SomeFinding.Of("F1", "TD4002", Severity.Warning, 30), SomeFinding.Of("F2", "TD4002", Severity.Warning, 20), SomeFinding.Of("F3", "TD5002", Severity.Warning, 20),
                SomeFinding.Of("F4", "TD4002", Severity.Error, 40), SomeFinding.Of("F5", "TD2001", Severity.Warning, 10), SomeFinding.Of("F6", "TD8501", Severity.Info, 1), SomeFinding.Of("F7", "TD8502", Severity.Warning, 1),
            ],
            [],
            Measured.Facts());

        Assert.Equal(["F5", "F7", "F6", "F4", "F3", "F2", "F1"], diagnosis.Findings.Select(finding => finding.Id));
        Assert.Equal(["F5", "F5", "F5", "F5"], diagnosis.Findings.Skip(3).Select(finding => finding.ConsequenceOf));
        Assert.Equal(("F5", Severity.Error), (diagnosis.Primary!.Id, diagnosis.Primary.Severity));
        Assert.Equal((Verdict.Ill, null), (diagnosis.Verdict, diagnosis.Reason));
    }

    /// <summary>A root that was called a warning keeps what is no more than that; what is worse stands for itself.</summary>
    [Fact]
    public void OnlyWhatIsWorseThanAChosenSeverityStandsForItself()
    {
        var diagnosis = FindingTriage.Order(
            [SomeFinding.Of("F1", "TD2001") with { IsSeverityChosen = true }, SomeFinding.Of("F2", "TD4002", Severity.Error), SomeFinding.Of("F3", "TD4002", Severity.Warning)], [], Measured.Facts());

        Assert.Equal([("F2", null), ("F1", null), ("F3", "F1")], diagnosis.Findings.Select(finding => (finding.Id, finding.ConsequenceOf)));
        Assert.Equal("F2", diagnosis.Primary!.Id);
    }

    /// <summary>Without anything at warning there is no root and no price, even where the remark comes first.</summary>
    [Fact]
    public void RemarksHaveNoRoot()
    {
        var facts = Measured.Facts(Trace.Of(Metric.Loss, Enumerable.Range(0, 100).Select(step => step < 20 ? 2 - (0.05 * step) : 1)));

        Assert.Null(FindingTriage.Order([SomeFinding.Of("F1", "TD4005", Severity.Info)], [], facts).Price);
        var ill = FindingTriage.Order([SomeFinding.Of("F1", "TD4005")], [], facts);
        Assert.Equal((Verdict.Warning, "F1"), (ill.Verdict, ill.Primary!.Id));
        Assert.NotNull(ill.Price);
    }
}
