using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Knowledge;
using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Statistics;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6005: validation jumps.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class NoisyValidation(NoisyValidationOptions options) : Rule<NoisyValidationOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6005",
        Name = "noisy-validation",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Validation jumps from one time to the next.",
        Explanation = $"The ratios of neighbouring validation losses over the last half of the run are looked at. The rule fires when they vary by a factor that a network which changes little "
            + $"between two validations cannot explain.",
        Why = $"The best of such validations is luck: neither early stopping nor a comparison of models can rely on it.",
        Inputs = [Metric.ValidationLoss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.EvaluationMode, Cause.BatchTooSmall, Cause.UnscaledData],
        Remedies =
        [
            new($"Lower the learning rate towards the end.", $"Weights that still move far give another network at every validation."),
            new($"Call model.eval() before validation.", $"Dropout and batch statistics are random in training mode."),
            new($"Validate on more samples.", $"The error of a mean falls with the root of their number."),
        ],
        Sources = ["Goodfellow et al. 2016, Deep Learning, section 5.4", "AUTOTRAINER (ICSE 2021): unstable training"],
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
        bool trainMode = facts.All(Metric.ValidationTrainingMode).Any(item => item.Summary.Maximum > 0);
        double factor = symptom.Values["factor"];
        IReadOnlyList<CauseLikelihood> causes = trainMode
            ? [new(Cause.EvaluationMode, 0.7), new(Cause.LearningRateTooHigh, 0.2)]
            : [new(Cause.LearningRateTooHigh, 0.5), new(Cause.BatchTooSmall, 0.15), new(Cause.EvaluationMode, 0.15), new(Cause.UnscaledData, 0.1)];
        var remedies = new List<Remedy> { LearningRateRemedies.Lower(facts, 0.1), ModeRemedies.Evaluate(), MoreSamples() };
        if (trainMode)
        {
            (remedies[0], remedies[1]) = (remedies[1], remedies[0]);
        }

        return new Diagnosis(
            $"Validation jumps by a factor of {factor:G3}",
            $"From step {symptom.FirstStep} to step {symptom.LastStep} the validation loss usually changed by a factor of {factor:G3} from one validation to the next, between {symptom.Values["lowest"]:G4} and {symptom.Values["highest"]:G4}.",
            causes,
            remedies);
    }

    private static Remedy MoreSamples() => new()
    {
        Title = $"Validate on four times as many samples, always the same ones",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Factor = 4 }],
        Rationale = $"The error of a mean falls with the root of the number of samples: four times as many halve it.",
        Caveat = $"Samples taken from the training set are missing there.",
        Code = "var (train, validation) = Split(dataset, validationShare: 0.2, seed: 1);",
        Sources = ["Goodfellow et al. 2016, Deep Learning, section 5.3"],
    };

    private sealed class Evaluator(NoisyValidationOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly Dictionary<int, CompactedSeries> _logarithms = [];
        private bool _hasNonPositive;

        public override Text? WhyNotEvaluated => LossCurve.WhyNotMeasurable(context.Run)
            ?? (_hasNonPositive ? (Text)$"a validation loss is zero or negative: it has no ratios" : null)
            ?? (Most() < options.MinimumValidations ? (Text)$"needs {options.MinimumValidations} validations, had {Most()}" : null);

        public override void Observe(in Measurement measurement)
        {
            if (!_logarithms.TryGetValue(measurement.Scope, out var series))
            {
                _logarithms.Add(measurement.Scope, series = new CompactedSeries());
            }

            _hasNonPositive |= measurement.Value <= 0;
            series.Add(measurement.Step, Math.Log(measurement.Value));
        }

        public override void Complete()
        {
            if (WhyNotEvaluated is not null)
            {
                return;
            }

            foreach (var (scope, series) in _logarithms)
            {
                double noise = series.Count >= options.MinimumValidations ? series.NoiseOf(0.5, 1) : 0;
                var part = series.Part(0.5, 1);
                double progress = series.MedianOf(0.5, 0.75) - series.MedianOf(0.75, 1);
                if (noise > Math.Log(options.UsualFactor) / Math.Sqrt(2) && progress < 2 * noise)
                {
                    Report(scope, series, noise, part);
                    return;
                }
            }
        }

        private long Most()
        {
            long most = 0;
            foreach (var series in _logarithms.Values)
            {
                most = Math.Max(most, series.Count);
            }

            return most;
        }

        private void Report(int scope, CompactedSeries series, double noise, (int First, int End) part)
        {
            double lowest = double.PositiveInfinity;
            double highest = double.NegativeInfinity;
            for (int i = part.First; i < part.End; i++)
            {
                lowest = Math.Min(lowest, series.Lowests[i]);
                highest = Math.Max(highest, series.Highests[i]);
            }

            // Swings that are small against what was won since the first validation harm no choice.
            double first = Math.Exp(series.First);
            if (Math.Exp(highest) - Math.Exp(lowest) < options.LeastSwing * (first - Math.Exp(lowest)))
            {
                return;
            }

            double factor = Math.Exp(noise * Math.Sqrt(2));
            context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.85,
                FirstStep = series.Steps[part.First],
                LastStep = series.LastStep,
                Evidence = [new Evidence("validation_loss", scope == ScopeTable.Run ? null : context.Facts.Scopes[scope].Name, series.LastStep, factor, options.UsualFactor, ">")],
                Values = { ["factor"] = factor, ["lowest"] = Math.Exp(lowest), ["highest"] = Math.Exp(highest) },
            });
        }
    }
}

/// <summary>Thresholds of <see cref="NoisyValidation"/>.</summary>
public sealed class NoisyValidationOptions
{
    /// <summary>Gets or sets how many validations are needed.</summary>
    /// <value>The default is 12: six changes in the last half; at least 6.</value>
    [Range(6, int.MaxValue)]
    public int MinimumValidations { get; set; } = 12;

    /// <summary>Gets or sets the factor by which neighbouring validation losses must usually differ.</summary>
    /// <value>The default is 1.4; validations of the healthy runs that were looked at differ by at most 1.2; bounds 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double UsualFactor { get; set; } = 1.4;

    /// <summary>Gets or sets the share of what was won since the first validation that the swings must reach.</summary>
    /// <value>The default is 0.15; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double LeastSwing { get; set; } = 0.15;
}
