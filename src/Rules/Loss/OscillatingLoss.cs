using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Loss;

/// <summary>TD4004: the loss swings without progress.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class OscillatingLoss(OscillatingLossOptions options) : Rule<OscillatingLossOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD4004",
        Name = "oscillating-loss",
        Category = RuleCategory.Loss,
        Severity = Severity.Warning,
        Summary = $"The loss swings without progress.",
        Explanation = $"Over the last half of the run the rule looks for swings of the loss's level that the noise of single batches does not explain, or for losses that go up and down in turn, "
            + $"while the level is still high and does not fall. Losses of different batches differ in every healthy run; only what is left after averaging counts, "
            + $"except where every loss is a mean already or comes from the same batch.",
        Why = $"The weights are thrown from one side of a valley to the other and never reach its floor.",
        Inputs = [Metric.Loss, Metric.InputIdenticalBatch],
        RequiredInputs = [Metric.Loss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.LearningRateTooHigh, Cause.BatchTooSmall, Cause.DataOrder, Cause.OptimizerMismatch],
        Remedies =
        [
            new($"Lower the learning rate.", $"Shorter steps stay on one side of the valley."),
            new($"Use larger batches.", $"A mean over more samples points where the whole data points."),
            new($"Shuffle the samples, or move to Adam.", $"Batches of one kind pull to and fro; Adam takes shorter steps where gradients disagree."),
        ],
        Sources = ["AUTOTRAINER (ICSE 2021): oscillating loss", "TheDeepChecker (TOSEM 2022): fluctuating loss", "Goodfellow et al. 2016, Deep Learning, MIT Press, https://www.deeplearningbook.org, section 11.4.1"],
        Limitations = $"A cyclic learning rate makes the loss swing with its period; progress from cycle to cycle keeps the rule silent.",
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
        bool smallBatch = facts.Of(Metric.BatchSize) is { Maximum: <= 4 };
        bool sorted = facts.Of(Metric.TargetSingleClassBatch) is { Mean: > 0.5 };
        var remedies = new List<Remedy> { LearningRateRemedies.Lower(facts, 0.1), LargerBatch(facts) };
        if (sorted)
        {
            remedies.Insert(0, DataRemedies.Shuffle());
        }

        IReadOnlyList<CauseLikelihood> causes = sorted
            ? [new(Cause.DataOrder, 0.5), new(Cause.LearningRateTooHigh, 0.35)]
            : smallBatch ? [new(Cause.LearningRateTooHigh, 0.5), new(Cause.BatchTooSmall, 0.45)] : [new(Cause.LearningRateTooHigh, 0.7), new(Cause.BatchTooSmall, 0.15), new(Cause.OptimizerMismatch, 0.1)];
        return new Diagnosis(
            $"The loss swings by {symptom.Evidence[0].Value:P0} of its level",
            $"From step {symptom.FirstStep} to step {symptom.LastStep} the level of the loss, {Quotation.Mean(symptom.Values["level"], (long)symptom.Values["levelCount"])}, varied by {symptom.Evidence[0].Value:P0} and did not fall; it began at {Quotation.Mean(symptom.Values["start"], (long)symptom.Values["startCount"])}.",
            causes,
            remedies);
    }

    private static Remedy LargerBatch(RunFacts facts)
    {
        double present = facts.Of(Metric.BatchSize)?.Maximum ?? double.NaN;
        double value = Math.Max(32, 4 * present);
        bool known = double.IsFinite(value);
        return new Remedy
        {
            Title = known ? (Text)$"Use batches of {value:F0} samples (now {present:F0})" : $"Use batches four times as large",
            Actions = [known ? new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Value = value } : new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Factor = 4 }],
            Rationale = $"A mean over more samples points where the whole data points; the noise of a step falls with the root of the batch.",
            Caveat = $"An epoch then has fewer steps: it may take more epochs.",
            Code = known ? FormattableString.Invariant($"using var loader = new DataLoader(dataset, {value:F0}, shuffle: true, device);") : null,
            Sources = ["AUTOTRAINER (ICSE 2021): repairs of oscillation", RemedySources.Goyal],
        };
    }

    private sealed class Evaluator(OscillatingLossOptions options, RuleContext context) : RuleEvaluator
    {
        private const double Memory = 0.02;
        private readonly LossCurve _curve = new(context.Run, context.Facts, options.MinimumSamples);
        private ExponentialMean _products = new(Memory);
        private ExponentialMean _squares = new(Memory);
        private double _previous = double.NaN;
        private double _difference = double.NaN;

        public override Text? WhyNotEvaluated => _curve.WhyNothingShows;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric != Metric.Loss || measurement.Scope != ScopeTable.Run)
            {
                return;
            }

            _curve.Add(measurement);
            double difference = measurement.Value - _previous;
            _products.Add(difference * _difference);
            _squares.Add(difference * difference);
            _previous = measurement.Value;
            _difference = difference;
        }

        public override void Complete()
        {
            var series = _curve.Series;
            if (_curve.WhyNotJudged is not null || !_curve.IsPositive || series.BlockCount < options.MinimumSamples)
            {
                return;
            }

            double level = series.MeanOf(0.5, 1);
            double noise = series.NoiseOf(0.5, 1) / level;
            double swing = series.BlockNoiseOf(0.5, 1) / level;

            // The scatter of a few values is itself known to one part in the root of twice their number.
            double unsure = 1 + (1 / Math.Sqrt(series.BlockCount));
            double? seen = Alternates(noise / unsure) ? noise : IsOfMeans ? SwingOfMeans(noise, swing, unsure) : SwingOfLevel(noise, swing);
            if (seen is not { } size || !MakesNoProgress(level))
            {
                return;
            }

            context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.8,
                FirstStep = series.Steps[series.Part(0.5, 1).First],
                LastStep = series.LastStep,
                Evidence = [new Evidence("loss_swing", null, series.LastStep, size, options.LeastSwing, ">")],
                Values = { ["level"] = level, ["levelCount"] = series.CountOf(0.5, 1), ["start"] = _curve.Start, ["startCount"] = _curve.StartCount },
            });
        }

        /// <summary>Each value is a mean over many samples, so that what swings is the level.</summary>
        private bool IsOfMeans => (context.Run.Log is { LossIsAveraged: true } && _curve.Series.Stride == 1) || context.Facts.Of(Metric.InputIdenticalBatch) is { Mean: > 0.9 };

        /// <summary>Neighbouring differences of independent samples correlate by -1/2; of losses that go up and down in turn by -1.</summary>
        private bool Alternates(double noise) => _squares.Value > 0 && _products.Value / _squares.Value < -options.Alternation && noise > options.LeastSwing;

        private double? SwingOfMeans(double noise, double swing, double unsure) => noise > unsure * options.LeastSwing && swing > options.LeastSwing / 2 ? noise : null;

        /// <summary>Of single samples only the level counts: its swings must be larger than averaged noise leaves.</summary>
        private double? SwingOfLevel(double noise, double swing) =>
            _curve.Series.Stride >= 4 && swing > options.LeastSwing && swing > options.ExcessOverNoise * noise / Math.Sqrt(_curve.Series.Stride) ? swing : null;

        /// <summary>The last quarter is not below the one before, by a share that counts and beyond the swings themselves; and the level is still high.</summary>
        private bool MakesNoProgress(double level)
        {
            var series = _curve.Series;
            double progress = series.MeanOf(0.5, 0.75) - series.MeanOf(0.75, 1);
            return progress < Math.Max(options.Progress * level, options.NoiseMultiple * series.ErrorOf(0.75, 1) * Math.Sqrt(2)) && level > options.HighLevel * _curve.Start;
        }
    }
}

/// <summary>Thresholds of <see cref="OscillatingLoss"/>.</summary>
public sealed class OscillatingLossOptions
{
    /// <summary>Gets or sets how many losses are needed.</summary>
    /// <value>The default is 20: ten swings up and down; at least 8.</value>
    [Range(8, int.MaxValue)]
    public int MinimumSamples { get; set; } = 20;

    /// <summary>Gets or sets the least swing, as a standard deviation over the level.</summary>
    /// <value>The default is 0.15; epoch means of healthy runs stay below 0.1; bounds 0 to 10.</value>
    [Range(0.0, 10.0)]
    public double LeastSwing { get; set; } = 0.15;

    /// <summary>Gets or sets how many times larger than averaged noise the swings of the level must be.</summary>
    /// <value>The default is 3: the deviation of a few dozen blocks is known to a third at best; bounds 1 to 100.</value>
    [Range(1.0, 100.0)]
    public double ExcessOverNoise { get; set; } = 3;

    /// <summary>Gets or sets how strongly neighbouring differences must correlate, negatively.</summary>
    /// <value>The default is 0.75, half-way between independent losses (0.5) and a strict alternation (1); bounds 0.5 to 1.</value>
    [Range(0.5, 1.0)]
    public double Alternation { get; set; } = 0.75;

    /// <summary>Gets or sets the share of its level by which the loss may fall within the last half and still count as making no progress.</summary>
    /// <value>The default is 0.1; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Progress { get; set; } = 0.1;

    /// <summary>Gets or sets by how many standard errors the last quarter must lie below the one before to count as progress.</summary>
    /// <value>The default is 2; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 2;

    /// <summary>Gets or sets the share of its beginning that the level must still have.</summary>
    /// <value>The default is 0.25: near its floor a loss may vary by many times its level in health; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double HighLevel { get; set; } = 0.25;
}
