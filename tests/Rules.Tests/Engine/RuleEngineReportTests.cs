namespace TrainingDoctor.Tests.Engine;

/// <summary>What the engine itself reports: faults of sources, findings merged over layers, announcements, and what is open now.</summary>
public sealed class RuleEngineReportTests
{
    [Fact]
    public void NothingIsMadeOfNothing()
    {
        Assert.Throws<ArgumentNullException>(() => new RuleEngine(null!, new ScopeTable()));
        Assert.Throws<ArgumentNullException>(() => new RuleEngine(RuleSet.Of([]), null!));
        var run = new EngineRun().Begin();
        Assert.Throws<ArgumentNullException>(() => run.Engine.ReportFault(null!, new InvalidOperationException()));
        Assert.Throws<ArgumentNullException>(() => run.Engine.ReportFault("source", null!));
    }

    /// <summary>A source that fails again and again is one finding: the first fault at its step, the number of all, and the last consequence.</summary>
    [Fact]
    public void AFaultySourceIsToldOnce()
    {
        var run = new EngineRun().Begin();
        run.Engine.ReportFault("disk", new InvalidOperationException("none yet"));
        run.Feed(Measured.Steady(Metric.Loss, 1, 6));
        run.Engine.ReportFault("hook", new InvalidOperationException("first"));
        run.Feed(Measured.Steady(Metric.Loss, 1, 2).From(6));
        run.Engine.ReportFault("hook", new NotSupportedException("second"));
        run.Engine.ReportFault("follower", new InvalidOperationException("gone"), FaultConsequence.Ended);

        var findings = run.Engine.Diagnose().Findings.OrderBy(finding => finding.Id, StringComparer.Ordinal).ToList();

        Assert.Equal(["disk failed", "hook failed", "follower failed"], findings.Select(finding => finding.Title.ToString()));
        Assert.Equal([0L, 5L, 7L], findings.Select(finding => finding.FirstStep!.Value));
        Assert.Equal("disk threw InvalidOperationException at step 0: none yet It was tried again; only what it measures is missing there.", findings[0].Message.ToString());
        Assert.Contains("InvalidOperationException at step 5: first It failed 2 times", findings[1].Message.ToString(), StringComparison.Ordinal);
        Assert.Contains("It ended there", findings[2].Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Of very many faulty parts fifty are told by name, and the others together.</summary>
    [Fact]
    public void ManyFaultySourcesAreOneStory()
    {
        var run = new EngineRun().Begin();
        for (int layer = 0; layer < 53; layer++)
        {
            run.Engine.ReportFault(FormattableString.Invariant($"layer {layer}"), new InvalidOperationException("broken"));
        }

        run.Engine.ReportFault("layer 3", new InvalidOperationException("again"));
        var findings = run.Engine.Diagnose().Findings;

        Assert.Equal(51, findings.Count);
        Assert.Contains("failed 3 times", findings.Single(finding => finding.Title.ToString() == "Further parts of the diagnosis failed").Message.ToString(), StringComparison.Ordinal);
        Assert.Contains("failed 2 times", findings.Single(finding => finding.Title.ToString() == "layer 3 failed").Message.ToString(), StringComparison.Ordinal);
        Assert.Contains(findings, finding => finding.Title.ToString() == "layer 49 failed");
        Assert.DoesNotContain(findings, finding => finding.Title.ToString() == "layer 50 failed");
    }

    /// <summary>The rule that tells of faults has then found something; without any it has passed.</summary>
    [Theory]
    [InlineData(true, RuleOutcome.Found)]
    [InlineData(false, RuleOutcome.Passed)]
    public void TheRuleOfFaultsSaysSo(bool fails, RuleOutcome expected)
    {
        var run = new EngineRun([.. RuleSet.Default.Rules]).Begin().Feed(Trace.Of(Metric.Loss, 1, 2));
        if (fails)
        {
            run.Engine.ReportFault("hook", new InvalidOperationException("broken"));
        }

        Assert.Equal(expected, run.Engine.Diagnose().Rules.Single(status => status.Rule.Id == "TD0001").Outcome);
    }

    /// <summary>Symptoms of several layers become one finding: the earliest leads, then the first by name; the worst, the surest and the last of each count.</summary>
    [Fact]
    public void SymptomsOfSeveralLayersAreOneFinding()
    {
        var parts = new Dictionary<string, Symptom>
        {
            ["c"] = Part(3, 9, null, Severity.Warning, 0.7, 1),
            ["b"] = Part(2, 8, 12, Severity.Info, 0.6, 2),
            ["a"] = Part(2, 5, 11, Severity.Error, 0.8, 3),
        };
        Symptom? merged = null;
        var rule = new ProbeRule
        {
            Known = ProbeRule.OfLayers,
            OnObserve = (context, _) => context.Open(parts[context.Scope.Name]),
            Say = symptom =>
            {
                merged = symptom;
                return new Diagnosis($"t", $"m", [new(Cause.TooFewEpochs, 0.2), new(Cause.TooManyEpochs, 0.4)], []);
            },
        };

        var finding = Assert.Single(RuleVerifier.Run(rule, Trace.Of(Metric.OutputMean, "c", 1).And(Trace.Of(Metric.OutputMean, "b", 1)).And(Trace.Of(Metric.OutputMean, "a", 1))));

        Assert.Equal(["a", "b", "c"], finding.Layers);
        Assert.Equal((Severity.Error, 0.8, 2L, 9L, null), (finding.Severity, finding.Confidence, finding.FirstStep!.Value, finding.LastStep!.Value, finding.RecoveredAt));
        Assert.Equal([3.0, 2.0, 1.0], finding.Evidence.Select(evidence => evidence.Value));
        Assert.Equal(3, merged!.Values["number"]);
        Assert.Equal([3.0, 2.0, 1.0], merged.Parts.Select(part => part.Values["number"]));
        Assert.Equal([Cause.TooManyEpochs, Cause.TooFewEpochs], finding.Causes.Select(cause => cause.Cause));
    }

    /// <summary>A symptom of one scope is put into words as it is, with whatever it is about.</summary>
    [Fact]
    public void ASingleSymptomStaysAsItIs()
    {
        var symptom = Part(2, 5, null, Severity.Warning, 0.7, 1);
        symptom.Subject = "the schedule";
        Symptom? told = null;
        var rule = new ProbeRule
        {
            OnObserve = (context, _) => context.Open(symptom),
            Say = given =>
            {
                told = given;
                return new Diagnosis($"t", $"m", [], []);
            },
        };

        RuleVerifier.Run(rule, Trace.Of(Metric.Loss, 1));

        Assert.Same(symptom, told);
        Assert.Equal("the schedule", told!.Subject);
        Assert.Empty(told.Parts);
    }

    /// <summary>Of a source that failed twice the last consequence is told: one that was tried again first may end.</summary>
    [Fact]
    public void TheLastConsequenceIsTold()
    {
        var run = new EngineRun().Begin();
        run.Engine.ReportFault("follower", new InvalidOperationException("first"));
        run.Engine.ReportFault("follower", new InvalidOperationException("second"), FaultConsequence.Ended);

        Assert.EndsWith("first It ended there; what it had found before stands, and other runs were not affected.", Assert.Single(run.Engine.Diagnose().Findings).Message.ToString(), StringComparison.Ordinal);
    }

    /// <summary>What has recovered in all layers has recovered when it did in the last of them.</summary>
    [Fact]
    public void AllPartsMustHaveRecovered()
    {
        var rule = new ProbeRule { Known = ProbeRule.OfLayers, OnObserve = (context, _) => context.Open(Part(null, 4, context.Scope.Name == "a" ? 12 : 11, Severity.Warning, 0.9, 1)) };

        var finding = Assert.Single(RuleVerifier.Run(rule, Trace.Of(Metric.OutputMean, "b", 1).And(Trace.Of(Metric.OutputMean, "a", 1))));

        Assert.Equal((12L, null), (finding.RecoveredAt!.Value, finding.FirstStep));
    }

    /// <summary>Symptoms of two kinds are two findings, in the order in which they opened.</summary>
    [Fact]
    public void EachVariantIsAFinding()
    {
        var rule = new ProbeRule
        {
            OnObserve = (context, measurement) => context.Open(ProbeRule.Ill(measurement.Step, Severity.Warning, measurement.Step % 2 == 0 ? "even" : "odd")),
            Say = symptom => new Diagnosis($"{symptom.Variant}", $"m", [], []),
        };
        var run = new EngineRun(new ConfiguredRule(rule)).Begin().Feed(Measured.Steady(Metric.Loss, 1, 5));

        Assert.Equal([("F1", "even"), ("F2", "odd")], run.Opened.Select(finding => (finding.Id, finding.Title.ToString())));
        Assert.Equal([("F1", "even", 0L, 4L), ("F2", "odd", 1L, 3L)], run.Engine.Diagnose().Findings.Select(finding => (finding.Id, finding.Title.ToString(), finding.FirstStep!.Value, finding.LastStep!.Value)));
    }

    /// <summary>Only what has not recovered is open, and only at its severity.</summary>
    [Theory]
    [InlineData(Severity.Warning, null, true, false)]
    [InlineData(Severity.Error, null, true, true)]
    [InlineData(Severity.Info, null, false, false)]
    [InlineData(Severity.Error, 1L, false, false)]
    public void WhatIsOpenNow(Severity severity, long? recovered, bool warning, bool error)
    {
        var rule = new ProbeRule { OnObserve = (context, _) => context.Open(ProbeRule.Ill(0, severity)).RecoveredAt = recovered };
        var run = new EngineRun(new ConfiguredRule(rule)).Begin();
        Assert.False(run.Engine.HasOpen(Severity.Info));

        run.Feed(Trace.Of(Metric.Loss, 1));

        Assert.Equal((warning, error), (run.Engine.HasOpen(Severity.Warning), run.Engine.HasOpen(Severity.Error)));
    }

    /// <summary>What is measured more seldom than the run goes on is told up to its last measurement: of the metric that the evidence shows, else of the rule's first.</summary>
    [Theory]
    [InlineData("epoch", 3L, true)]
    [InlineData("loss", 3L, false)]
    [InlineData("loss_ratio", 3L, false)]
    [InlineData(null, 3L, false)]
    [InlineData("epoch", 2L, false)]
    [InlineData("loss", 9L, false)]
    public void ASymptomMayBeOpenAtItsEnd(string? metric, long last, bool isOpenEnded)
    {
        var rule = new ProbeRule
        {
            OnObserve = (context, measurement) =>
            {
                if (measurement.Step == last)
                {
                    context.Open(new Symptom { Severity = Severity.Warning, FirstStep = 1, LastStep = last, Evidence = metric is null ? [] : [new Evidence(metric, null, last, 1, 1, ">")] });
                }
            },
        };

        Assert.Equal(isOpenEnded, Assert.Single(RuleVerifier.Run(rule, Measured.Steady(Metric.Loss, 1).And(Trace.Of(Metric.Epoch, 0, 0, 0, 1)))).IsOpenEnded);
    }

    [Fact]
    public void WhatOnlyTheEndTellsIsAnnouncedAtTheEnd()
    {
        var rule = new ProbeRule { OnComplete = context => context.Open(ProbeRule.Ill(0)) };
        var run = new EngineRun(new ConfiguredRule(rule)).Begin().Feed(Trace.Of(Metric.Loss, 1));
        Assert.Empty(run.Opened);

        run.Engine.Close();
        run.Engine.Close();

        Assert.Single(run.Opened);
        Assert.Same(run.Engine.Diagnose(), run.Engine.Diagnose());
        Assert.Single(run.Engine.Diagnose().Findings);
    }

    /// <summary>What a rule opens at the beginning, or after a step, is announced then.</summary>
    [Fact]
    public void AFindingIsAnnouncedAtOnce()
    {
        var early = new EngineRun(new ConfiguredRule(new ProbeRule { OnBegin = context => context.Open(ProbeRule.Ill(null)) })).Begin();
        Assert.Single(early.Opened);

        var late = new EngineRun(new ConfiguredRule(new ProbeRule { OnStep = (context, step) => context.Open(ProbeRule.Ill(step)) })).Begin().Feed(Trace.Of(Metric.Loss, 1));
        Assert.Empty(late.Opened);
        late.Feed(Trace.Of(Metric.Loss, 1).From(1));
        Assert.Equal(0, Assert.Single(late.Opened).FirstStep);
    }

    /// <summary>Doubt is remembered at the step of the last measurement; nothing is doubted before the first.</summary>
    [Fact]
    public void TheStepOfADoubtIsKept()
    {
        var rule = new ProbeRule
        {
            OnObserve = (context, measurement) =>
            {
                if (measurement.Step == 3)
                {
                    context.Doubt();
                }
            },
        };
        var run = new EngineRun(new ConfiguredRule(rule)).Begin();
        Assert.Equal(-1, run.Engine.DoubtedStep);

        Assert.Equal(3, run.Feed(Measured.Steady(Metric.Loss, 1)).Engine.DoubtedStep);
        Assert.Equal(9, run.Engine.Facts.LastStep);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RulesAreToldWhetherARunGoesOn(bool isLive)
    {
        bool? seen = null;
        new EngineRun(isLive, new ConfiguredRule(new ProbeRule { OnBegin = context => seen = context.Facts.IsLive })).Begin();

        Assert.Equal(isLive, seen);
    }

    /// <summary>A layer's symptom names its layer unless it names others; one of the run names none.</summary>
    [Theory]
    [InlineData(ScopeKind.Layer, "", "relu")]
    [InlineData(ScopeKind.Layer, "other", "other")]
    [InlineData(ScopeKind.Run, "", "")]
    public void ASymptomNamesItsLayer(ScopeKind granularity, string layers, string expected)
    {
        var rule = new ProbeRule
        {
            Known = ProbeRule.OfLayers with { Granularity = granularity },
            OnObserve = (context, _) => context.Open(ProbeRule.Ill(0, Severity.Warning, "", layers.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
        };

        Assert.Equal(expected, string.Join(' ', Assert.Single(RuleVerifier.Run(rule, Trace.Of(Metric.OutputMean, "relu", 1))).Layers));
    }

    private static Symptom Part(long? first, long last, long? recovered, Severity severity, double confidence, double number) => new()
    {
        Severity = severity,
        Confidence = confidence,
        FirstStep = first,
        LastStep = last,
        RecoveredAt = recovered,
        Evidence = [new Evidence("number", null, first, number, null, ">")],
        Values = new Dictionary<string, double> { ["number"] = number },
    };
}
