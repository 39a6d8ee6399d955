using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6010: running statistics of a batch normalisation still hold their start values at validation.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class UnsettledStatistics(UnsettledStatisticsOptions options) : Rule<UnsettledStatisticsOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6010",
        Name = "unsettled-statistics",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Running statistics of a batch normalisation still hold their start values at validation.",
        Explanation = $"A running statistic keeps the weight (1 - momentum) to the power of the number of steps of the 0 or 1 that it began with. The rule fires when a good part of it is left at several validations in a row, and the validation loss is far above the training loss; without that it is silent.",
        Why = $"In training a batch normalisation takes the statistics of the batch, in evaluation the running ones: the network that is evaluated is another one. It looks like overfitting.",
        Inputs = [Metric.NormalizationStartShare, Metric.ValidationLoss, Metric.Loss],
        RequiredInputs = [Metric.NormalizationStartShare],
        Granularity = ScopeKind.Run,
        Causes = [Cause.StaleStatistics, Cause.EvaluationMode],
        Remedies =
        [
            new($"Use the default momentum of 0.1, or none, which takes the mean over all batches.", $"The statistics are then settled after some tens of steps."),
            new($"Train longer before the first validation.", $"A slow average needs several times 1/momentum steps."),
        ],
        Sources = ["PyTorch documentation: BatchNorm1d, momentum", "Ioffe and Szegedy 2015"],
        Limitations = $"Keras calls momentum what PyTorch calls 1 - momentum: 0.99 there is 0.01 here.",
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
        return new Diagnosis(
            $"Batch normalisation is evaluated with its start values",
            $"At step {symptom.LastStep} the running statistics of {ModelFacts.Names(symptom.Layers)} still held {worst.Value:P0} of the values that they began with (limit {worst.Limit:P0}), and the validation loss was {symptom.Values["harm"]:G3} times the training loss.",
            [new(Cause.StaleStatistics, 0.9), new(Cause.EvaluationMode, 0.05)],
            [
                new Remedy
                {
                    Title = $"Let running statistics follow faster",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.AddNormalization, Layers = symptom.Layers, Type = "BatchNorm with momentum 0.1" }],
                    Rationale = $"Set the momentum to 0.1, or to null for a mean over all batches: after 1/momentum steps a third of the start values is left, after three times as many a twentieth.",
                    Caveat = $"With very small batches a fast average is noisy; LayerNorm or GroupNorm have no such statistics.",
                    Code = "nn.BatchNorm1d(features, momentum: 0.1)",
                    Sources = ["PyTorch documentation: BatchNorm1d, momentum"],
                },
            ]);
    }

    private sealed class Evaluator(UnsettledStatisticsOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly Dictionary<int, double> _shares = [];
        private Symptom? _symptom;
        private double _validation = double.NaN;
        private int _streak;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric == Metric.NormalizationStartShare)
            {
                _shares[measurement.Scope] = measurement.Value;
            }
            else if (measurement.Metric == Metric.ValidationLoss && measurement.Scope == ScopeTable.Run)
            {
                _validation = measurement.Value;
            }
        }

        public override void StepCompleted(long step)
        {
            if (_shares.Count == 0)
            {
                return;
            }

            double largest = 0;
            int worst = -1;
            foreach (var (scope, share) in _shares)
            {
                (largest, worst) = share > largest || (share == largest && string.CompareOrdinal(NameOf(scope), NameOf(worst)) < 0) ? (share, scope) : (largest, worst);
            }

            double harm = _validation / context.Facts.Of(Metric.Loss)?.Recent ?? double.NaN;
            _streak = largest > options.MaximumShare && harm > options.HarmFactor ? _streak + 1 : 0;
            if (_streak >= options.Patience)
            {
                _symptom ??= context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    FirstStep = step,
                    Layers = [.. _shares.Where(share => share.Value > options.MaximumShare).Select(share => context.Facts.Scopes[share.Key].Name).Order(StringComparer.Ordinal)],
                    Evidence = [new Evidence(MetricCatalog.NameOf(Metric.NormalizationStartShare), NameOf(worst), step, largest, options.MaximumShare, ">")],
                });
                (_symptom.LastStep, _symptom.Values["harm"]) = (step, harm);
                _symptom.Evidence[0] = _symptom.Evidence[0] with { Layer = NameOf(worst), Step = step, Value = largest };
                _symptom.RecoveredAt = null;
            }
            else if (_symptom is { RecoveredAt: null })
            {
                _symptom.RecoveredAt = step;
            }

            _shares.Clear();
            _validation = double.NaN;
        }

        private string NameOf(int scope) => scope < 0 ? string.Empty : context.Facts.Scopes[scope].Name;
    }
}

/// <summary>Thresholds of <see cref="UnsettledStatistics"/>.</summary>
public sealed class UnsettledStatisticsOptions
{
    /// <summary>Gets or sets the share of the start values that may be left.</summary>
    /// <value>The default is 0.3: what default settings have after 12 steps; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumShare { get; set; } = 0.3;

    /// <summary>Gets or sets how many times the training loss the validation loss must be.</summary>
    /// <value>The default is 1.5; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double HarmFactor { get; set; } = 1.5;

    /// <summary>Gets or sets how many validations in a row it takes.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 3;
}
