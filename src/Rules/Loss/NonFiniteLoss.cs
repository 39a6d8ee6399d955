using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Loss;

/// <summary>TD4001: the loss is NaN or infinite.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class NonFiniteLoss(NonFiniteLossOptions options) : Rule<NonFiniteLossOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD4001",
        Name = "non-finite-loss",
        Category = RuleCategory.Loss,
        Severity = Severity.Error,
        Summary = $"The loss is NaN or infinite.",
        Explanation = $"Every loss is looked at. One that is not finite is a warning; several, or one at the end of the run, an error. Where training goes on with finite losses and validation ends with several "
            + $"that are not, that is a warning; so are several validations that were infinite. Rows that are NaN because nothing was validated in them count for nothing.",
        Why = $"A gradient computed from such a loss makes every weight NaN, and no later step brings them back.",
        Inputs = [Metric.Loss, Metric.ValidationLoss],
        RequiredInputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.NumericOverflow, Cause.CorruptData, Cause.LabelError, Cause.PoorInitialization, Cause.UnscaledData],
        Remedies =
        [
            new($"Lower the learning rate, or warm it up.", $"Most losses become NaN because steps overshoot by more and more."),
            new($"Move to GELU or SiLU and lower the learning rate by 20 to 30 %.", $"A smooth activation has no kinks at which gradients jump."),
            new($"Clip the gradient.", $"A single steep place then moves the weights no further than any other."),
            new($"Guard logarithms, divisions and roots; remove bad samples.", $"A function outside its domain gives NaN at once."),
        ],
        Sources = [RemedySources.Article, RemedySources.Pascanu, "Lightning EarlyStopping: check_finite"],
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
        if (symptom.Values.TryGetValue("validations", out double validations))
        {
            return symptom.Values.ContainsKey("recovered")
                ? new Diagnosis(
                    $"{validations:F0} validation losses were infinite",
                    $"{validations:F0} validation losses were infinite, the first at step {symptom.FirstStep}, while the losses of training were finite.",
                    [new(Cause.LearningRateTooHigh, 0.45), new(Cause.NumericOverflow, 0.4)],
                    CauseAnswers.First(Cause.LearningRateTooHigh, [.. FineTuningRemedies.ForBrokenNumbers(facts), LearningRateRemedies.Lower(facts, 0.1), DataRemedies.GuardDomain(), LearningRateRemedies.Clip(facts)]))
                : new Diagnosis(
                $"The validation loss is {symptom.Evidence[0].Value:G3} from step {symptom.FirstStep} on",
                $"The last {validations:F0} validation losses, from step {symptom.FirstStep} to step {symptom.LastStep}, were not finite, while those of training were.",
                [new(Cause.CorruptData, 0.45), new(Cause.NumericOverflow, 0.4)],
                CauseAnswers.Ahead(Cause.CorruptData, [.. FineTuningRemedies.ForBrokenNumbers(facts), DataRemedies.Clean(), DataRemedies.GuardDomain()]));
        }

        var causes = RankCauses(symptom, facts);
        long count = facts.Of(Metric.Loss)?.NonFiniteCount ?? 0;
        return new Diagnosis(
            $"The loss became {symptom.Evidence[0].Value:G3} at step {symptom.FirstStep}",
            $"{count} of {facts.Of(Metric.Loss)?.Count} losses were not finite, the first at step {symptom.FirstStep}, the last at step {symptom.LastStep}.",
            causes,
            Prescribe(causes, facts));
    }

    /// <summary>Bad data shows in the data; overshooting shows as growth before the end; a function outside its domain shows in neither.</summary>
    private static IReadOnlyList<CauseLikelihood> RankCauses(Symptom symptom, RunFacts facts)
    {
        bool badInput = facts.Of(Metric.InputNonFiniteCount) is { Maximum: > 0 };
        bool badTarget = facts.Of(Metric.TargetNonFiniteCount) is { Maximum: > 0 };
        if (badInput || badTarget)
        {
            return [new(Cause.CorruptData, 0.85), new(Cause.LearningRateTooHigh, 0.05)];
        }

        var loss = facts.Of(Metric.Loss);
        bool atOnce = symptom.FirstStep <= facts.FirstStep + 1;
        bool grew = Grew(loss) || Grew(facts.Of(Metric.GlobalGradientNorm)) || Grew(facts.Of(Metric.GlobalWeightNorm))
            || facts.Of(Metric.GlobalUpdateRatio) is { Maximum: > 0.5 };
        bool hugeInput = facts.Of(Metric.InputAbsoluteMaximum) is { Maximum: > 1e3 };
        return (atOnce, grew, hugeInput) switch
        {
            (true, _, true) => [new(Cause.UnscaledData, 0.5), new(Cause.NumericOverflow, 0.25), new(Cause.PoorInitialization, 0.15)],
            (true, false, false) => [new(Cause.NumericOverflow, 0.5), new(Cause.PoorInitialization, 0.3), new(Cause.LearningRateTooHigh, 0.1)],
            (_, true, true) => [new(Cause.LearningRateTooHigh, 0.5), new(Cause.UnscaledData, 0.35), new(Cause.NumericOverflow, 0.1)],
            (_, true, false) => [new(Cause.LearningRateTooHigh, 0.75), new(Cause.NumericOverflow, 0.15)],
            _ => [new(Cause.NumericOverflow, 0.5), new(Cause.LearningRateTooHigh, 0.35), new(Cause.CorruptData, 0.1)],
        };
    }

    private static bool Grew(SeriesSummary? series) => series is { } s && s.First > 0 && (s.Maximum > 10 * s.First || s.NonFiniteCount < s.Count && s.Maximum > 100 * s.Minimum);

    private static IReadOnlyList<Remedy> Prescribe(IReadOnlyList<CauseLikelihood> causes, RunFacts facts)
    {
        var hidden = facts.Run.Model?.Leaves.Where(layer => layer.Activation is ActivationKind.ReLU or ActivationKind.LeakyReLU).Select(layer => layer.Path).ToList() ?? [];
        var remedies = new List<Remedy> { LearningRateRemedies.Lower(facts, 0.1), ActivationRemedies.Gelu(hidden), LearningRateRemedies.Clip(facts), LearningRateRemedies.Warmup(facts) };
        if (causes[0].Cause is Cause.CorruptData)
        {
            remedies.Insert(0, DataRemedies.Clean());
        }
        else if (causes[0].Cause is Cause.UnscaledData)
        {
            remedies.Insert(0, DataRemedies.StandardizeInputs());
        }
        else if (causes[0].Cause is Cause.NumericOverflow)
        {
            remedies.Insert(0, DataRemedies.GuardDomain());
        }

        remedies.InsertRange(causes[0].Cause is Cause.CorruptData ? 1 : 0, FineTuningRemedies.ForBrokenNumbers(facts));
        return CauseAnswers.First(causes[0].Cause, remedies);
    }

    private sealed class Evaluator(NonFiniteLossOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly UnfiniteEnd _validation = new();
        private Symptom? _symptom;
        private int _count;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Scope != ScopeTable.Run)
            {
                return;
            }

            if (measurement.Metric == Metric.ValidationLoss)
            {
                _validation.Add(measurement);
                return;
            }

            if (double.IsFinite(measurement.Value))
            {
                if (_symptom is not null && _symptom.RecoveredAt is null && _count < options.ManyLosses)
                {
                    _symptom.RecoveredAt = measurement.Step;
                }

                return;
            }

            _count++;
            _symptom ??= context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 1,
                FirstStep = measurement.Step,
                Evidence = [new Evidence("loss", null, measurement.Step, measurement.Value, null, "!=")],
            });
            _symptom.LastStep = measurement.Step;
            _symptom.RecoveredAt = null;
            if (_count >= options.ManyLosses)
            {
                _symptom.Severity = Severity.Error;
            }
        }

        public override void Complete()
        {
            if (_symptom is { RecoveredAt: null })
            {
                _symptom.Severity = Severity.Error;
            }
            else if (_symptom is null && _validation.Count >= options.ManyLosses && _validation.IsLasting)
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Confidence = _validation.HasFinite ? 0.9 : 0.7,
                    FirstStep = _validation.First.Step,
                    LastStep = _validation.LastStep,
                    Evidence = [new Evidence("validation_loss", null, _validation.First.Step, _validation.First.Value, null, "!=")],
                    Values = { ["validations"] = _validation.Count },
                });
            }
            else if (_symptom is null && context.Facts.Curves.Of(Metric.ValidationLoss) is { Infinities: > 0 } curve)
            {
                // A gap between validations may be written as NaN; an infinity was computed.
                context.Open(new Symptom
                {
                    Severity = curve.Infinities >= options.ManyLosses ? Severity.Warning : Severity.Info,
                    Confidence = 0.9,
                    FirstStep = curve.FirstInfinity.Step,
                    LastStep = curve.FirstInfinity.Step,
                    Evidence = [new Evidence("validation_loss", null, curve.FirstInfinity.Step, curve.FirstInfinity.Value, null, "!=")],
                    Values = { ["validations"] = curve.Infinities, ["recovered"] = 1 },
                });
            }
        }
    }

    /// <summary>The losses at the end of a series that are not finite.</summary>
    private sealed class UnfiniteEnd
    {
        private int _longestBefore;

        /// <summary>Gets how many there are.</summary>
        public int Count { get; private set; }

        /// <summary>Gets the first of them.</summary>
        public Measurement First { get; private set; }

        /// <summary>Gets the step of the last.</summary>
        public long LastStep { get; private set; }

        /// <summary>Gets a value indicating whether any loss was finite.</summary>
        public bool HasFinite { get; private set; }

        /// <summary>Gets a value indicating whether there are more of them than gaps between validations explain, which some write as NaN.</summary>
        public bool IsLasting => Count > 2 * _longestBefore;

        public void Add(in Measurement measurement)
        {
            if (double.IsFinite(measurement.Value))
            {
                HasFinite = true;
                _longestBefore = Math.Max(_longestBefore, Count);
                Count = 0;
                return;
            }

            First = Count == 0 ? measurement : First;
            LastStep = measurement.Step;
            Count++;
        }
    }
}

/// <summary>Thresholds of <see cref="NonFiniteLoss"/>.</summary>
public sealed class NonFiniteLossOptions
{
    /// <summary>Gets or sets how many losses must be not finite for an error whatever comes after.</summary>
    /// <value>The default is 3: mixed-precision training skips single steps on purpose; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int ManyLosses { get; set; } = 3;
}
