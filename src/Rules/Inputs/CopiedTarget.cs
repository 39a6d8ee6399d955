using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1009: the target stands among the inputs.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class CopiedTarget(CopiedTargetOptions options) : Rule<CopiedTargetOptions>(options)
{
    private const string Sequence = "sequence";
    private const string Feature = "feature";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1009",
        Name = "copied-target",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"The target stands among the inputs.",
        Explanation = $"Tokens that go in are laid beside those that should come out, place by place; and the target of a table is correlated with every feature. The rule fires when each target equals the token at its own place, or follows exactly from one feature, in several batches.",
        Why = $"The model is asked for what it is given. It is soon perfect, and knows nothing of the task.",
        Inputs = [Metric.TargetShift, Metric.TargetFeatureCorrelation],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.DataLeak, Cause.LabelError],
        Remedies =
        [
            new($"Shift the targets by one place: y = tokens[.., 1..], x = tokens[.., ..^1].", $"A language model then predicts what comes next."),
            new($"Take the target, and what is computed from it, out of the features.", $"In use it will not be known."),
        ],
        Sources = ["Kaufman et al. 2012, Leakage in data mining, ACM TKDD 6, https://doi.org/10.1145/2382577.2382579", "Vaswani et al. 2017, Attention is all you need, NeurIPS, https://arxiv.org/abs/1706.03762: outputs are shifted by one place"],
        Limitations = $"An autoencoder of tokens is asked for its inputs on purpose.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        bool isSequence = symptom.Variant == Sequence;
        return isSequence
            ? new Diagnosis(
                $"Targets are the inputs themselves, not the next tokens",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} every target equalled the token that goes in at the same place.",
                [new(Cause.DataLeak, 0.6), new(Cause.LabelError, 0.35)],
                [Shift()])
            : new Diagnosis(
                $"One feature is the target",
                $"In every batch looked at from step {symptom.FirstStep} to step {symptom.LastStep} one feature followed the target exactly: the correlation was {symptom.Evidence[0].Limit:G9} or more.",
                [new(Cause.DataLeak, 0.9), new(Cause.LabelError, 0.05)],
                [Remove()]);
    }

    private static Remedy Shift() => new()
    {
        Title = $"Shift the targets by one place",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"The model sees the token at its own place, so that the question must be about the next.",
        Caveat = $"Shift once: in the data set or in the loss, not in both.",
        Code = "var (x, y) = (tokens[.., ..^1], tokens[.., 1..]);",
        Sources = ["Vaswani et al. 2017, Attention is all you need, NeurIPS, https://arxiv.org/abs/1706.03762: outputs are shifted by one place"],
    };

    private static Remedy Remove() => new()
    {
        Title = $"Take the target out of the features",
        Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
        Rationale = $"A model that is given its answer learns to hand it on, and fails where the answer is not known.",
        Caveat = $"Look for features that are computed from the target or known only after it, too.",
        Code = "x = x.index_select(1, featuresWithoutTarget);",
        Sources = ["Kaufman et al. 2012, Leakage in data mining, ACM TKDD 6, https://doi.org/10.1145/2382577.2382579"],
    };

    private sealed class Evaluator(CopiedTargetOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _sequence = new(context, options.Patience, Sequence);
        private readonly SymptomTracker _feature = new(context, options.FeaturePatience, Feature) { Confidence = 0.95 };

        public override Text? WhyNotEvaluated => _sequence.Samples + _feature.Samples > 0 ? null : (Text)$"not measured: tokens with tokens as targets, or features with one target";

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.TargetFeatureCorrelation)
            {
                _feature.Observe(measurement.Step, measurement.Value >= options.MinimumCorrelation, new Reading(measurement.Metric, measurement.Value, options.MinimumCorrelation, ">="));
            }
            else if (context.Run.Task != TrainingTask.Reconstruction)
            {
                _sequence.Observe(measurement.Step, measurement.Value == 0, new Reading(measurement.Metric, measurement.Value, 1, "<"));
            }
        }
    }
}

/// <summary>Thresholds of <see cref="CopiedTarget"/>.</summary>
public sealed class CopiedTargetOptions
{
    /// <summary>Gets or sets how many batches of tokens in a row it takes.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;

    /// <summary>Gets or sets how many batches of features in a row it takes.</summary>
    /// <value>The default is 10, so that few rows cannot agree by chance; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int FeaturePatience { get; set; } = 10;

    /// <summary>Gets or sets the magnitude of the correlation from which on a feature is the target.</summary>
    /// <value>The default is 0.999999: equal but for rounding; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumCorrelation { get; set; } = 0.999999;
}
