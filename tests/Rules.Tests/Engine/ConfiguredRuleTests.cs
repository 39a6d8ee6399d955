using TrainingDoctor.Rules.Operation;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Engine;

/// <summary>What configuration changes of a rule: severities, options of some layers, and what is not reported.</summary>
public sealed class ConfiguredRuleTests
{
    private static readonly ProbeRule Layers = new()
    {
        Known = ProbeRule.OfLayers,
        OnObserve = (context, measurement) =>
        {
            if (measurement.Value > 0)
            {
                context.Open(ProbeRule.Ill(measurement.Step));
            }
        },
    };

    [Theory]
    [InlineData("fc1", "fc1", true)]
    [InlineData("fc1", "fc10", false)]
    [InlineData("fc*", "fc10.weight", true)]
    [InlineData("fc?", "fc1", true)]
    [InlineData("fc?", "fc10", false)]
    [InlineData("FC1", "fc1", false)]
    [InlineData("*", "anything", true)]
    public void APatternFitsAPath(string pattern, string name, bool fits) => Assert.Equal(fits, new LayerOverride(pattern).Matches(name));

    [Fact]
    public void TheFirstThatFitsHolds()
    {
        var configured = new ConfiguredRule(Layers) { Overrides = [new LayerOverride("a*", Severity: Severity.Error), new LayerOverride("*b", Severity: Severity.Info)] };

        Assert.Equal([Severity.Error, Severity.Info, null], new[] { "ab", "b", "c" }.Select(name => configured.For(name)?.Severity));
    }

    /// <summary>What is configured for a layer goes before what is configured for the rule, and that before the rule's own word; the worst part of a finding decides.</summary>
    [Theory]
    [InlineData(null, null, Severity.Warning, false)]
    [InlineData(Severity.Info, null, Severity.Info, true)]
    [InlineData(Severity.Error, null, Severity.Error, true)]
    [InlineData(Severity.Error, Severity.Info, Severity.Info, true)]
    [InlineData(null, Severity.Error, Severity.Error, true)]
    public void TheNearestSeverityHolds(Severity? ofRule, Severity? ofLayer, Severity expected, bool isChosen)
    {
        var configured = new ConfiguredRule(Layers, ofRule) { Overrides = [new LayerOverride("other", Severity: Severity.Error), new LayerOverride("a", Severity: ofLayer)] };

        var finding = Assert.Single(new EngineRun(configured).Begin().Feed(Trace.Of(Metric.OutputMean, "a", 1)).Engine.Diagnose().Findings);

        Assert.Equal((expected, isChosen), (finding.Severity, finding.IsSeverityChosen));
    }

    [Fact]
    public void TheWorstPartDecides()
    {
        var configured = new ConfiguredRule(Layers) { Overrides = [new LayerOverride("b", Severity: Severity.Error)] };

        var finding = Assert.Single(new EngineRun(configured).Begin().Feed(Trace.Of(Metric.OutputMean, "a", 1).And(Trace.Of(Metric.OutputMean, "b", 1))).Engine.Diagnose().Findings);

        Assert.Equal((Severity.Error, true), (finding.Severity, finding.IsSeverityChosen));
        Assert.Equal(["a", "b"], finding.Layers);
    }

    /// <summary>A rule that was told to be silent on what it found has not passed; where it also found something else, it says both.</summary>
    [Theory]
    [InlineData(0, 1, RuleOutcome.Off, "suppressed: a (known); b (odd)")]
    [InlineData(1, 1, RuleOutcome.Found, "suppressed: a (known); b (odd)")]
    [InlineData(0, 0, RuleOutcome.Passed, null)]
    [InlineData(1, 0, RuleOutcome.Found, null)]
    public void WhatIsSuppressedIsTold(double c, double ab, RuleOutcome outcome, string? reason)
    {
        var configured = new ConfiguredRule(Layers) { Overrides = [new LayerOverride("a", OffReason: "known"), new LayerOverride("b", OffReason: "odd")] };

        var diagnosis = new EngineRun(configured).Begin().Feed(Trace.Of(Metric.OutputMean, "b", ab).And(Trace.Of(Metric.OutputMean, "a", ab)).And(Trace.Of(Metric.OutputMean, "c", c))).Engine.Diagnose();

        Assert.Equal((outcome, reason), (diagnosis.Rules[0].Outcome, diagnosis.Rules[0].Reason?.ToString()));
        Assert.Equal(outcome == RuleOutcome.Found ? ["c"] : [], diagnosis.Findings.SelectMany(finding => finding.Layers));
    }

    /// <summary>A symptom of several layers is suppressed where all of them are, and stands where one is not.</summary>
    [Theory]
    [InlineData("a b", RuleOutcome.Off)]
    [InlineData("a c", RuleOutcome.Found)]
    [InlineData("", RuleOutcome.Found)]
    public void AllLayersMustBeSuppressed(string layers, RuleOutcome outcome)
    {
        var rule = new ProbeRule { OnStep = (context, step) => context.Open(ProbeRule.Ill(step, Severity.Warning, "", layers.Split(' ', StringSplitOptions.RemoveEmptyEntries))) };
        var configured = new ConfiguredRule(rule) { Overrides = [new LayerOverride("a", OffReason: "known"), new LayerOverride("b", OffReason: "odd")] };

        Assert.Equal(outcome, new EngineRun(configured).Begin().Feed(Trace.Of(Metric.Loss, 1)).Engine.Diagnose().Rules[0].Outcome);
    }

    /// <summary>Options of one layer make another evaluator there; all else of the rule stays.</summary>
    [Fact]
    public void OneLayerMayHaveOptionsOfItsOwn()
    {
        var strict = new ProbeRule { Known = ProbeRule.OfLayers, OnObserve = (context, _) => context.Open(ProbeRule.Ill(0)) };
        var configured = new ConfiguredRule(Layers) { Overrides = [new LayerOverride("b", Rule: strict)] };

        var finding = Assert.Single(new EngineRun(configured).Begin().Feed(Trace.Of(Metric.OutputMean, "a", 0).And(Trace.Of(Metric.OutputMean, "b", 0))).Engine.Diagnose().Findings);

        Assert.Equal("b", Assert.Single(finding.Layers));
    }

    /// <summary>A rule that is off is neither begun nor asked at the end.</summary>
    [Fact]
    public void ARuleThatIsOffIsNotAsked()
    {
        int asked = 0;
        var rule = new ProbeRule { OnBegin = _ => asked++, OnObserve = (_, _) => asked++, OnStep = (_, _) => asked++, OnComplete = _ => asked++ };

        var diagnosis = new EngineRun(new ConfiguredRule(rule, OffReason: "not here")).Begin().Feed(Trace.Of(Metric.Loss, 1, 2)).Engine.Diagnose();

        Assert.Equal((0, RuleOutcome.Off, "not here"), (asked, diagnosis.Rules[0].Outcome, diagnosis.Rules[0].Reason!.ToString()));
    }

    [Theory]
    [InlineData("TD4002", "TD4002")]
    [InlineData("td4002", "TD4002")]
    [InlineData("Dead-Units", "TD3001")]
    [InlineData("TD9999", null)]
    public void ARuleIsFoundByIdOrName(string name, string? id) => Assert.Equal(id, RuleCatalog.Find(name)?.Descriptor.Id);

    /// <summary>What good runs do is given to the rule that asks for it; what was configured for it and for the others stays.</summary>
    [Fact]
    public void NormalRunsAreGivenToTheirRule()
    {
        var options = new OutsideLearntNormalityOptions { FalseDiscoveryRate = 0.2 };
        var normal = RuleExamples.All["TD8521"].Normal!;
        ConfiguredRule[] rules = [new(Layers, Severity.Error), new(new OutsideLearntNormality(options), Severity.Info, "not yet")];

        var given = new RuleSet(rules).WithNormal(normal).Rules;

        Assert.Same(rules[0], given[0]);
        Assert.Equal((Severity.Info, "not yet"), (given[1].Severity, given[1].OffReason));
        var rule = Assert.IsType<OutsideLearntNormality>(given[1].Rule);
        Assert.Same(options, rule.Options);
        Assert.Same(normal, rule.Normal);
        Assert.Empty(rules[1].Rule.Observed);
        Assert.Equal(MetricCatalog.All.Count, rule.Observed.Count);
    }

    [Fact]
    public void TheDefaultSetIsTheCatalogue()
    {
        Assert.Equal(RuleCatalog.All.Select(entry => entry.Descriptor), RuleSet.Default.Rules.Select(rule => rule.Rule.Descriptor));
        Assert.All(RuleSet.Default.Rules, rule => Assert.Equal((null, null), (rule.Severity, rule.OffReason)));
    }
}
