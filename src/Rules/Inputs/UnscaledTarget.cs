using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1007: regression targets are far from unit scale.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class UnscaledTarget(UnscaledTargetOptions options) : Rule<UnscaledTargetOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1007",
        Name = "unscaled-target",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"Regression targets are far from unit scale.",
        Explanation = $"The root mean square of the targets, over all measured batches, is compared with the scale of a fresh network's output. Above the limit the finding is info; it becomes a warning "
            + $"when the run ends without having explained most of the targets' variance. Classification is not judged.",
        Why = $"A network starts with outputs near zero. Far targets make the first gradients huge, and the weights of the last layer have a long way to go.",
        Inputs = [Metric.TargetMean, Metric.TargetStandardDeviation, Metric.Loss],
        RequiredInputs = [Metric.TargetMean, Metric.TargetStandardDeviation],
        Granularity = ScopeKind.Run,
        Causes = [Cause.UnscaledData],
        Remedies = [new($"Standardise the targets, and turn predictions back for use.", $"Outputs and gradients then have the scale that learning rates assume.")],
        Sources = ["TheDeepChecker (TOSEM 2022): target scale", "LeCun et al. 1998, Efficient BackProp, Neural Networks: Tricks of the Trade, https://doi.org/10.1007/3-540-49430-8_2"],
        Limitations = $"Counts with a Poisson loss and an exponential output are meant to be raw.",
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
        double mean = facts.Of(Metric.TargetMean)?.Mean ?? double.NaN;
        double deviation = facts.Of(Metric.TargetStandardDeviation)?.Mean ?? double.NaN;
        return new Diagnosis(
            $"The targets are not scaled (size {symptom.Evidence[0].Value:G3})",
            $"The targets had a mean of {mean:G3} and a standard deviation of {deviation:G3}, together a size of {symptom.Evidence[0].Value:G3} where about 1 is assumed (limit {symptom.Evidence[0].Limit:G3}).",
            [new(Cause.UnscaledData, 0.95)],
            [
                DataRemedies.StandardizeTargets() with
                {
                    Code = FormattableString.Invariant($"y = (y - {mean:G4}) / {deviation:G4}; // and predictions back: output * {deviation:G4} + {mean:G4}"),
                },
            ]);
    }

    /// <summary>Mean and spread of the targets as one number.</summary>
    private const string Size = "target_size";

    private sealed class Evaluator(UnscaledTargetOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, 1) { Opening = Severity.Info };
        private double _mean = double.NaN;
        private double _deviation = double.NaN;
        private double _squares;
        private double _variances;
        private double _means;
        private double _squaredMeans;
        private long _samples;

        public override Text? WhyNotEvaluated => IsJudged
            ? NotEvaluated.Unless(_samples, options.MinimumBatches, Metric.TargetStandardDeviation)
            : (Text)$"the task or the loss takes no real numbers to be scaled";

        private bool IsJudged => context.Run.Task is null or TrainingTask.Regression or TrainingTask.Reconstruction
            && context.Run.Loss?.Kind is null or LossKind.Other or LossKind.MeanSquaredError or LossKind.MeanAbsoluteError or LossKind.Huber;

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.TargetMean:
                    _mean = measurement.Value;
                    break;
                case Metric.TargetStandardDeviation:
                    _deviation = measurement.Value;
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (double.IsFinite(_mean) && double.IsFinite(_deviation) && IsJudged)
            {
                _samples++;
                _means += _mean;
                _squaredMeans += _mean * _mean;
                _variances += _deviation * _deviation;
                _squares += (_mean * _mean) + (_deviation * _deviation);
                double size = Math.Sqrt(_squares / _samples);
                if (_samples >= options.MinimumBatches)
                {
                    _tracker.Observe(step, size > options.MaximumSize, new Reading(Metric.TargetStandardDeviation, size, options.MaximumSize, ">", Name: Size));
                }
            }

            (_mean, _deviation) = (double.NaN, double.NaN);
        }

        /// <summary>A run that explained its targets in spite of their scale did well; only the end shows that.</summary>
        public override void Complete()
        {
            if (_tracker.Symptom is null)
            {
                return;
            }

            double mean = _means / _samples;
            double variance = (_variances / _samples) + Math.Max(0, (_squaredMeans / _samples) - (mean * mean));
            double level = context.Facts.LossSeries.Count > 0 ? context.Facts.LossSeries.MeanOf(0.9, 1) : double.NaN;
            double unexplained = context.Run.Loss?.Kind is LossKind.MeanAbsoluteError or LossKind.Huber ? level / Math.Sqrt(variance) : level / variance;
            bool isNonFinite = context.Facts.Of(Metric.Loss) is { } loss && !double.IsFinite(loss.Last);
            if (isNonFinite || !(unexplained < options.UnexplainedThatExcuses))
            {
                _tracker.Raise(Severity.Warning);
            }
        }
    }
}

/// <summary>Thresholds of <see cref="UnscaledTarget"/>.</summary>
public sealed class UnscaledTargetOptions
{
    /// <summary>Gets or sets the root mean square that targets may have.</summary>
    /// <value>The default is 10, as for inputs; above 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumSize { get; set; } = 10;

    /// <summary>Gets or sets the share of the targets' variance that the loss may leave at the end for the scale to have done no harm.</summary>
    /// <value>The default is 0.3; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double UnexplainedThatExcuses { get; set; } = 0.3;

    /// <summary>Gets or sets how many batches must have been measured.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumBatches { get; set; } = 3;
}
