using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1002: input features are far from zero mean and unit scale.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class UnscaledInput(UnscaledInputOptions options) : Rule<UnscaledInputOptions>(options)
{
    private const string Outlier = "outlier";
    private const string Tiny = "tiny";
    private const string Offset = "offset";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1002",
        Name = "unscaled-input",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"Input features are far from zero mean and unit scale.",
        Explanation = $"The root mean square of the inputs, over all measured batches, is compared with the scale that initialisations assume. Images in 0 … 1, standardised features, one-hot vectors "
            + $"and small counts lie below the limit; pixels in 0 … 255 and raw table columns above it. Inputs of almost no size, as images that are divided by 255 twice, are info, and a warning where nothing is learnt; inputs that hardly differ beside a mean far from zero, as images that are normalised with the constants of another scale, are a warning there and nothing elsewhere. One batch that is far larger than those before it is reported as well. Indices are no features.",
        Why = $"Large inputs saturate bounded activations, give huge first gradients, and force a learning rate that is too small for everything else.",
        Inputs = [Metric.InputMean, Metric.InputStandardDeviation],
        Granularity = ScopeKind.Run,
        Causes = [Cause.UnscaledData, Cause.CorruptData],
        Remedies =
        [
            new($"Standardise the inputs: mean 0 and standard deviation 1 of every feature.", $"Initialisations and learning rates assume inputs of unit scale."),
            new($"Divide pixels by 255.", $"It does for images."),
        ],
        Sources = ["LeCun et al. 1998, Efficient BackProp, Neural Networks: Tricks of the Trade, https://doi.org/10.1007/3-540-49430-8_2", "AUTOTRAINER (ICSE 2021): magnitude of 10 or more", "TheDeepChecker (TOSEM 2022): features neither in 0 … 1 nor standardised"],
        Limitations = $"Says nothing of a model whose first layer normalises.",
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
        var worst = symptom.Evidence[0];
        double mean = facts.Of(Metric.InputMean)?.Mean ?? double.NaN;
        double deviation = facts.Of(Metric.InputStandardDeviation)?.Mean ?? double.NaN;
        double largest = facts.Of(Metric.InputAbsoluteMaximum)?.Maximum ?? double.NaN;
        if (symptom.Variant == Outlier)
        {
            return new Diagnosis(
                $"One batch is far larger than the others",
                $"At step {symptom.FirstStep} the inputs had a size of {worst.Value:G3}; the limit is {worst.Limit:G3}, from the batches before.",
                [new(Cause.CorruptData, 0.8), new(Cause.UnscaledData, 0.15)],
                [DataRemedies.Clean() with { Title = $"Find the damaged samples of step {symptom.FirstStep} and remove them" }, LearningRateRemedies.Clip(facts)]);
        }

        if (symptom.Variant == Offset)
        {
            return new Diagnosis(
                $"The inputs hardly differ: their mean is {worst.Value:G3} times their spread",
                $"The inputs had a mean of {mean:G3} and a standard deviation of {deviation:G3} (limit {worst.Limit:G3}): beside what all inputs have in common, what tells them apart is lost.",
                [new(Cause.UnscaledData, 0.95)],
                [DataRemedies.StandardizeInputs(), NormalizeFirst()]);
        }

        bool pixels = largest is > 200 and <= 255;
        return new Diagnosis(
            symptom.Variant == Tiny ? (Text)$"The inputs are tiny (size {worst.Value:G2})" : $"The inputs are not scaled (size {worst.Value:G3})",
            $"The inputs had a mean of {mean:G3} and a standard deviation of {deviation:G3}, together a size of {worst.Value:G3} where about 1 is assumed (limit {worst.Limit:G3}).",
            [new(Cause.UnscaledData, 0.95)],
            pixels ? [DividePixels(), DataRemedies.StandardizeInputs()] : [DataRemedies.StandardizeInputs(), NormalizeFirst()]);
    }

    private static Remedy DividePixels() => new()
    {
        Title = $"Divide the pixels by 255",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "divide-by-255" }],
        Rationale = $"Inputs between 0 and 1 are near the scale that initialisations assume.",
        Caveat = $"Do the same in validation and in production.",
        Code = "x = x.to_type(ScalarType.Float32) / 255;",
        Sources = ["TheDeepChecker (TOSEM 2022): missing normalisation"],
    };

    private static Remedy NormalizeFirst() => new()
    {
        Title = $"Begin the network with batch normalisation",
        Actions = [new RemedyAction { Kind = RemedyActionKind.AddNormalization, Type = "BatchNorm1d" }],
        Rationale = $"It learns mean and scale of every feature by itself.",
        Caveat = $"It needs batches of more than a few samples, and eval() before validation.",
        Code = "var model = nn.Sequential(nn.BatchNorm1d(features), body);",
        Sources = [RemedySources.Ioffe],
    };

    /// <summary>Mean and spread of the inputs as one number.</summary>
    private const string Size = "input_size";

    /// <summary>The mean of the inputs over their standard deviation.</summary>
    private const string OffsetRatio = "input_mean_over_deviation";

    private sealed class Evaluator(UnscaledInputOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _large = new(context, 1);
        private readonly SymptomTracker _tiny = new(context, 1, Tiny) { Opening = Severity.Info };
        private readonly SymptomTracker _outlier = new(context, 1, Outlier);
        private double _mean = double.NaN;
        private double _deviation = double.NaN;
        private double _squares;
        private double _means;
        private double _largest;
        private long _samples;
        private const double LittleProgress = 0.1;
        private bool _isNormalized;

        public override Text? WhyNotEvaluated => _isNormalized
            ? (Text)$"the first layer normalises its input"
            : NotEvaluated.Unless(_samples, options.MinimumBatches, Metric.InputStandardDeviation);

        public override void Begin() => _isNormalized = context.Run.Model?.Leaves.FirstOrDefault()?.Kind is LayerKind.BatchNormalization or LayerKind.Normalization;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.InputMean)
            {
                _mean = measurement.Value;
            }
            else
            {
                _deviation = measurement.Value;
            }
        }

        /// <summary>Features of which few are set, as words of a text, have a small mean square and single values of full size.</summary>
        private bool IsSparse() => context.Facts.Of(Metric.InputAbsoluteMaximum) is { Maximum: var largest } && largest > options.SparseFactor * options.MinimumSize;

        public override void Complete()
        {
            // Small inputs are learnt from as well, given longer steps; where nothing is learnt, they are the reason.
            if (LossProgress.Of(context.Facts) is not { IsKnown: true, Fell: < LittleProgress } || _samples < options.MinimumBatches)
            {
                return;
            }

            if (_tiny.Symptom is { RecoveredAt: null } tiny)
            {
                tiny.Severity = Severity.Warning;
                return;
            }

            double overall = Math.Sqrt(_squares / _samples);
            double middle = Math.Abs(_means / _samples);
            double spread = Math.Sqrt(Math.Max(0, (overall * overall) - (middle * middle)));
            if (overall <= options.MaximumSize && spread > 0 && middle > options.MaximumOffset * spread)
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Variant = Offset,
                    FirstStep = context.Facts.FirstStep,
                    LastStep = context.Facts.LastStep,
                    Evidence = [new Evidence(OffsetRatio, null, context.Facts.LastStep, middle / spread, options.MaximumOffset, ">")],
                });
            }
        }

        public override void StepCompleted(long step)
        {
            double square = (_mean * _mean) + (_deviation * _deviation);
            double mean = _mean;
            (_mean, _deviation) = (double.NaN, double.NaN);
            if (double.IsNaN(square) || _isNormalized)
            {
                return;
            }

            double size = Math.Sqrt(square);
            if (_samples >= options.OutlierBatches && size > options.OutlierFactor * _largest && _largest > 0)
            {
                // Left out of the mean, or one damaged batch would make all of them look large.
                _outlier.Observe(step, true, new Reading(Metric.InputStandardDeviation, size, options.OutlierFactor * _largest, ">", Name: Size));
                return;
            }

            _largest = Math.Max(_largest, size);
            _squares += square;
            _means += mean;
            if (++_samples < options.MinimumBatches)
            {
                return;
            }

            double overall = Math.Sqrt(_squares / _samples);
            _large.Observe(step, overall > options.MaximumSize, new Reading(Metric.InputStandardDeviation, overall, options.MaximumSize, ">", Name: Size));
            _tiny.Observe(step, overall > 0 && overall < options.MinimumSize && !IsSparse(), new Reading(Metric.InputStandardDeviation, overall, options.MinimumSize, "<", Name: Size));
        }
    }
}

/// <summary>Thresholds of <see cref="UnscaledInput"/>.</summary>
public sealed class UnscaledInputOptions
{
    /// <summary>Gets or sets the root mean square that inputs may have.</summary>
    /// <value>The default is 10, as the mean magnitude in AUTOTRAINER; above 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumSize { get; set; } = 10;

    /// <summary>Gets or sets the root mean square below which the finding is info, or a warning where nothing is learnt.</summary>
    /// <value>The default is 1/255: what images in 0 … 1 are at most when they are divided by 255 once more; at least 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MinimumSize { get; set; } = 1 / 255.0;

    /// <summary>Gets or sets how many times their standard deviation the mean of inputs may be where nothing is learnt.</summary>
    /// <value>The default is 20: a bright image lies at 10, and standardised features at 0; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MaximumOffset { get; set; } = 20;

    /// <summary>Gets or sets how many times that the largest value may be before inputs count as sparse and not as tiny.</summary>
    /// <value>The default is 10; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double SparseFactor { get; set; } = 10;

    /// <summary>Gets or sets how many batches must have been measured.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumBatches { get; set; } = 3;

    /// <summary>Gets or sets how many times larger than all before a batch must be to stand out.</summary>
    /// <value>The default is 50: no batch of the same data varies by so much; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double OutlierFactor { get; set; } = 50;

    /// <summary>Gets or sets how many batches must have been measured before one can stand out.</summary>
    /// <value>The default is 10; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int OutlierBatches { get; set; } = 10;
}
