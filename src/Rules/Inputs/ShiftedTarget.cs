using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1010: targets of a sequence are shifted by another number of places than one.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ShiftedTarget(ShiftedTargetOptions options) : Rule<ShiftedTargetOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1010",
        Name = "shifted-target",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"Targets of a sequence are shifted by another number of places than one.",
        Explanation = $"Tokens that go in are laid beside those that should come out. The target of a place should be the token one place on; the rule fires when it is the token two or more places on, or the one before, in several batches.",
        Why = $"The model learns to skip a token: its loss looks reasonable, and what it writes is garbled.",
        Inputs = [Metric.TargetShift],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LabelError],
        Remedies =
        [
            new($"Shift once: in the data set or in the loss, not in both.", $"Libraries that take labels often shift them themselves."),
        ],
        Sources = ["Hugging Face documentation: labels are shifted inside the model", "Vaswani et al. 2017, Attention is all you need, NeurIPS, https://arxiv.org/abs/1706.03762: outputs are shifted by one place"],
        Limitations = $"Models that predict several tokens ahead on purpose look the same.",
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
        int places = (int)symptom.Evidence[0].Value;
        return new Diagnosis(
            $"Targets are shifted by {places} places",
            $"From step {symptom.FirstStep} to step {symptom.LastStep} every target equalled the token {places} places on from its own (1 is the next token).",
            [new(Cause.LabelError, 0.9)],
            [
                new Remedy
                {
                    Title = $"Shift targets by one place, once",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.CleanData }],
                    Rationale = places > 1 ? $"The data set or the tokenizer has shifted already, and the loop or the model shifts again." : (Text)$"Inputs and targets were exchanged, or shifted the wrong way.",
                    Caveat = $"Look at one sample, decoded, with its target beneath.",
                    Code = "var (x, y) = (tokens[.., ..^1], tokens[.., 1..]);",
                    Sources = ["Hugging Face documentation: labels are shifted inside the model"],
                },
            ]);
    }

    private sealed class Evaluator(ShiftedTargetOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, options.Patience) { Confidence = 0.95 };

        public override void Observe(in Measurement measurement) =>
            _tracker.Observe(measurement.Step, measurement.Value is > 1 or < 0, new Reading(measurement.Metric, measurement.Value, 1, "!="));
    }
}

/// <summary>Thresholds of <see cref="ShiftedTarget"/>.</summary>
public sealed class ShiftedTargetOptions
{
    /// <summary>Gets or sets how many batches in a row it takes.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
