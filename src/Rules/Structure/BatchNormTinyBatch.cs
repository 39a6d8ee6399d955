using System.ComponentModel.DataAnnotations;

namespace TrainingDoctor.Rules.Structure;

/// <summary>TD7007: batch normalisation over one or a few values.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class BatchNormTinyBatch(BatchNormTinyBatchOptions options) : Rule<BatchNormTinyBatchOptions>(options)
{
    /// <summary>The variant of a symptom whose every mean is that of one sample, over however many positions.</summary>
    private const string Alone = "alone";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD7007",
        Name = "batch-norm-tiny-batch",
        Category = RuleCategory.Structure,
        Severity = Severity.Warning,
        Summary = $"Batch normalisation averages over one or a few values.",
        Explanation = $"For each batch normalisation the number of values per channel is measured. The rule fires when most of the batches have too few; a short last batch of an epoch does not count. "
            + $"It also fires where every step has one sample, of however many positions, and validations use the running averages.",
        Why = $"Mean and variance of a few values are noise: outputs depend on which samples happen to share a batch, and evaluation, which uses running averages, sees another network than training.",
        Inputs = [Metric.NormalizationBatchSize, Metric.TrainingMode],
        RequiredInputs = [Metric.NormalizationBatchSize],
        Granularity = ScopeKind.Layer,
        Causes = [Cause.BatchTooSmall, Cause.MissingNormalization],
        Remedies =
        [
            new($"Use layer or group normalisation.", $"They do not look across the batch."),
            new($"Use batches of 16 samples or more.", $"The error of a mean falls with the root of the number of samples."),
        ],
        Sources = ["Wu and He 2018, ECCV, https://arxiv.org/abs/1803.08494, Group normalization: error of batch normalisation below 16 samples", "Ioffe and Szegedy 2015"],
        Limitations = $"Convolutions average over positions too, so that small batches of large images pass; their values are correlated, though.",
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
        var worst = symptom.Evidence.MinBy(evidence => evidence.Value)!;
        double size = facts.Of(Metric.BatchSize)?.Maximum ?? worst.Value;
        double better = Math.Max(16, 4 * size);
        return new Diagnosis(
            symptom.Variant == Alone ? (Text)$"Batch normalisation of one sample at a time" : $"Batch normalisation over {worst.Value:N0} value(s)",
            symptom.Variant == Alone
            ? (Text)$"Every step trains on one sample, so that {symptom.Layers.Count} batch normalisation(s) take each sample's own mean and size away, {worst.Layer} among them; validations use running averages instead, with which the network was never trained."
            : $"{Quotation.Span(symptom, facts, Metric.NormalizationBatchSize)} {symptom.Layers.Count} batch normalisation(s) averaged over at most {worst.Limit:N0} values per channel in most batches, {worst.Layer} over {worst.Value:N0} at step {worst.Step}.",
            [new(Cause.BatchTooSmall, 0.9)],
            [
                new Remedy
                {
                    Title = $"Replace {string.Join(", ", symptom.Layers)} by layer normalisation",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.RemoveNormalization, Layers = symptom.Layers }, new RemedyAction { Kind = RemedyActionKind.AddNormalization, Layers = symptom.Layers, Type = "LayerNorm" }],
                    Rationale = $"Layer normalisation averages over the features of one sample and does not care about the batch.",
                    Caveat = $"In TorchSharp 0.107 GroupNorm leaves its weights uninitialised: set them to 1 and its bias to 0 by hand.",
                    Code = "nn.LayerNorm(features) // instead of nn.BatchNorm1d(features)",
                    Sources = ["Ba et al. 2016, Layer normalization", "Wu and He 2018, ECCV, https://arxiv.org/abs/1803.08494, Group normalization"],
                },
                new Remedy
                {
                    Title = $"Or use batches of {better:N0} samples",
                    Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Value = better }],
                    Rationale = $"Statistics of 16 samples and more are steady enough.",
                    Caveat = $"Fewer steps per epoch: raise the learning rate or the number of epochs.",
                    Code = FormattableString.Invariant($"var loader = new DataLoader(dataset, {better:F0}, shuffle: true);"),
                    Sources = ["Wu and He 2018, ECCV, https://arxiv.org/abs/1803.08494, Group normalization"],
                },
            ]);
    }

    private sealed class Evaluator(BatchNormTinyBatchOptions options, RuleContext context) : RuleEvaluator
    {
        private int _samples;
        private int _tiny;
        private bool _isEvaluating;
        private Measurement? _pending;
        private Symptom? _symptom;

        public override Text? WhyNotEvaluated => _samples >= options.Patience ? null : (Text)$"needs {options.Patience} measured batches, had {_samples}";

        public override void Observe(in Measurement measurement)
        {
            // The order within a step means nothing: a step is judged when a later one begins.
            if (_pending is { } pending && pending.Step != measurement.Step)
            {
                Judge(pending);
                _pending = null;
            }

            if (measurement.Metric == Metric.TrainingMode)
            {
                _isEvaluating = measurement.Value == 0;
            }
            else
            {
                _pending = measurement;
            }
        }

        public override void Complete()
        {
            if (_pending is { } pending)
            {
                Judge(pending);
            }

            if (_symptom is null && _samples >= options.Patience && IsAlone())
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Variant = Alone,
                    Evidence = [new Evidence(MetricCatalog.NameOf(Metric.BatchSize), context.Scope.Name, context.Facts.FirstStep, 1, 1, "<=")],
                });
            }
        }

        /// <summary>One sample of an image or a volume; rows of a table or nodes of a graph are told as batches of one as well, and are many samples. A network that is validated as it is trained is meant so.</summary>
        private bool IsAlone() =>
            context.Facts.Of(Metric.BatchSize) is { Count: > 0, Maximum: <= 1 }
            && context.Facts.Of(Metric.ValidationTrainingMode, context.Scope.Name) is { Count: > 0, Maximum: 0 }
            && context.Facts.Run.Model?.Layers.Any(layer => layer.Path == context.Scope.Name && (layer.TypeName.EndsWith("2d", StringComparison.Ordinal) || layer.TypeName.EndsWith("3d", StringComparison.Ordinal))) == true;

        private void Judge(in Measurement measurement)
        {
            // In evaluation mode the layer uses its running averages, whatever the batch.
            if (_isEvaluating)
            {
                return;
            }

            _samples++;
            _tiny += measurement.Value <= options.MinimumValues ? 1 : 0;
            if (_samples < options.Patience || _tiny <= options.MostBatches * _samples || !(measurement.Value <= options.MinimumValues))
            {
                return;
            }

            _symptom ??= context.Open(new Symptom
            {
                Severity = Severity.Warning,
                FirstStep = measurement.Step,
                Evidence = [new Evidence(MetricCatalog.NameOf(Metric.NormalizationBatchSize), context.Scope.Name, measurement.Step, measurement.Value, options.MinimumValues, "<=")],
            });
            _symptom.LastStep = measurement.Step;
        }
    }
}

/// <summary>Thresholds of <see cref="BatchNormTinyBatch"/>.</summary>
public sealed class BatchNormTinyBatchOptions
{
    /// <summary>Gets or sets the number of values per channel that is too few.</summary>
    /// <value>The default is 4: Wu and He (2018) lose several points of accuracy there; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumValues { get; set; } = 4;

    /// <summary>Gets or sets the share of batches that must be so small.</summary>
    /// <value>The default is 0.5, so that the short last batch of an epoch passes; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MostBatches { get; set; } = 0.5;

    /// <summary>Gets or sets how many batches must be measured.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
