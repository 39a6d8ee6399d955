using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Rules.Triage;

namespace TrainingDoctor.Tests.Triage;

public sealed class CausalOrderTests
{
    [Fact]
    public void EveryRuleOfTheCatalogueHasAPlace()
    {
        var last = CausalOrder.Rank(DeadUnits.Metadata with { Id = "TD9999" });

        Assert.Empty(RuleCatalog.All.Where(entry => CausalOrder.Rank(entry.Descriptor) == last).Select(entry => entry.Descriptor.Id));
    }

    [Fact]
    public void AConsequencePointsToTheRootOfItsStory()
    {
        var input = Finding("F1", "TD1002", Severity.Warning, null);
        var dead = Finding("F2", "TD3001", Severity.Error, 10);
        var stalled = Finding("F3", "TD4002", Severity.Error, 200);
        Finding[] findings = [stalled, dead, input];

        Assert.Same(input, CausalOrder.RootOf(stalled, findings, 50));
        Assert.Same(input, CausalOrder.RootOf(dead, findings, 50));
        Assert.Null(CausalOrder.RootOf(input, findings, 50));
        Assert.Same(dead, CausalOrder.RootOf(stalled, [stalled, dead], 50));
    }

    [Fact]
    public void WhatComesLongAfterwardsIsNoCause()
    {
        var dead = Finding("F1", "TD3001", Severity.Error, 500);
        var stalled = Finding("F2", "TD4002", Severity.Error, 100);

        Assert.Null(CausalOrder.RootOf(stalled, [dead, stalled], 50));
    }

    /// <summary>How a program mixes its samples does not begin when a validation lets one look.</summary>
    [Theory]
    [InlineData("TD7016", "TD4002", true)]
    [InlineData("TD7016", "TD6002", true)]
    [InlineData("TD7017", "TD4009", true)]
    [InlineData("TD3001", "TD4002", false)]
    [InlineData("TD2001", "TD6002", false)]
    public void WhatAProbeFindsOfTheProgramWasSoFromTheStart(string root, string consequence, bool explains)
    {
        Finding[] findings = [Finding("F1", root, Severity.Warning, 900), Finding("F2", consequence, Severity.Error, 0)];

        Assert.Equal(explains ? "F1" : null, CausalOrder.RootOf(findings[1], findings, 50)?.Id);
    }

    [Fact]
    public void AHintExplainsNothing()
    {
        var hint = Finding("F1", "TD7001", Severity.Info, null);
        var stalled = Finding("F2", "TD4002", Severity.Error, 100);

        Assert.Null(CausalOrder.RootOf(stalled, [hint, stalled], 50));
    }

    /// <summary>Dead ReLUs by a huge learning rate are one story, and the learning rate is its root; what grows after units died is none of their doing.</summary>
    [Theory]
    [InlineData(3, 9, "TD5001")]
    [InlineData(12, 9, "TD3001")]
    public void UnitsThatDieAfterHugeStepsDiedOfThem(long huge, long death, string root)
    {
        Finding[] findings = [Finding("F1", "TD3001", Severity.Error, death), Finding("F2", "TD5001", Severity.Warning, huge)];

        Assert.Null(CausalOrder.RootOf(findings.Single(finding => finding.Rule.Id == root), findings, 50));
        Assert.Equal(root, CausalOrder.RootOf(findings.Single(finding => finding.Rule.Id != root), findings, 50)?.Rule.Id);
    }

    [Fact]
    public void NaNStartedWhereItWasFirst()
    {
        Finding[] findings = [Finding("F1", "TD3005", Severity.Error, 1), Finding("F2", "TD5004", Severity.Error, 0), Finding("F3", "TD2003", Severity.Error, 0)];

        Assert.Equal(["TD2003", "TD2003", null], findings.Select(finding => CausalOrder.RootOf(finding, findings, 50)?.Rule.Id));
    }

    /// <summary>Findings of a loss that overflowed at step 4: what kills units goes against rank, so that units, gradients, activations and steps explain each other in a circle.</summary>
    [Fact]
    public void ACircleOfCausesHasOneRoot()
    {
        Finding[] findings =
        [
            Finding("F1", "TD4001", Severity.Error, 4), Finding("F2", "TD2002", Severity.Error, 4), Finding("F3", "TD2003", Severity.Error, 4),
            Finding("F4", "TD3005", Severity.Error, 4), Finding("F5", "TD5004", Severity.Error, 4), Finding("F6", "TD5005", Severity.Error, 1),
            Finding("F7", "TD3006", Severity.Error, 3), Finding("F8", "TD3001", Severity.Error, 6), Finding("F9", "TD5001", Severity.Warning, 3),
        ];

        var roots = findings.ToDictionary(finding => finding.Id, finding => CausalOrder.RootOf(finding, findings, 50)?.Id);

        Assert.Null(roots["F9"]);
        Assert.All(roots.Where(entry => entry.Key != "F9"), entry => Assert.Equal("F9", entry.Value));
    }

    /// <summary>Structure and initialisation were there first: what came later did not bring them about, though it may be noticed in the same steps.</summary>
    [Theory]
    [InlineData("TD3001", "TD7003", null)]
    [InlineData("TD2001", "TD5008", 20L)]
    [InlineData("TD3002", "TD5008", 0L)]
    public void WhatWasSoBeforeTheFirstStepFollowsFromNothing(string later, string earlier, long? step)
    {
        Finding[] findings = [Finding("F1", later, Severity.Error, 30), Finding("F2", earlier, Severity.Warning, step)];

        Assert.Null(CausalOrder.RootOf(findings[1], findings, 50));
    }

    [Fact]
    public void ARootIsAtLeastAsSevereAsWhatFollowsFromIt()
    {
        var input = Finding("F1", "TD1002", Severity.Warning, null);
        var dead = Finding("F2", "TD3001", Severity.Error, 10);
        var stalled = Finding("F3", "TD4002", Severity.Warning, 200);

        var diagnosis = FindingTriage.Order([stalled, dead, input], [], RuleVerifier.Diagnose([], Trace.Of(Metric.Loss, 1)).Facts);

        Assert.Equal(("F1", Severity.Error), (diagnosis.Primary!.Id, diagnosis.Primary.Severity));
        Assert.Equal([null, "F1", "F1"], diagnosis.Findings.Select(finding => finding.ConsequenceOf));
    }

    /// <summary>What the user calls a warning stays one; an error then stands for itself.</summary>
    [Fact]
    public void AChosenSeverityIsKept()
    {
        var input = Finding("F1", "TD1002", Severity.Warning, null) with { IsSeverityChosen = true };
        var dead = Finding("F2", "TD3001", Severity.Error, 10);

        var diagnosis = FindingTriage.Order([dead, input], [], RuleVerifier.Diagnose([], Trace.Of(Metric.Loss, 1)).Facts);

        Assert.Equal(Severity.Warning, diagnosis.Findings.Single(finding => finding.Id == "F1").Severity);
        Assert.Equal(("F2", null), (diagnosis.Primary!.Id, diagnosis.Primary.ConsequenceOf));
    }

    private static Finding Finding(string id, string rule, Severity severity, long? step) => new()
    {
        Id = id,
        Rule = DeadUnits.Metadata with { Id = rule },
        Severity = severity,
        Confidence = 0.9,
        Title = $"{rule}",
        Message = $"{rule}",
        FirstStep = step,
        LastStep = step,
        Evidence = [],
        Causes = [],
        Remedies = [],
    };
}
