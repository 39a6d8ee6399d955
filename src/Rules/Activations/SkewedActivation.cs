using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Activations;

/// <summary>TD3003: outputs of a hidden activation lie far from zero mean.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class SkewedActivation(SkewedActivationOptions options) : Rule<SkewedActivationOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD3003",
        Name = "skewed-activation",
        Category = RuleCategory.Activations,
        Severity = Severity.Info,
        Summary = $"The outputs of a hidden activation lie far from zero mean.",
        Explanation = $"The mean of the outputs is compared with their standard deviation. ReLU of normally distributed inputs gives a ratio of 0.68, sigmoid of the same inputs one of 2.4; the rule fires well above that.",
        Why = $"When all inputs of a layer have one sign, its weights can only grow or shrink together, and the next step undoes the last. The source article names outputs that are not symmetric as a cause of overfitting.",
        Inputs = [Metric.OutputMean, Metric.OutputStandardDeviation],
        Granularity = ScopeKind.Layer,
        Causes = [Cause.AsymmetricActivation, Cause.PoorInitialization, Cause.MissingNormalization],
        Remedies =
        [
            new($"Centre the outputs: tanh with Xavier initialisation, or ELU with He.", $"Outputs on both sides of zero let weights move in any direction at once."),
            new($"Normalise after the layer.", $"Normalisation takes the mean out whatever the activation."),
        ],
        Sources = [RemedySources.Article, "LeCun et al. 1998, Efficient BackProp, Neural Networks: Tricks of the Trade, https://doi.org/10.1007/3-540-49430-8_2", RemedySources.Clevert],
        Limitations = $"Info: networks of rectifiers train well with outputs on one side of zero.",
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
        var worst = symptom.Evidence.MaxBy(evidence => Math.Abs(evidence.Value))!;
        string? from = facts.Run.Model?.FindLayer(worst.Layer ?? string.Empty)?.Activation.ToString();
        return new Diagnosis(
            $"The outputs of {worst.Layer} lie far from zero mean",
            $"{Quotation.Span(symptom, facts, Metric.OutputMean)} the mean output of {symptom.Layers.Count} layer(s) lay more than {worst.Limit:G3} standard deviations from zero, furthest that of {worst.Layer}: {worst.Value:G3} of them at step {worst.Step}.",
            [new(Cause.AsymmetricActivation, 0.7), new(Cause.PoorInitialization, 0.15), new(Cause.MissingNormalization, 0.1)],
            [
                ActivationRemedies.ZeroCentred(symptom.Layers, from, bounded: true),
                ActivationRemedies.ZeroCentred(symptom.Layers, from, bounded: false),
                ActivationRemedies.Normalize(symptom.Layers, "LayerNorm"),
            ]);
    }

    private sealed class Evaluator(SkewedActivationOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, options.Patience) { Opening = Severity.Info };
        private bool? _isJudged;
        private long _step = -1;
        private double _mean = double.NaN;
        private double _deviation = double.NaN;

        public override Text? WhyNotEvaluated => _isJudged == false
            ? (Text)$"no hidden activation was measured"
            : _tracker.WhyNotEvaluated(options.Patience, Metric.OutputMean);

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Step != _step)
            {
                Judge();
                _step = measurement.Step;
            }

            if (measurement.Metric == Metric.OutputMean)
            {
                _mean = measurement.Value;
            }
            else
            {
                _deviation = measurement.Value;
            }
        }

        public override void Complete() => Judge();

        private void Judge()
        {
            _isJudged ??= !ModelFacts.IsOutput(context.Run, context.Scope.Name)
                && context.Layer is null or { Kind: LayerKind.Activation, Activation: not (ActivationKind.Softmax or ActivationKind.LogSoftmax) };
            if (_isJudged == true && !double.IsNaN(_mean) && !double.IsNaN(_deviation))
            {
                double ratio = _deviation > 0 ? Math.Abs(_mean) / _deviation : 0;
                _tracker.Observe(_step, ratio > options.MaximumRatio, new Reading(Metric.OutputMean, ratio, options.MaximumRatio, ">", Name: "output_mean_over_deviation"));
            }

            (_mean, _deviation) = (double.NaN, double.NaN);
        }
    }
}

/// <summary>Thresholds of <see cref="SkewedActivation"/>.</summary>
public sealed class SkewedActivationOptions
{
    /// <summary>Gets or sets how many standard deviations the mean may lie from zero.</summary>
    /// <value>The default is 4: sigmoid of normally distributed inputs has 2.4, of inputs half as wide 4.2; above 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumRatio { get; set; } = 4;

    /// <summary>Gets or sets how many measurements in a row must exceed the limit.</summary>
    /// <value>The default is 20; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 20;
}
