using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Tests.Engine;
using TrainingDoctor.Tests.Structure;

namespace TrainingDoctor.Tests.Evaluation;

/// <summary>When a structure is looked at, and what becomes of a forecast while the training goes on and at its end.</summary>
public sealed class StructureRuleTests
{
    private static readonly RunDescription Modelled = new() { Model = Piece.Sequence(Piece.Linear(2, 3), Piece.Of(ActivationKind.ReLU)) };

    [Fact]
    public void AModelIsLookedAtThreeTimes()
    {
        var rule = new ProbeStructure();

        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(rule, Measured.Steady(Metric.Loss, 1), Modelled).Outcome);
        Assert.Equal([StructureMoment.Attached, StructureMoment.FirstStep, StructureMoment.End], rule.Moments);
    }

    /// <summary>What was reported before may become more severe, never less, and is not reported again; another layer is.</summary>
    [Theory]
    [InlineData(Severity.Info, Severity.Warning, Severity.Warning, 0.3)]
    [InlineData(Severity.Warning, Severity.Info, Severity.Warning, 0.1)]
    [InlineData(Severity.Warning, Severity.Warning, Severity.Warning, 0.1)]
    public void ALaterLookMayBeMoreSevere(Severity first, Severity last, Severity expected, double confidence)
    {
        var rule = new ProbeStructure
        {
            OnInspect = view => view.Moment == StructureMoment.FirstStep ? [] : [Ill(view.Moment == StructureMoment.Attached ? first : last, view.Moment == StructureMoment.Attached ? 0.1 : 0.3)],
        };

        var finding = Assert.Single(RuleVerifier.Run(rule, Measured.Steady(Metric.Loss, 1), Modelled));

        Assert.Equal((expected, confidence), (finding.Severity, finding.Confidence));
        Assert.Equal("0", Assert.Single(finding.Layers));
    }

    [Fact]
    public void AnotherLayerOrKindIsReported()
    {
        var rule = new ProbeStructure
        {
            OnInspect = view => [ProbeRule.Ill(null, Severity.Warning, "x", "0"), .. view.Moment == StructureMoment.End ? new[] { ProbeRule.Ill(null, Severity.Warning, "x", "1"), ProbeRule.Ill(null, Severity.Warning, "y", "0") } : []],
        };

        Assert.Equal(["0 1", "0"], RuleVerifier.Run(rule, Measured.Steady(Metric.Loss, 1), Modelled).Select(finding => string.Join(' ', finding.Layers)));
    }

    /// <summary>What is feared of a start is a remark while it is early; training that goes well leaves it one, or what the rule says.</summary>
    [Theory]
    [InlineData("falling", null, Severity.Info)]
    [InlineData("falling", Severity.Warning, Severity.Warning)]
    [InlineData("standing", null, Severity.Error)]
    [InlineData("short", null, Severity.Error)]
    public void TheTrainingDecidesOnAForecast(string course, Severity? afterwards, Severity expected)
    {
        var loss = course switch { "falling" => Enumerable.Range(0, 60).Select(step => 2 * Math.Exp(-step / 10.0)), "standing" => Enumerable.Repeat(2.0, 60), _ => Enumerable.Repeat(2.0, 5) };
        var rule = new ProbeStructure { IsFeared = true, OnInspect = _ => [Ill(Severity.Error, 0.9)], Afterwards = afterwards };
        var run = new EngineRun(new ConfiguredRule(rule)).Begin(Modelled);
        Assert.Equal(Severity.Info, Assert.Single(run.Opened).Severity);

        Assert.Equal(expected, Assert.Single(run.Feed(Trace.Of(Metric.Loss, loss)).Engine.Diagnose().Findings).Severity);
    }

    /// <summary>A training that does not move says so from its 256th step on, whenever the run has doubled, and not before.</summary>
    [Theory]
    [InlineData(256, true, false)]
    [InlineData(257, true, true)]
    [InlineData(257, false, false)]
    public void ABadTrainingConfirmsAForecastOnTheWay(int steps, bool isBad, bool isOpen)
    {
        var rule = new ProbeStructure { IsFeared = true, OnInspect = _ => [Ill(Severity.Error, 0.9)] };
        var run = new EngineRun(new ConfiguredRule(rule)).Begin(Modelled);

        run.Feed(Trace.Of(Metric.Loss, Enumerable.Range(0, steps).Select(step => isBad ? 2.0 : 2 - (0.005 * step))));

        Assert.Equal(isOpen, run.Engine.HasOpen(Severity.Error));
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(512, false)]
    [InlineData(513, true)]
    public void AForecastIsAskedForWhenTheRunHasDoubled(int steps, bool isOpen)
    {
        var rule = new ProbeStructure { IsFeared = true, OnInspect = _ => [Ill(Severity.Error, 0.9)] };
        var run = new EngineRun(new ConfiguredRule(rule)).Begin(Modelled);

        // It falls until it was looked at, and stands far longer.
        run.Feed(Trace.Of(Metric.Loss, Enumerable.Range(0, steps).Select(step => step < 257 ? 2 - (0.005 * step) : 2.0)));

        Assert.Equal(isOpen, run.Engine.HasOpen(Severity.Error));
    }

    /// <summary>A run is looked at as a whole where the structure showed nothing, with a model and without.</summary>
    [Theory]
    [InlineData(true, false, "model")]
    [InlineData(false, false, "log")]
    [InlineData(true, true, "structure")]
    public void TheRunIsLookedAtWhereTheStructureShowedNothing(bool hasModel, bool isIll, string expected)
    {
        var rule = new ProbeStructure
        {
            OnInspect = _ => isIll ? [ProbeRule.Ill(null, Severity.Warning, "structure")] : [],
            OnInspectRun = view => [ProbeRule.Ill(null, Severity.Warning, view is null ? "log" : view.Moment == StructureMoment.End ? "model" : "early")],
        };

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(rule, Measured.Steady(Metric.Loss, 1), hasModel ? Modelled : new RunDescription())).Title.ToString());
    }

    [Theory]
    [InlineData(true, "no such layer")]
    [InlineData(false, "no such loss")]
    public void WhyItWasNotJudgedIsTold(bool hasModel, string expected)
    {
        var rule = new ProbeStructure { WhyModel = $"no such layer", WhyRun = $"no such loss" };

        Assert.Equal(expected, RuleVerifier.Status(rule, Measured.Steady(Metric.Loss, 1), hasModel ? Modelled : new RunDescription()).Reason!.ToString());
    }

    /// <summary>Parameters are found by layer and role.</summary>
    [Fact]
    public void AViewKnowsTheParametersOfALayer()
    {
        StructureView? seen = null;
        var rule = new ProbeStructure
        {
            OnInspect = view =>
            {
                seen = view;
                return [];
            },
        };

        RuleVerifier.Run(rule, Measured.Steady(Metric.Loss, 1), Modelled);

        Assert.Equal("0.weight", seen!.WeightOf(seen.Model.Layers[0])?.Name);
        Assert.Equal("0.bias", seen.ParameterOf(seen.Model.Layers[0], ParameterRole.Bias)?.Name);
        Assert.Null(seen.WeightOf(seen.Model.Layers[1]));
        Assert.Equal(["0", "1"], Assert.Single(seen.Chains).Layers.Select(layer => layer.Path));
    }

    /// <summary>Where the structure does not tell the order of layers, what was measured does; a sequence needs no more.</summary>
    [Theory]
    [InlineData(true, "0 1")]
    [InlineData(false, "1 0")]
    public void MeasurementsTellTheOrderThatTheStructureDoesNot(bool isSequence, string expected)
    {
        Piece[] pieces = [Piece.Linear(2, 2), Piece.Of(ActivationKind.ReLU)];
        IReadOnlyList<LayerChain> chains = [];
        var rule = new ProbeStructure
        {
            OnInspect = view =>
            {
                chains = view.Chains;
                return [];
            },
        };
        var trace = Trace.Of(Metric.CallOrder, "1", 0).And(Trace.Of(Metric.CallOrder, "0", 1)).And(Trace.Of(Metric.InputOrigin, "0", 0));

        RuleVerifier.Run(rule, trace, new RunDescription { Model = isSequence ? Piece.Sequence(pieces) : Piece.Custom(pieces) });

        Assert.Equal(expected, string.Join(' ', Assert.Single(chains).Layers.Select(layer => layer.Path)));
    }

    private static Symptom Ill(Severity severity, double confidence) => new() { Severity = severity, Confidence = confidence, Layers = ["0"], Evidence = [] };

    private sealed class ProbeStructure() : StructureRule<ProbeStructure.NoOptions>(new NoOptions())
    {
        public List<StructureMoment> Moments { get; } = [];

        public Func<StructureView, IEnumerable<Symptom>> OnInspect { get; init; } = _ => [];

        public Func<StructureView?, IEnumerable<Symptom>> OnInspectRun { get; init; } = _ => [];

        public bool IsFeared { get; init; }

        public Severity? Afterwards { get; init; }

        public Text? WhyModel { get; init; }

        public Text? WhyRun { get; init; }

        public override RuleDescriptor Descriptor { get; } = ProbeRule.Plain with { Id = "TD9995", Name = "probe-structure" };

        public override Diagnosis Diagnose(Symptom symptom, RunFacts facts) => new($"{symptom.Variant}", $"m", [], []);

        internal override IEnumerable<Symptom> Inspect(StructureView view)
        {
            Moments.Add(view.Moment);
            return OnInspect(view);
        }

        internal override bool IsForecast(Symptom symptom) => IsFeared;

        internal override Severity AfterGoodTraining(Symptom symptom) => Afterwards ?? base.AfterGoodTraining(symptom);

        internal override IEnumerable<Symptom> InspectRun(StructureView? view, RunFacts facts) => OnInspectRun(view);

        internal override Text? WhyRunNotJudged(RunFacts facts) => WhyRun;

        internal override Text? WhyNotJudged(StructureView view) => WhyModel;

        internal sealed class NoOptions;
    }
}
