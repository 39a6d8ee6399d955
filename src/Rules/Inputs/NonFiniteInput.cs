using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1001: NaN or infinite values in a batch, before the first layer.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class NonFiniteInput(NonFiniteInputOptions options) : Rule<NonFiniteInputOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1001",
        Name = "non-finite-input",
        Category = RuleCategory.Inputs,
        Severity = Severity.Error,
        Summary = $"A batch holds NaN or infinite values before it meets the first layer.",
        Explanation = $"Every measured batch is counted for NaN and infinities. One that has any is a warning, and an error when the loss of the same step, or at the end, is not finite.",
        Why = $"A NaN in the input becomes NaN in the loss, in every gradient and, after the step, in every weight.",
        Inputs = [Metric.InputNonFiniteCount, Metric.Loss],
        RequiredInputs = [Metric.InputNonFiniteCount],
        Granularity = ScopeKind.Run,
        Causes = [Cause.CorruptData, Cause.NumericOverflow],
        Remedies =
        [
            new($"Remove or repair the samples that hold NaN or infinities.", $"A missing value must not reach the network as a number that is none."),
        ],
        Sources = ["UMLAUT (CHI 2021): NaN in input", "DeepLocalize (ICSE 2021)"],
        Limitations = $"A first layer of your own that replaces NaN on purpose is harmless; the loss is then finite and the finding stays a warning.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var worst = symptom.Evidence[0];
        return new Diagnosis(
            $"The input holds NaN or infinite values",
            $"{Quotation.Span(symptom, facts, Metric.InputNonFiniteCount)} batches held values that are NaN or infinite, at most {Quotation.Values(worst.Value)} in one batch, that of step {worst.Step}.",
            [new(Cause.CorruptData, 0.9), new(Cause.NumericOverflow, 0.05)],
            [DataRemedies.Clean(), DataRemedies.GuardDomain()]);
    }

    private sealed class Evaluator(RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, 1) { Confidence = 1 };
        private double _count = double.NaN;
        private bool _lossBroken;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.InputNonFiniteCount)
            {
                _count = measurement.Value;
            }
            else if (measurement.Scope == ScopeTable.Run)
            {
                _lossBroken |= !double.IsFinite(measurement.Value);
            }
        }

        public override void StepCompleted(long step)
        {
            if (!double.IsNaN(_count) && _tracker.Observe(step, _count > 0, new Reading(Metric.InputNonFiniteCount, _count, 0, ">")) && _lossBroken)
            {
                _tracker.Raise(Severity.Error, 1);
            }

            (_count, _lossBroken) = (double.NaN, false);
        }

        public override void Complete()
        {
            if (context.Facts.Of(Metric.Loss) is { } loss && !double.IsFinite(loss.Last))
            {
                _tracker.Raise(Severity.Error, 1);
            }
        }
    }
}

/// <summary>Options of <see cref="NonFiniteInput"/>; there are none: a single NaN is one too many.</summary>
public sealed class NonFiniteInputOptions;
