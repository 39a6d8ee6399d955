using TrainingDoctor.Rules.Operation;

namespace TrainingDoctor.Tests.Operation;

/// <summary>What is made of a judgement by one's own good runs (TD8521), whatever they were and however they judge.</summary>
public sealed class LearntNormalityTests
{
    private static readonly NormalDeparture Departure = new()
    {
        Metric = Metric.GradientNorm,
        Scope = "fc1.weight",
        Name = "gradient_norm of fc1.weight",
        IsRelation = false,
        FirstStep = 40,
        LastStep = 63,
        Count = 24,
        Value = 3,
        Typical = 1,
        Low = 0.5,
        High = 2,
        FalseDiscoveryRate = 0.125,
        IsBetter = false,
    };

    [Theory]
    [InlineData("what goes in", Metric.InputMean, 3, Cause.UnscaledData)]
    [InlineData("a rate that is larger", Metric.LearningRate, 3, Cause.LearningRateTooHigh)]
    [InlineData("larger updates", Metric.UpdateRatio, 3, Cause.LearningRateTooHigh)]
    [InlineData("smaller updates", Metric.UpdateRatio, 0.25, Cause.LearningRateTooLow)]
    [InlineData("the usual gradient, outside all the same", Metric.GradientNorm, 1, Cause.LearningRateTooLow)]
    [InlineData("a validation", Metric.ValidationLoss, 3, Cause.MismatchedPreprocessing)]
    [InlineData("a larger loss", Metric.Loss, 3, Cause.WrongLoss)]
    [InlineData("what a layer puts out", Metric.OutputMean, 3, Cause.PoorInitialization)]
    public void TheCauseFollowsWhatDeparts(string name, Metric metric, double value, Cause expected)
    {
        var finding = Assert.Single(Judge(name, 1, _ => new NormalJudgement(4, 3, [Departure with { Metric = metric, Value = value }])));

        Assert.Contains(finding.Causes, cause => cause.Cause == expected);
        Assert.Equal(value > 1 ? (">", 2.0) : ("<", 0.5), (finding.Evidence[0].Comparison, finding.Evidence[0].Limit!.Value));
        Assert.Equal(MetricCatalog.NameOf(metric), finding.Evidence[0].Metric);
    }

    [Theory]
    [InlineData("one good run", 1, 24, false, "First over steps 40 to 63, gradient_norm of fc1.weight is 3 on average, where the good run had 1; 1 more of 4 series are outside too.")]
    [InlineData("three good runs", 3, 24, false, "First over steps 40 to 63, gradient_norm of fc1.weight is 3 on average, where 3 good runs had 1 (0.5 to 2); 1 more of 4 series are outside too.")]
    [InlineData("a single measurement", 1, 1, false, "First at step 63, gradient_norm of fc1.weight is 3, where the good run had 1; 1 more of 4 series are outside too.")]
    [InlineData("a relation of single measurements", 1, 1, true, "First over steps 40 to 63, gradient_norm of fc1.weight is 3 on average, where the good run had 1; 1 more of 4 series are outside too.")]
    public void ItIsToldWhatItIsHeldAgainst(string name, int runs, int count, bool isRelation, string message)
    {
        var leading = Departure with { Count = count, IsRelation = isRelation };
        var finding = Assert.Single(Judge(name, runs, _ => new NormalJudgement(4, 3, [leading, Departure])));

        Assert.Equal(message, finding.Message.ToString());
        Assert.Equal((isRelation ? leading.Name : "gradient_norm", count == 1 ? null : (long?)24, count == 1 ? null : (long?)40), (finding.Evidence[0].Metric, finding.Evidence[0].MeanOf, finding.Evidence[0].FromStep));
        Assert.Equal(("fc1.weight", "fc1.weight"), (finding.Evidence[0].Layer, Assert.Single(finding.Layers)));
    }

    [Theory]
    [InlineData("no other", 1, "no other of 4 series is outside")]
    [InlineData("two others", 3, "2 more of 4 series are outside too")]
    public void OthersAreCounted(string name, int departures, string expected) =>
        Assert.Contains(expected, Assert.Single(Judge(name, 1, _ => new NormalJudgement(4, 3, [.. Enumerable.Repeat(Departure, departures)]))).Message.ToString(), StringComparison.Ordinal);

    [Fact]
    public void WhatDepartsInTheWholeRunNamesNoLayer()
    {
        var finding = Assert.Single(Judge("the run", 1, _ => new NormalJudgement(4, 3, [Departure with { Metric = Metric.Loss, Scope = string.Empty, Name = "loss" }])));

        Assert.Empty(finding.Layers);
        Assert.Null(finding.Evidence[0].Layer);
    }

    /// <summary>What is better than in any good run is worth a look, and leads only where nothing else departs.</summary>
    [Theory]
    [InlineData("better alone", true, true, Severity.Info, 3)]
    [InlineData("the first is better", true, false, Severity.Warning, 5)]
    public void WhatIsBetterIsARemark(string name, bool first, bool second, Severity expected, double value)
    {
        var finding = Assert.Single(Judge(name, 1, _ => new NormalJudgement(4, 3, [Departure with { IsBetter = first }, Departure with { IsBetter = second, Value = 5 }])));

        Assert.Equal((expected, value), (finding.Severity, finding.Evidence[0].Value));
    }

    /// <summary>What was a remark on the way becomes a warning by what departs later; what was a warning stays what it was.</summary>
    [Theory]
    [InlineData("a remark becomes a warning", true, false, Severity.Warning, 7, "fc2.weight")]
    [InlineData("a warning stays one", false, true, Severity.Warning, 3, "fc1.weight")]
    [InlineData("a warning stays the same beside another", false, false, Severity.Warning, 3, "fc1.weight")]
    [InlineData("a remark stays the same beside another", true, true, Severity.Info, 3, "fc1.weight")]
    public void TheMoreSeriousDepartureLeads(string name, bool isBetterFirst, bool isBetterLater, Severity expected, double value, string layer)
    {
        var later = Departure with { Scope = "fc2.weight", Value = 7, IsBetter = isBetterLater };
        var finding = Assert.Single(Judge(name, 1, rate => new NormalJudgement(4, 3, [rate < 0.01 ? Departure with { IsBetter = isBetterFirst } : later])));

        Assert.Equal((expected, value, layer), (finding.Severity, finding.Evidence[0].Value, Assert.Single(finding.Layers)));
    }

    [Theory]
    [InlineData("a sure departure", 0.125, 0.875)]
    [InlineData("an unsure one", 0.75, 0.5)]
    public void TheConfidenceIsWhatIsNotFalse(string name, double rate, double expected) =>
        Assert.Equal(expected, Assert.Single(Judge(name, 1, _ => new NormalJudgement(4, 3, [Departure with { FalseDiscoveryRate = rate }]))).Confidence);

    [Theory]
    [InlineData("as many phases as are needed", 3, 1, RuleOutcome.Found)]
    [InlineData("one phase less", 2, 1, RuleOutcome.NotEvaluated)]
    [InlineData("nothing departs", 3, 0, RuleOutcome.Passed)]
    public void TooFewPhasesTellNothing(string name, int phases, int departures, RuleOutcome expected) =>
        Assert.Equal(expected, Status(name, 1, _ => new NormalJudgement(4, phases, [.. Enumerable.Repeat(Departure, departures)])).Outcome);

    [Fact]
    public void TheReasonSaysWhatIsMissing()
    {
        Assert.StartsWith("no good runs", RuleVerifier.Status(new OutsideLearntNormality(new()), Losses(40), new RunDescription { Name = "none" }).Reason!.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("nothing that was measured", Status("no series", 1, _ => new NormalJudgement(0, 0, [])).Reason!.ToString(), StringComparison.Ordinal);
        Assert.Equal("needs 3 phases of training in common with the good runs, had 2", Status("few phases", 1, _ => new NormalJudgement(1, 2, [])).Reason!.ToString());
    }

    /// <summary>A run is looked at after 32 steps and then after twice as many each time, with less that may be false than at its end.</summary>
    [Theory]
    [InlineData(32, new[] { 0.05 })]
    [InlineData(33, new[] { 0.002, 0.05 })]
    [InlineData(64, new[] { 0.002, 0.05 })]
    [InlineData(65, new[] { 0.002, 0.002, 0.05 })]
    [InlineData(200, new[] { 0.002, 0.002, 0.002, 0.05 })]
    public void LooksGetRarer(int steps, double[] expected)
    {
        var normal = new Prepared(1, _ => new NormalJudgement(4, 3, []));

        RuleVerifier.Status(new OutsideLearntNormality(new()) { Normal = normal }, Losses(steps), new RunDescription { Name = "looks" });

        Assert.Equal(expected, normal.Rates);
        Assert.Equal(steps, normal.Measurements);
    }

    private static IReadOnlyList<Finding> Judge(string name, int runs, Func<double, NormalJudgement> judge) =>
        RuleVerifier.Run(new OutsideLearntNormality(new()) { Normal = new Prepared(runs, judge) }, Losses(80), new RunDescription { Name = name });

    private static RuleStatus Status(string name, int runs, Func<double, NormalJudgement> judge) =>
        RuleVerifier.Status(new OutsideLearntNormality(new()) { Normal = new Prepared(runs, judge) }, Losses(80), new RunDescription { Name = name });

    private static Trace Losses(int steps) => Trace.Of(Metric.Loss, Enumerable.Range(0, steps).Select(step => 2 - (step / 200.0)));

    /// <summary>Good runs whose judgement is prepared; it notes how it was asked for by the last that followed it.</summary>
    private sealed class Prepared(int runs, Func<double, NormalJudgement> judge) : INormalRuns
    {
        public int RunCount => runs;

        public List<double> Rates { get; } = [];

        public int Measurements { get; private set; }

        public INormalComparison Follow(ScopeTable scopes)
        {
            Rates.Clear();
            Measurements = 0;
            return new Comparison(this, judge);
        }

        private sealed class Comparison(Prepared asked, Func<double, NormalJudgement> judge) : INormalComparison
        {
            public void Observe(in Measurement measurement) => asked.Measurements++;

            public NormalJudgement Judge(RunDescription run, double falseDiscoveryRate)
            {
                asked.Rates.Add(falseDiscoveryRate);
                return judge(falseDiscoveryRate);
            }
        }
    }
}
