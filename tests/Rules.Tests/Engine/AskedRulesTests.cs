namespace TrainingDoctor.Tests.Engine;

/// <summary>When a rule is asked, what becomes of one that fails, and which of several reasons is told where it could not judge.</summary>
public sealed class AskedRulesTests
{
    private static readonly RunDescription Modelled = new() { Model = new ModelDescription { TypeName = "Net", Layers = [], Parameters = [] } };

    [Fact]
    public void ARuleIsAskedInOrder()
    {
        var asked = new List<string>();
        var rule = new ProbeRule
        {
            OnBegin = _ => asked.Add("begin"),
            OnObserve = (_, measurement) => asked.Add(FormattableString.Invariant($"observe {measurement.Step}")),
            OnStep = (_, step) => asked.Add(FormattableString.Invariant($"step {step}")),
            OnComplete = _ => asked.Add("complete"),
        };

        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(rule, Trace.Of(Metric.Loss, 1, 1).Every(5).And(Trace.Of(Metric.Epoch, 0))).Outcome);
        Assert.Equal(["begin", "observe 0", "step 0", "observe 5", "step 5", "complete"], asked);
    }

    [Fact]
    public void AFaultIsToldAtTheStepAtWhichItHappened()
    {
        var diagnosis = RuleVerifier.Diagnose([new ProbeRule { OnObserve = (_, measurement) => ThrowIf(measurement.Step == 7) }], Measured.Steady(Metric.Loss, 1));

        Assert.Equal((RuleOutcome.NotEvaluated, "the rule failed at step 7: broken"), (diagnosis.Rules[0].Outcome, diagnosis.Rules[0].Reason!.ToString()));
        var finding = Assert.Single(diagnosis.Findings);
        Assert.Equal(("TD0001", 7L, 7L, Severity.Warning, 1.0), (finding.Rule.Id, finding.FirstStep!.Value, finding.LastStep!.Value, finding.Severity, finding.Confidence));
        Assert.Equal("TD9990 (probe) failed", finding.Title.ToString());
        Assert.Contains("It was switched off", finding.Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Wherever a rule throws, it is asked nothing more, and the run goes on.</summary>
    [Theory]
    [InlineData("begin")]
    [InlineData("observe")]
    [InlineData("step")]
    [InlineData("complete")]
    [InlineData("why")]
    public void ARuleThatFailedIsAskedNothingMore(string place)
    {
        var asked = new List<string>();
        void Ask(string now)
        {
            asked.Add(now);
            ThrowIf(now == place);
        }

        var rule = new ProbeRule
        {
            OnBegin = _ => Ask("begin"),
            OnObserve = (_, _) => Ask("observe"),
            OnStep = (_, _) => Ask("step"),
            OnComplete = _ => Ask("complete"),
            Why = _ =>
            {
                Ask("why");
                return null;
            },
        };

        var diagnosis = RuleVerifier.Diagnose([rule], Measured.Steady(Metric.Loss, 1, 2));

        Assert.Equal(asked.Count - 1, asked.IndexOf(place));
        Assert.Equal(RuleOutcome.NotEvaluated, diagnosis.Rules[0].Outcome);
        Assert.Equal(FormattableString.Invariant($"the rule failed at step {(place is "complete" or "why" ? 1 : 0)}: broken"), diagnosis.Rules[0].Reason!.ToString());
        Assert.Equal("TD0001", Assert.Single(diagnosis.Findings).Rule.Id);
    }

    /// <summary>What a rule opened before it failed is told, unless it is its words that fail.</summary>
    [Theory]
    [InlineData(true, "TD0001")]
    [InlineData(false, "TD0001 TD9990")]
    public void WhatItFoundBeforeStands(bool failsInWords, string expected)
    {
        var rule = new ProbeRule
        {
            OnObserve = (context, measurement) =>
            {
                ThrowIf(!failsInWords && measurement.Step == 1);
                context.Open(ProbeRule.Ill(measurement.Step));
            },
            Say = _ =>
            {
                ThrowIf(failsInWords);
                return new Diagnosis($"t", $"m", [], []);
            },
        };

        Assert.Equal(expected, string.Join(' ', RuleVerifier.Diagnose([rule], Measured.Steady(Metric.Loss, 1, 3)).Findings.Select(finding => finding.Rule.Id).Order(StringComparer.Ordinal)));
    }

    /// <summary>The reasons come in their order: the model that is missing, what was not measured, nothing of the kind, what the evaluators say.</summary>
    [Fact]
    public void TheFirstReasonIsTold()
    {
        Metric[] inputs = [Metric.Loss, Metric.Epoch, Metric.Accuracy];
        var needy = new ProbeRule { Known = ProbeRule.Plain with { NeedsModel = true, Inputs = inputs, RequiredInputs = inputs }, Why = _ => $"too few" };
        var free = new ProbeRule { Known = ProbeRule.OfLayers with { RequiredInputs = [] } };

        Assert.Equal("needs the structure of the model, which a log does not hold", Reason(needy, Measured.Steady(Metric.Loss, 1)));
        Assert.Equal("not measured: epoch, accuracy", Reason(needy, Measured.Steady(Metric.Loss, 1), Modelled));
        Assert.Equal("not measured: loss, epoch, accuracy", Reason(needy, new Trace(), Modelled));
        Assert.Equal("too few", Reason(new ProbeRule { Why = _ => $"too few" }, Measured.Steady(Metric.Loss, 1)));
        Assert.Equal("nothing in this run is of the kind that the rule looks at", Reason(free, Measured.Steady(Metric.Loss, 1)));
        Assert.Null(Reason(new ProbeRule(), Measured.Steady(Metric.Loss, 1)));
    }

    /// <summary>One layer that could be judged is enough; where none could, the first says why.</summary>
    [Theory]
    [InlineData(true, RuleOutcome.Passed, null)]
    [InlineData(false, RuleOutcome.NotEvaluated, "few in a")]
    public void OneLayerThatCouldBeJudgedIsEnough(bool canJudge, RuleOutcome outcome, string? reason)
    {
        var rule = new ProbeRule { Known = ProbeRule.OfLayers, Why = context => canJudge && context.Scope.Name == "b" ? null : (Text)$"few in {context.Scope.Name}" };

        var status = RuleVerifier.Status(rule, Trace.Of(Metric.OutputMean, "a", 1).And(Trace.Of(Metric.OutputMean, "b", 1)));

        Assert.Equal((outcome, reason), (status.Outcome, status.Reason?.ToString()));
    }

    /// <summary>A rule of layers is given each layer's measurements, and none of the run's, of parameters' or of those that it did not ask for.</summary>
    [Fact]
    public void EachLayerHasItsOwnEvaluator()
    {
        var seen = new List<string>();
        var rule = new ProbeRule
        {
            Known = ProbeRule.OfLayers with { Inputs = [Metric.OutputMean, Metric.Loss, Metric.WeightNorm] },
            OnBegin = context => seen.Add($"begin {context.Scope.Name}"),
            OnObserve = (context, measurement) => seen.Add(FormattableString.Invariant($"{context.Scope.Name} {measurement.Value}")),
            OnComplete = context => seen.Add($"end {context.Scope.Name}"),
        };
        var trace = Enumerable.Range(0, 12).Aggregate(new Trace(), (all, layer) => all.And(Trace.Of(Metric.OutputMean, FormattableString.Invariant($"l{layer}"), layer).From(layer)));

        RuleVerifier.Run(rule, trace.And(Trace.Of(Metric.Loss, 70)).And(Trace.Of(Metric.WeightNorm, "l0", 80)).And(Trace.Of(Metric.OutputSkewness, "l0", 90)).And(Trace.Of(Metric.OutputMean, "l0", -5).From(12)));

        Assert.Equal(
            [.. Enumerable.Range(0, 12).SelectMany(layer => new[] { $"begin l{layer}", $"l{layer} {layer}" }), "l0 -5", .. Enumerable.Range(0, 12).Select(layer => $"end l{layer}")],
            seen);
    }

    /// <summary>A metric that a rule names twice is given once; of two rules each has its own.</summary>
    [Fact]
    public void AMeasurementIsGivenOnce()
    {
        var seen = new List<string>();
        ProbeRule Of(string name) => new() { Known = ProbeRule.Plain with { Id = name }, Taken = [Metric.Loss, Metric.Epoch, Metric.Loss, Metric.Loss], OnObserve = (_, measurement) => seen.Add($"{name} {measurement.Metric}") };

        RuleVerifier.Diagnose([Of("TD9991"), Of("TD9992")], Trace.Of(Metric.Loss, 1).And(Trace.Of(Metric.Epoch, 1)).And(Trace.Of(Metric.Accuracy, 1)));

        Assert.Equal(["TD9991 Loss", "TD9992 Loss", "TD9991 Epoch", "TD9992 Epoch"], seen);
    }

    /// <summary>Which kind of training it is may become known late: what was found before does not count then.</summary>
    [Fact]
    public void ARuleWithoutASayIsSilent()
    {
        var rule = new ProbeRule { Known = ProbeRule.Plain with { Id = "TD4004" }, OnObserve = (context, measurement) => context.Open(ProbeRule.Ill(measurement.Step, Severity.Error)) };
        var run = new EngineRun(new ConfiguredRule(rule)).Begin().Feed(Trace.Of(Metric.Loss, 1));
        Assert.True(run.Engine.HasOpen(Severity.Error));

        run.Engine.Update(new RunDescription { Task = TrainingTask.Reinforcement });
        Assert.False(run.Engine.HasOpen(Severity.Info));
        var diagnosis = run.Feed(Trace.Of(Metric.Loss, 1).From(1)).Engine.Diagnose();

        Assert.Empty(diagnosis.Findings);
        Assert.Equal((RuleOutcome.NotEvaluated, "the loss of reinforcement learning is not a measure of progress"), (diagnosis.Rules[0].Outcome, diagnosis.Rules[0].Reason!.ToString()));
        Assert.Throws<ArgumentNullException>(() => run.Engine.Update(null!));
    }

    private static string? Reason(ProbeRule rule, Trace trace, RunDescription? run = null) => RuleVerifier.Status(rule, trace, run).Reason?.ToString();

    private static void ThrowIf(bool isNow)
    {
        if (isNow)
        {
            throw new InvalidOperationException("broken");
        }
    }
}
