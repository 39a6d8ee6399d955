using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5002: steps are too small for the weights to get anywhere.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class UndersizedUpdate(UndersizedUpdateOptions options) : Rule<UndersizedUpdateOptions>(options)
{
    private const string Rounded = "rounded";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5002",
        Name = "undersized-update",
        Category = RuleCategory.Optimization,
        Severity = Severity.Warning,
        Summary = $"All steps of the run together changed the weights by next to nothing.",
        Explanation = $"The mean ratio of a step's change to the size of the weights, times the number of steps, is the longest way that the weights can have gone, as a share of their size. The rule "
            + $"fires at the end of a run when even that is small and the loss hardly moved. Small steps of a fine-tuning that works, or at the end of a schedule, are healthy. It also fires, however the loss goes, where all weights that are trained are of 7 or 10 bits of mantissa and the mean step is below half the distance of neighbouring numbers, while most of their gradients are not zero.",
        Why = $"Weights that stay within a few percent of where they were drawn are still random.",
        Inputs = [Metric.GlobalUpdateRatio],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooLow, Cause.TooFewEpochs, Cause.SaturatingActivation, Cause.OptimizerMismatch, Cause.ExcessiveClipping, Cause.InsufficientPrecision],
        Remedies =
        [
            new($"Raise the learning rate until steps are about a thousandth of the weights.", $"The ratio is proportional to the learning rate."),
            new($"Use an adaptive optimizer.", $"It makes up for gradients of small scale."),
        ],
        Sources = ["TheDeepChecker (TOSEM 2022): log10 of the update ratio below -4 is too slow", "DeepDiagnosis (ICSE 2022): ratio below 1e-5"],
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
        double ratio = symptom.Evidence[0].Value;
        if (symptom.Variant == Rounded && UpdateObstacles.CoarseType(facts) is { } type)
        {
            return new Diagnosis(
                $"Most of each step is rounded away: the weights are {Text.FromString(type)}",
                $"A step changed the weights by {ratio:G2} of their size on average, less than half the distance of neighbouring numbers of {Text.FromString(type)} ({symptom.Evidence[0].Limit:G2}): most weights stayed as they were, although they had a gradient.",
                [new(Cause.InsufficientPrecision, 0.85), new(Cause.LearningRateTooLow, 0.1)],
                [UpdateObstacles.KeepFullWeights(type)]);
        }

        bool adaptive = facts.Run.Optimizer?.TypeName.StartsWith("Ada", StringComparison.Ordinal) ?? false;
        var remedies = new List<Remedy> { LearningRateRemedies.Raise(facts, Math.Max(10, UpdateSizes.FactorTowards(ratio, isExact: true))) };
        if (!adaptive)
        {
            remedies.Add(new Remedy
            {
                Title = $"Train with Adam at a learning rate of 0.001",
                Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = "Adam", Value = 0.001 }],
                Rationale = $"Adam divides each gradient by its own size, so that small gradients give steps of full length.",
                Caveat = $"Weight decay means something else in Adam; use AdamW for it.",
                Code = "var optimizer = optim.Adam(model.parameters(), 0.001);",
                Sources = ["Kingma and Ba 2015, Adam"],
            });
        }

        var (causes, obstacle) = UpdateObstacles.Rank(
            facts, [new(Cause.LearningRateTooLow, 0.75), new(Cause.TooFewEpochs, 0.1), new(Cause.SaturatingActivation, 0.08), new(Cause.OptimizerMismatch, 0.05)]);
        return new Diagnosis(
            $"The weights hardly move",
            $"A step changed the weights by {ratio:G2} of their size on average; all {facts.StepCount} steps together by at most {symptom.Values["path"]:P2} (limit {symptom.Values["limit"]:P0}), while the loss fell by {symptom.Values["fell"]:P1}.",
            causes,
            obstacle is null ? remedies : [obstacle, .. remedies]);
    }

    private sealed class Evaluator(UndersizedUpdateOptions options, RuleContext context) : RuleEvaluator
    {
        private long _samples;
        private double _sum;
        private double _early;
        private long _firstStep;
        private long _lastStep;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_samples, options.MinimumSamples, Metric.GlobalUpdateRatio);

        public override void Observe(in Measurement measurement)
        {
            if (double.IsFinite(measurement.Value))
            {
                (_firstStep, _lastStep) = (_samples == 0 ? measurement.Step : _firstStep, measurement.Step);
                _samples++;
                _sum += measurement.Value;
                _early += _samples <= options.MinimumSamples ? measurement.Value : 0;
            }
        }

        public override void Complete()
        {
            var facts = context.Facts;
            double mean = _sum / _samples;
            double path = mean * facts.StepCount;
            var progress = LossProgress.Of(facts);
            double limit = UpdateObstacles.CoarseType(facts) is null ? options.MinimumPath : options.MinimumPathOfCoarseWeights;
            if (_samples >= options.MinimumSamples && mean > 0 && UpdateObstacles.LosesSteps(facts) is { } half && _early < half * options.MinimumSamples)
            {
                // Steps that are small at the end alone are those of a network that has learnt.
                Open(Rounded, mean, half);
                return;
            }

            if (_samples < options.MinimumSamples || mean == 0 || path >= limit || !progress.IsKnown || progress.Fell >= options.ProgressThatExcuses)
            {
                return;
            }

            var symptom = Open(string.Empty, mean, limit / facts.StepCount);
            symptom.Values["path"] = path;
            symptom.Values["limit"] = limit;
            symptom.Values["fell"] = progress.Fell;
        }

        private Symptom Open(string variant, double mean, double limit) => context.Open(new Symptom
        {
            Severity = Severity.Warning,
            Variant = variant,
            FirstStep = context.Facts.FirstStep,
            LastStep = context.Facts.LastStep,
            Evidence = [new Evidence("global_update_ratio", null, _lastStep, mean, limit, "<") { MeanOf = _samples, FromStep = _firstStep }],
        });
    }
}

/// <summary>Thresholds of <see cref="UndersizedUpdate"/>.</summary>
public sealed class UndersizedUpdateOptions
{
    /// <summary>Gets or sets the share of their size that the weights must have gone, all steps together.</summary>
    /// <value>The default is 0.05: 500 steps at TheDeepChecker's lower limit of 1e-4; above 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MinimumPath { get; set; } = 0.05;

    /// <summary>Gets or sets the share of their size that weights must have gone whose element type rounds most of a step away.</summary>
    /// <value>The default is 0.2: what is left of such steps is mostly rounding, which goes to and fro; above 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MinimumPathOfCoarseWeights { get; set; } = 0.2;

    /// <summary>Gets or sets the share by which the loss must have fallen for small steps to be healthy.</summary>
    /// <value>The default is 0.1; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ProgressThatExcuses { get; set; } = 0.1;

    /// <summary>Gets or sets how many measurements it takes to judge.</summary>
    /// <value>The default is 50; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int MinimumSamples { get; set; } = 50;
}
