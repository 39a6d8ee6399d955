using TrainingDoctor.Rules.Activations;

namespace TrainingDoctor.Tests.Engine;

/// <summary>A rule that does what a test tells it, so that the engine around it is seen.</summary>
internal sealed class ProbeRule : Rule
{
    /// <summary>Gets what is known of it: it takes the loss of a run.</summary>
    public static RuleDescriptor Plain { get; } = DeadUnits.Metadata with
    {
        Id = "TD9990",
        Name = "probe",
        Category = RuleCategory.Loss,
        Granularity = ScopeKind.Run,
        Inputs = [Metric.Loss],
        RequiredInputs = [Metric.Loss],
    };

    /// <summary>Gets the same of each layer's mean output.</summary>
    public static RuleDescriptor OfLayers { get; } = Plain with { Granularity = ScopeKind.Layer, Inputs = [Metric.OutputMean], RequiredInputs = [Metric.OutputMean] };

    public RuleDescriptor Known { get; init; } = Plain;

    public IReadOnlyList<Metric>? Taken { get; init; }

    public Action<RuleContext>? OnBegin { get; init; }

    public Action<RuleContext, Measurement>? OnObserve { get; init; }

    public Action<RuleContext, long>? OnStep { get; init; }

    public Action<RuleContext>? OnComplete { get; init; }

    public Func<RuleContext, Text?> Why { get; init; } = _ => null;

    public Func<Symptom, Diagnosis> Say { get; init; } = _ => new Diagnosis($"t", $"m", [], []);

    public override RuleDescriptor Descriptor => Known;

    public override IReadOnlyList<Metric> Observed => Taken ?? base.Observed;

    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(this, context);

    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts) => Say(symptom);

    /// <summary>Makes a symptom at a step.</summary>
    public static Symptom Ill(long? step, Severity severity = Severity.Warning, string variant = "", params string[] layers) =>
        new() { Severity = severity, Variant = variant, FirstStep = step, LastStep = step, Layers = layers, Evidence = [] };

    private sealed class Evaluator(ProbeRule rule, RuleContext context) : RuleEvaluator
    {
        public override Text? WhyNotEvaluated => rule.Why(context);

        public override void Begin() => rule.OnBegin?.Invoke(context);

        public override void Observe(in Measurement measurement) => rule.OnObserve?.Invoke(context, measurement);

        public override void StepCompleted(long step) => rule.OnStep?.Invoke(context, step);

        public override void Complete() => rule.OnComplete?.Invoke(context);
    }
}
