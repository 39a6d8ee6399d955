using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1011: tokens that only fill rows up are counted in the loss.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class PaddingInLoss(PaddingInLossOptions options) : Rule<PaddingInLossOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1011",
        Name = "padding-in-loss",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"Tokens that only fill rows up are counted in the loss.",
        Explanation = $"In rows of tokens of different lengths the end of inputs and targets is one token, repeated. What of it the loss counts is known where the loss says what it leaves out, or where its value is recognised. The rule fires when a good part of the targets that count is such filling.",
        Why = $"Filling is learnt at once and makes the loss small; the rest is learnt slowly, and the loss says little of it.",
        Inputs = [Metric.TargetPaddingFraction],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LabelError, Cause.WrongLoss],
        Remedies =
        [
            new($"Give the loss the token as ignore_index, or replace it in the targets by -100.", $"Only real tokens then count."),
        ],
        Sources = ["PyTorch documentation: CrossEntropyLoss, ignore_index", "PyTorch tutorial: translation with padded batches"],
        Limitations = $"Where the token that fills up also ends sentences, its first occurrence must go on counting.",
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
        double share = symptom.Evidence[0].Value;
        return new Diagnosis(
            $"Padding is counted in the loss ({share:P0} of the targets)",
            $"From step {symptom.FirstStep} to step {symptom.LastStep} up to {share:P0} of the targets that count in the loss only fill rows up (limit {symptom.Evidence[0].Limit:P0}).",
            [new(Cause.WrongLoss, 0.5), new(Cause.LabelError, 0.45)],
            [
                new Remedy
                {
                    Title = $"Let the loss ignore the token that fills rows up",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "CrossEntropyLoss(ignore_index: padding)" }],
                    Rationale = $"The mean is then one over real tokens.",
                    Caveat = $"The loss will look higher than before; it is the same model, measured on what matters.",
                    Code = "var criterion = nn.CrossEntropyLoss(ignore_index: padding);",
                    Sources = ["PyTorch documentation: CrossEntropyLoss, ignore_index"],
                },
            ]);
    }

    private sealed class Evaluator(PaddingInLossOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, options.Patience);

        public override void Observe(in Measurement measurement) =>
            _tracker.Observe(measurement.Step, measurement.Value > options.MaximumFraction, new Reading(measurement.Metric, measurement.Value, options.MaximumFraction, ">"));
    }
}

/// <summary>Thresholds of <see cref="PaddingInLoss"/>.</summary>
public sealed class PaddingInLossOptions
{
    /// <summary>Gets or sets the share of the counted targets that may be filling.</summary>
    /// <value>The default is 0.15: below it the loss is moved little; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumFraction { get; set; } = 0.15;

    /// <summary>Gets or sets how many batches in a row it takes.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
