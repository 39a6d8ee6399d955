using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Activations;

/// <summary>TD3005: NaN or infinite values first seen in the output of a layer.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class NonFiniteActivation(NonFiniteActivationOptions options) : Rule<NonFiniteActivationOptions>(options)
{
    private const string BadWeights = "bad-weights";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD3005",
        Name = "non-finite-activation",
        Category = RuleCategory.Activations,
        Severity = Severity.Error,
        Summary = $"The output of a layer holds NaN or infinite values.",
        Explanation = $"Every output is counted for NaN and infinities. The first layer in the order of calls that has any, at the first step that has any, is where the forward pass broke. "
            + $"It is an error when the loss of the step is not finite either; masks with infinities that softmax takes out again are info.",
        Why = $"One NaN makes every output, gradient and weight behind it NaN.",
        Inputs = [Metric.OutputNonFiniteCount, Metric.WeightNonFiniteCount, Metric.CallOrder, Metric.Loss],
        RequiredInputs = [Metric.OutputNonFiniteCount],
        Granularity = ScopeKind.Run,
        Causes = [Cause.NumericOverflow, Cause.LearningRateTooHigh, Cause.CorruptData, Cause.PoorInitialization, Cause.UnscaledData],
        Remedies =
        [
            new($"Keep logarithms, exponentials, divisions and roots inside their domain.", $"They give NaN or infinity at once outside of it."),
            new($"Lower the learning rate, or move to GELU or SiLU with a lower one.", $"Weights that grow drive outputs out of range."),
        ],
        Sources = [RemedySources.Article, "DeepLocalize (ICSE 2021): numerical errors", "Hugging Face DebugUnderflowOverflow"],
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
        long? step = symptom.FirstStep;
        bool badInput = facts.Of(Metric.InputNonFiniteCount) is { Maximum: > 0 };
        bool badWeights = symptom.Values.ContainsKey(BadWeights);
        bool grew = facts.Of(Metric.GlobalGradientNorm) is { } norm && norm.Maximum > 100 * norm.First
            || facts.Of(Metric.GlobalUpdateRatio) is { Maximum: > 0.5 }
            || facts.Of(Metric.Loss) is { } loss && loss.Maximum > 10 * Math.Abs(loss.First);
        List<CauseLikelihood> causes = badInput ? [new(Cause.CorruptData, 0.9)]
            : grew || badWeights ? [new(Cause.LearningRateTooHigh, 0.65), new(Cause.NumericOverflow, 0.2), new(Cause.UnscaledData, 0.1)]
            : [new(Cause.NumericOverflow, 0.65), new(Cause.PoorInitialization, 0.15), new(Cause.LearningRateTooHigh, 0.15)];
        var remedies = new List<Remedy> { LearningRateRemedies.Lower(facts, 0.1), ActivationRemedies.Gelu(ModelFacts.HiddenPaths(facts)), LearningRateRemedies.Clip(facts) };
        remedies.Insert(causes[0].Cause == Cause.LearningRateTooHigh ? 3 : 0, badInput ? DataRemedies.Clean() : DataRemedies.GuardDomain());
        remedies.InsertRange(badInput ? 1 : 0, FineTuningRemedies.ForBrokenNumbers(facts));
        return new Diagnosis(
            $"The output of {symptom.Layers[0]} became NaN or infinite",
            badWeights
                ? (Text)$"At step {step} the output of {symptom.Layers[0]} held {Quotation.Values(symptom.Evidence[0].Value)} that are NaN or infinite, the first layer of the forward pass to do so; weights had become so before."
                : $"At step {step} the output of {symptom.Layers[0]} held {Quotation.Values(symptom.Evidence[0].Value)} that are NaN or infinite, the first layer of the forward pass to do so; no weight was seen to be so before.",
            causes,
            CauseAnswers.First(causes[0].Cause, remedies));
    }

    private sealed class Evaluator(RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, 1) { Opening = Severity.Info, Confidence = 1 };
        private readonly List<(int Scope, double Count)> _broken = [];
        private readonly Statistics.PerScope<int> _order = new();
        private long _weightsBrokenAt = long.MaxValue;
        private bool _measured;
        private bool _lossSeen;
        private bool _lossBroken;

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.Loss when measurement.Scope == ScopeTable.Run:
                    _lossSeen = true;
                    _lossBroken = !double.IsFinite(measurement.Value);
                    break;
                case Metric.WeightNonFiniteCount:
                    _weightsBrokenAt = measurement.Value > 0 ? Math.Min(_weightsBrokenAt, measurement.Step) : _weightsBrokenAt;
                    break;
                case Metric.CallOrder:
                    _order[measurement.Scope] = 1 + (int)Math.Clamp(measurement.Value, 0, int.MaxValue - 1);
                    break;
                case Metric.OutputNonFiniteCount:
                    _measured = true;
                    if (measurement.Value > 0)
                    {
                        _broken.Add((measurement.Scope, measurement.Value));
                    }

                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (_measured)
            {
                if (_broken.Count > 0 && _tracker.Symptom is null)
                {
                    var layers = _broken.OrderBy(item => Place(item.Scope)).ThenBy(item => context.Facts.Scopes[item.Scope].Name, StringComparer.Ordinal).ToList();
                    var symptom = _tracker.Extend(step, new Reading(Metric.OutputNonFiniteCount, layers[0].Count, 0, ">", context.Facts.Scopes[layers[0].Scope].Name));
                    if (_weightsBrokenAt < step)
                    {
                        symptom.Values[BadWeights] = _weightsBrokenAt;
                    }

                    symptom.Layers = [.. layers.Select(item => context.Facts.Scopes[item.Scope].Name)];
                }

                _tracker.Observe(step, _broken.Count > 0, new Reading(Metric.OutputNonFiniteCount, 0, 0, ">"));
                if (_broken.Count > 0 && _lossBroken)
                {
                    _tracker.Raise(Severity.Error, 1);
                }
            }

            (_measured, _lossBroken) = (false, false);
            _broken.Clear();
        }

        public override void Complete()
        {
            if (!_lossSeen)
            {
                _tracker.Raise(Severity.Warning, 1);
            }
        }

        /// <summary>Layers in the order of their first call; what was never placed, such as the model's own output, comes last.</summary>
        private int Place(int scope)
        {
            int place = _order[scope];
            if (place > 0)
            {
                return place;
            }

            var layers = context.Run.Model?.Layers ?? [];
            for (int i = 0; i < layers.Count; i++)
            {
                if (layers[i].Path == context.Facts.Scopes[scope].Name)
                {
                    return 1 + i;
                }
            }

            return int.MaxValue;
        }
    }
}

/// <summary>Options of <see cref="NonFiniteActivation"/>; there are none: a single NaN is one too many.</summary>
public sealed class NonFiniteActivationOptions;
