using TrainingDoctor.Rules.Triage;
using TrainingDoctor.Tests.Verdicts;

namespace TrainingDoctor.Tests.Triage;

/// <summary>Which finding explains which: by the order of causes, and by the steps at which the two were seen.</summary>
public sealed class ExplanationTests
{
    private const long Slack = 50;

    /// <summary>Every rule beside every other in one run, established at the same step: what each explains was read once and accepted.</summary>
    [Fact]
    public void WhatExplainsWhatIsAsAccepted()
    {
        Finding[] all = [.. RuleCatalog.All.Select(entry => SomeFinding.Of(entry.Descriptor.Id, entry.Descriptor.Id)), SomeFinding.Of("TD5008 at first", "TD5008", step: null)];

        AcceptedLines.Check("explanations", [.. all.Select(root =>
            $"{root.Id} ({CausalOrder.Rank(root)}): {string.Join(' ', all.Where(other => other != root && CausalOrder.RootOf(other with { FirstStep = 10 }, [root, other with { FirstStep = 10 }], Slack) is not null).Select(other => other.Id))}")]);
    }

    [Theory]
    [InlineData(150L, 100L, true)]
    [InlineData(151L, 100L, false)]
    [InlineData(null, 100L, true)]
    [InlineData(0L, 0L, true)]
    [InlineData(51L, 0L, false)]
    public void ACauseMayBeNoticedALittleLater(long? root, long? consequence, bool explains) =>
        Assert.Equal(explains, Explains(SomeFinding.Of("F1", "TD2001", step: root), SomeFinding.Of("F2", "TD4002", step: consequence)));

    /// <summary>What was so before the first step is established when it is looked at: there is no slack then.</summary>
    [Theory]
    [InlineData("TD7001", "TD5007", 5L, 5L, true)]
    [InlineData("TD7001", "TD5007", 6L, 5L, false)]
    [InlineData("TD3001", "TD5008", 5L, 5L, true)]
    [InlineData("TD3001", "TD5008", 6L, 5L, false)]
    [InlineData("TD7001", "TD7018", null, null, true)]
    [InlineData("TD7001", "TD7018", 0L, null, false)]
    [InlineData("TD7016", "TD7018", 900L, null, true)]
    public void NothingLaterBringsAboutWhatWasSoBefore(string root, string consequence, long? rootStep, long? consequenceStep, bool explains) =>
        Assert.Equal(explains, Explains(SomeFinding.Of("F1", root, step: rootStep), SomeFinding.Of("F2", consequence, step: consequenceStep)));

    [Theory]
    [InlineData(50L, true)]
    [InlineData(49L, false)]
    [InlineData(null, true)]
    public void WhatWasOverLongBeforeExplainsNothing(long? recovered, bool explains) =>
        Assert.Equal(explains, Explains(SomeFinding.Of("F1", "TD2001", step: 10) with { RecoveredAt = recovered }, SomeFinding.Of("F2", "TD4002", step: 100)));

    /// <summary>That a run is unlike good ones is what every fault looks like; a hint, a fault of the monitor and another departure are none.</summary>
    [Theory]
    [InlineData("TD4002", Severity.Warning, true)]
    [InlineData("TD6005", Severity.Error, true)]
    [InlineData("TD4002", Severity.Info, false)]
    [InlineData("TD8521", Severity.Error, false)]
    [InlineData("TD0003", Severity.Error, false)]
    public void AnyFaultExplainsThatARunIsUnusual(string root, Severity severity, bool explains) =>
        Assert.Equal(explains, Explains(SomeFinding.Of("F1", root, severity, 900), SomeFinding.Of("F2", "TD8521", step: 10)));

    [Fact]
    public void ThatARunIsUnusualExplainsNoFault() =>
        Assert.False(Explains(SomeFinding.Of("F1", "TD8521", Severity.Error, 1), SomeFinding.Of("F2", "TD4002", step: 10)));

    /// <summary>NaN spreads from where it was first; within one step from outputs over gradients to weights, whatever else was late.</summary>
    [Theory]
    [InlineData("TD3005", 5L, "TD4001", 5L, true)]
    [InlineData("TD4001", 5L, "TD3005", 5L, false)]
    [InlineData("TD4001", 4L, "TD3005", 5L, true)]
    [InlineData("TD3005", 6L, "TD4001", 5L, false)]
    [InlineData("TD4001", null, "TD3005", 0L, true)]
    [InlineData("TD4001", 0L, "TD3005", null, false)]
    public void NaNSpreadsInTime(string root, long? rootStep, string consequence, long? consequenceStep, bool explains) =>
        Assert.Equal(explains, Explains(SomeFinding.Of("F1", root, Severity.Error, rootStep), SomeFinding.Of("F2", consequence, Severity.Error, consequenceStep)));

    /// <summary>Units die of steps that were huge before; of a remark, and of what came in the same step, they do not, so that their death explains it.</summary>
    [Theory]
    [InlineData("TD5001", Severity.Warning, 8L, "F2")]
    [InlineData("TD5005", Severity.Warning, 8L, "F2")]
    [InlineData("TD5001", Severity.Warning, 9L, "F1")]
    [InlineData("TD5005", Severity.Info, 8L, "F1")]
    [InlineData("TD3006", Severity.Warning, 8L, "F1")]
    [InlineData("TD2002", Severity.Error, 8L, "F1")]
    public void OnlyHugeStepsKill(string size, Severity severity, long step, string root)
    {
        Finding[] findings = [SomeFinding.Of("F1", "TD3001", step: 9), SomeFinding.Of("F2", size, severity, step)];

        Assert.Null(CausalOrder.RootOf(findings.Single(finding => finding.Id == root), findings, Slack));
        Assert.Equal(root, CausalOrder.RootOf(findings.Single(finding => finding.Id != root), findings, Slack)?.Id);
    }

    [Fact]
    public void OtherLayersThanDeadOnesAreNotKilled() =>
        Assert.False(Explains(SomeFinding.Of("F1", "TD5001", step: 8), SomeFinding.Of("F2", "TD3002", step: 9)));

    /// <summary>A circle of dead units, gradients and steps is one story for what follows from it, too.</summary>
    [Fact]
    public void WhatFollowsFromACircleHasTheRootOfTheCircle()
    {
        Finding[] findings =
        [
            SomeFinding.Of("F1", "TD3001", step: 9), SomeFinding.Of("F2", "TD5001", step: 8), SomeFinding.Of("F3", "TD2002", step: 8), SomeFinding.Of("F4", "TD4002", step: 1),
        ];

        Assert.Equal(["F2", null, "F2", "F2"], findings.Select(finding => CausalOrder.RootOf(finding, findings, Slack)?.Id));
    }

    /// <summary>Between causes of one rule the earliest is the root, then the first by its layers, then by its words.</summary>
    [Theory]
    [InlineData(4L, "b", "x", "F2")]
    [InlineData(5L, "a", "x", "F2")]
    [InlineData(5L, "b", "w", "F2")]
    [InlineData(5L, "b", "y", "F1")]
    [InlineData(6L, "a", "w", "F1")]
    public void EqualCausesAreToldApartByTimeAndName(long step, string layer, string title, string root)
    {
        var one = SomeFinding.Of("F1", "TD2001", step: 5) with { Layers = ["b"], Title = $"{"x"}" };
        var other = SomeFinding.Of("F2", "TD2001", step: step) with { Layers = [layer], Title = $"{title}" };
        var stalled = SomeFinding.Of("F3", "TD4002");

        Assert.Equal(root, CausalOrder.RootOf(stalled, [stalled, one, other], Slack)?.Id);
        Assert.Equal(root, CausalOrder.RootOf(stalled, [stalled, other, one], Slack)?.Id);
    }

    [Fact]
    public void ARuleOfOnesOwnComesLast()
    {
        int own = CausalOrder.Rank(SomeFinding.Of("F1", "MY0001"));

        Assert.Equal(own, CausalOrder.Rank(SomeFinding.Of("F1", "MY0002")));
        Assert.Equal(own - 1, RuleCatalog.All.Max(entry => CausalOrder.Rank(entry.Descriptor)));
        Assert.Equal(0, RuleCatalog.All.Min(entry => CausalOrder.Rank(entry.Descriptor)));
        Assert.Throws<ArgumentNullException>(() => CausalOrder.Rank((Finding)null!));
        Assert.Throws<ArgumentNullException>(() => CausalOrder.Rank((RuleDescriptor)null!));
    }

    private static bool Explains(Finding root, Finding consequence) => CausalOrder.RootOf(consequence, [consequence, root], Slack)?.Id == root.Id;
}
