using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Activations;

/// <summary>TD3001: units whose output is zero for every sample over many steps.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class DeadUnits(DeadUnitsOptions options) : Rule<DeadUnitsOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD3001",
        Name = "dead-units",
        Category = RuleCategory.Activations,
        Severity = Severity.Error,
        Summary = $"Units of a layer output zero for every sample.",
        Explanation = $"A unit is dead while its output is exactly zero for every sample of a window of recent batches. "
            + $"The rule fires when the share of dead units of a layer stays above a limit for several measurements in a row.",
        Why = $"The gradient of a rectifier is zero where its output is zero: a unit that is dead for all samples receives no gradient and cannot come back by itself.",
        Inputs = [Metric.DeadFraction],
        Granularity = ScopeKind.Layer,
        Causes = [Cause.DyingRelu, Cause.LearningRateTooHigh, Cause.PoorInitialization, Cause.UnscaledData],
        Remedies =
        [
            new($"Replace ReLU by Leaky ReLU or ELU, keep He initialisation and re-initialise the dead units.", $"A slope for negative inputs lets a gradient through."),
            new($"Lower the learning rate or add warm-up.", $"One large step can push a bias so far down that no sample reaches the unit again."),
        ],
        Sources =
        [
            "活性化関数 (activation functions explained), romptn ai, in Japanese: training-trouble checklist: skewed outputs, dead ReLU",
            "He et al. 2015, Delving Deep into Rectifiers",
            "TheDeepChecker (TOSEM 2022): more than half of a layer's neurons inactive",
        ],
        Limitations = $"Very wide layers on small data can afford many dead units; while the loss goes down by a quarter or more, the rule gives info, unless nine in ten units are dead.",
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
        var worst = symptom.Evidence.MaxBy(evidence => evidence.Value)!;
        var causes = Causes(symptom, facts);
        return new Diagnosis(
            $"{worst.Value:P0} of the units of {worst.Layer} are dead",
            $"{Quotation.Span(symptom, facts, Metric.DeadFraction)} the share of units that output zero for every sample was above {worst.Limit:P0} in {symptom.Layers.Count} layer(s), at most {worst.Value:P0} at step {worst.Step} in {worst.Layer}.",
            causes,
            Prescribe(symptom, causes, facts));
    }

    private static List<Remedy> Prescribe(Symptom symptom, List<CauseLikelihood> causes, RunFacts facts)
    {
        var remedies = new List<Remedy> { ActivationRemedies.LeakyRelu(symptom.Layers), ActivationRemedies.Elu(symptom.Layers) };
        if (causes.Exists(cause => cause.Cause == Cause.UnscaledData))
        {
            remedies.Insert(0, DataRemedies.StandardizeInputs());
        }

        remedies.Insert(causes[0].Cause == Cause.LearningRateTooHigh ? 0 : remedies.Count, LearningRateRemedies.Lower(facts, 0.1));
        remedies.Add(LearningRateRemedies.Warmup(facts));
        return remedies;
    }

    private static List<CauseLikelihood> Causes(Symptom symptom, RunFacts facts)
    {
        // Dead from the first measurement on speaks for the initial weights; dying later, for the steps taken.
        bool bornDead = symptom.Layers.Any(layer => facts.Of(Metric.DeadFraction, layer) is { } dead && dead.First >= 0.5 * dead.Maximum);
        bool unscaled = DataFacts.HasUnscaledInputs(facts);
        bool longSteps = facts.Of(Metric.GlobalUpdateRatio) is { Maximum: > 0.2 };
        bool overthrown = !bornDead && UpdateSizes.Overthrow(facts, symptom.FirstStep) is not null;
        return (bornDead, unscaled, longSteps) switch
        {
            // Units that lived until a step overthrew the weights did not die of their activation.
            (_, false, _) when overthrown => [new(Cause.LearningRateTooHigh, 0.6), new(Cause.DyingRelu, 0.35)],
            (_, true, _) => [new(Cause.DyingRelu, 0.4), new(Cause.UnscaledData, 0.35), new(Cause.LearningRateTooHigh, 0.2)],
            (true, _, false) => [new(Cause.DyingRelu, 0.55), new(Cause.PoorInitialization, 0.3), new(Cause.LearningRateTooHigh, 0.1)],
            (_, _, true) => [new(Cause.DyingRelu, 0.48), new(Cause.LearningRateTooHigh, 0.47)],
            _ => [new(Cause.DyingRelu, 0.55), new(Cause.LearningRateTooHigh, 0.4)],
        };
    }

    private sealed class Evaluator(DeadUnitsOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, options.Patience) { Opening = Severity.Info };

        public override Text? WhyNotEvaluated => _tracker.WhyNotEvaluated(options.Patience, Metric.DeadFraction);

        public override void Observe(in Measurement measurement)
        {
            var reading = new Reading(Metric.DeadFraction, measurement.Value, options.MaximumDeadFraction, ">");
            if (_tracker.Observe(measurement.Step, measurement.Value > options.MaximumDeadFraction, reading) && measurement.Value >= options.BlockingDeadFraction)
            {
                _tracker.Raise(Severity.Warning);
            }
        }

        /// <summary>Half a layer may rest while the network learns; whether it did is known at the end only.</summary>
        public override void Complete()
        {
            if (_tracker.Symptom is not { } symptom)
            {
                return;
            }

            var progress = LossProgress.Of(context.Facts);
            bool learnt = progress.IsKnown && progress.Fell >= options.ProgressThatExcuses;
            if (!learnt)
            {
                _tracker.Raise(Severity.Warning);
            }

            if (progress.IsBad && symptom.RecoveredAt is null && symptom.Evidence[0].Value >= options.BlockingDeadFraction)
            {
                _tracker.Raise(Severity.Error, 0.97);
            }
        }
    }
}

/// <summary>Thresholds of <see cref="DeadUnits"/>.</summary>
public sealed class DeadUnitsOptions
{
    /// <summary>Gets or sets the share of a layer's units that may be dead.</summary>
    /// <value>The default is 0.5, as in SageMaker Debugger's DeadRelu and TheDeepChecker; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumDeadFraction { get; set; } = 0.5;

    /// <summary>Gets or sets the share of dead units from which the layer passes next to nothing on.</summary>
    /// <value>The default is 0.9; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double BlockingDeadFraction { get; set; } = 0.9;

    /// <summary>Gets or sets the share of its first value by which the loss must have fallen for dead units to stay a warning.</summary>
    /// <value>The default is 0.25, more than a bias alone brings in balanced classification; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ProgressThatExcuses { get; set; } = 0.25;

    /// <summary>Gets or sets how many measurements in a row must exceed the limit.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
