using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Inputs;

/// <summary>TD1005: samples come in an order that misleads training.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class UnshuffledData(UnshuffledDataOptions options) : Rule<UnshuffledDataOptions>(options)
{
    private const string Drifting = "drifting";
    private const string Repeated = "repeated";

    /// <summary>Steps that an epoch of several batches has at least.</summary>
    private const int FewestSteps = 2;

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD1005",
        Name = "unshuffled-data",
        Category = RuleCategory.Inputs,
        Severity = Severity.Warning,
        Summary = $"Samples come sorted: batches are of one kind each.",
        Explanation = $"Classes: the share of batches with one class only, among batches in which chance would hardly ever give that. Numbers: the variance of the batches' mean targets over what "
            + $"shuffling would give, the variance within batches divided by their size (an F-ratio, 1 when shuffled). Order within a batch does not matter and is not judged. Also fires where all measured batches are the very same one and the validation is far worse than what was memorised.",
        Why = $"Each batch pulls the weights to its own answer and undoes what the batch before has taught.",
        Inputs = [Metric.InputMean, Metric.InputStandardDeviation, Metric.Loss, Metric.ValidationLoss, Metric.TargetSingleClassBatch, Metric.TargetClassCount, Metric.TargetMajorityFraction, Metric.BatchSize, Metric.TargetMean, Metric.TargetStandardDeviation],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.DataOrder, Cause.OverCapacity],
        Remedies = [new($"Reshuffle the samples every epoch.", $"Mixed batches pull towards what all samples have in common.")],
        Sources = ["Bengio 2012, Practical recommendations for gradient-based training of deep architectures, arXiv, https://arxiv.org/abs/1206.5533", "Fisher 1925: analysis of variance"],
        Limitations = $"Streams that change over time, and reinforcement learning, come in an order by nature.",
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
        if (symptom.Variant == Repeated)
        {
            return new Diagnosis(
                $"Every step trains on the same batch",
                $"The inputs of all {symptom.Values["batches"]:F0} measured steps had the same mean and deviation to the last digit: {symptom.Values["size"]:F0} samples are learnt again and again. The training loss fell to {symptom.Values["training"]:G4}, while the validation loss is {symptom.Values["validation"]:G4}.",
                symptom.Values["epochs"] > 0 ? [new(Cause.DataOrder, 0.8), new(Cause.OverCapacity, 0.1)] : [new(Cause.DataOrder, 0.5), new(Cause.OverCapacity, 0.4)],
                [DataRemedies.Shuffle() with
                {
                    Title = $"Go on to the next batch at every step",
                    Rationale = $"A new iterator over the loader in each step begins at its first batch again; make it once for each epoch.",
                    Caveat = $"Where all data fit into one batch, too few data are the reason: regularise, or get more.",
                    Code = "foreach (var (x, y) in loader) { … } // not loader.First() in each step",
                }]);
        }

        return new Diagnosis(
            symptom.Variant == Drifting ? (Text)$"The targets come in order" : $"{worst.Value:P0} of the batches hold one class only",
            symptom.Variant == Drifting
                ? (Text)$"The mean target varied from batch to batch {worst.Value:G3} times as much as shuffling would give (limit {worst.Limit:G3}), over {symptom.Values["batches"]:F0} batches."
                : $"{worst.Value:P0} of {symptom.Values["batches"]:F0} batches of {symptom.Values["size"]:F0} samples held one class only (limit {worst.Limit:P0}), among {symptom.Values["classes"]:F0} classes.",
            [new(Cause.DataOrder, 0.95)],
            [DataRemedies.Shuffle()]);
    }

    private sealed class Evaluator(UnshuffledDataOptions options, RuleContext context) : RuleEvaluator
    {
        private long _classBatches;
        private long _single;
        private double _classes;
        private double _majority = double.NaN;
        private double _batchSize = double.NaN;
        private double _mean = double.NaN;
        private double _deviation = double.NaN;
        private long _numberBatches;
        private double _sumMeans;
        private double _squaresMeans;
        private double _sumVariances;
        private double _sizes;
        private double _inputMean = double.NaN;
        private double _inputDeviation = double.NaN;
        private (double Mean, double Deviation)? _firstInputs;
        private long _sameInputs;
        private bool _hasOthers;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(
                Math.Max(_classBatches, _numberBatches), options.MinimumBatches, _numberBatches > _classBatches ? Metric.TargetMean : Metric.TargetSingleClassBatch);

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.InputMean:
                    _inputMean = measurement.Value;
                    break;
                case Metric.InputStandardDeviation:
                    _inputDeviation = measurement.Value;
                    break;
                case Metric.Loss or Metric.ValidationLoss:
                    break;
                case Metric.BatchSize:
                    _batchSize = measurement.Value;
                    break;
                case Metric.TargetSingleClassBatch:
                    _classBatches++;
                    _single += measurement.Value > 0 ? 1 : 0;
                    break;
                case Metric.TargetClassCount:
                    _classes = measurement.Value;
                    break;
                case Metric.TargetMajorityFraction:
                    _majority = measurement.Value;
                    break;
                case Metric.TargetMean:
                    _mean = measurement.Value;
                    break;
                default:
                    _deviation = measurement.Value;
                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (double.IsFinite(_mean) && double.IsFinite(_deviation) && _batchSize >= options.MinimumBatchSize)
            {
                _numberBatches++;
                _sumMeans += _mean;
                _squaresMeans += _mean * _mean;
                _sumVariances += _deviation * _deviation;
                _sizes += _batchSize;
            }

            (_mean, _deviation) = (double.NaN, double.NaN);
            if (!_hasOthers && double.IsFinite(_inputMean) && double.IsFinite(_inputDeviation))
            {
                _firstInputs ??= (_inputMean, _inputDeviation);
                _hasOthers = _firstInputs != (_inputMean, _inputDeviation) || _inputDeviation == 0;
                _sameInputs++;
            }

            (_inputMean, _inputDeviation) = (double.NaN, double.NaN);
        }

        public override void Complete()
        {
            JudgeRepeated();
            if (_classBatches >= options.MinimumBatches)
            {
                JudgeClasses();
            }

            if (_numberBatches >= options.MinimumBatches && !IsReinforcement())
            {
                JudgeNumbers();
            }
        }

        /// <summary>Values that a network learns from its own estimates rise as it learns, in whatever order they are drawn.</summary>
        private bool IsReinforcement() => context.Facts.Has(Metric.Reward) || context.Facts.Has(Metric.EpisodeLength) || context.Run.Task is TrainingTask.PolicyOptimization;

        private void JudgeClasses()
        {
            double share = (double)_single / _classBatches;
            double size = double.IsFinite(_batchSize) ? _batchSize : options.MinimumBatchSize;
            double byChance = double.IsFinite(_majority) ? Math.Pow(_majority, size - 1) : 1;
            if (_classes >= 2 && size >= options.MinimumBatchSize && byChance < options.MaximumChance && share > options.MaximumSingle)
            {
                var symptom = Open(string.Empty, "single_class_batch_share", share, options.MaximumSingle, _classBatches);
                symptom.Values["size"] = size;
                symptom.Values["classes"] = _classes;
            }
        }

        private void JudgeRepeated()
        {
            if (_hasOthers || _sameInputs < options.MinimumBatches || context.Facts.Of(Metric.Loss) is not { Recent: >= 0 and var training }
                || context.Facts.Of(Metric.ValidationLoss) is not { Recent: var validation } || !(training < options.MemorisedShare * validation))
            {
                return;
            }

            // Where an epoch is one step, all data are in one batch, on purpose.
            double epochs = context.Facts.Epochs;
            if (context.Facts.LastStep - context.Facts.FirstStep + 1 < FewestSteps * epochs)
            {
                return;
            }

            var symptom = Open(Repeated, "batches_with_the_same_inputs", _sameInputs, options.MinimumBatches, _sameInputs, ">=");
            (symptom.Values["size"], symptom.Values["training"], symptom.Values["validation"], symptom.Values["epochs"]) = (_batchSize, training, validation, epochs);
        }

        private void JudgeNumbers()
        {
            double n = _numberBatches;
            double between = Math.Max(0, (_squaresMeans / n) - (_sumMeans / n * (_sumMeans / n))) * n / (n - 1);
            double within = _sumVariances / n;
            double size = _sizes / n;
            double total = within + between;
            double ratio = within > 1e-9 * total ? between * size / within : between > 0 ? double.MaxValue : 0;
            double limit = Math.Max(options.MaximumRatio, options.RatioPerSample * size);
            if (ratio > limit)
            {
                Open(Drifting, "target_mean_variation_ratio", ratio, limit, n);
            }
        }

        private Symptom Open(string variant, string metric, double value, double limit, double batches, string comparison = ">")
        {
            var symptom = context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Variant = variant,
                FirstStep = context.Facts.FirstStep,
                LastStep = context.Facts.LastStep,
                Evidence = [new Evidence(metric, null, context.Facts.LastStep, value, limit, comparison)],
            });
            symptom.Values["batches"] = batches;
            return symptom;
        }
    }
}

/// <summary>Thresholds of <see cref="UnshuffledData"/>.</summary>
public sealed class UnshuffledDataOptions
{
    /// <summary>Gets or sets the share of batches that may hold one class only.</summary>
    /// <value>The default is 0.3; sorted classes give more where a class fills two batches; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumSingle { get; set; } = 0.3;

    /// <summary>Gets or sets how likely shuffling may make a batch of one class for the share to mean anything.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumChance { get; set; } = 0.05;

    /// <summary>Gets or sets the F-ratio that targets may have between batches.</summary>
    /// <value>The default is 5: with 20 shuffled batches, 1 in 10,000 runs exceeds 3; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double MaximumRatio { get; set; } = 5;

    /// <summary>Gets or sets the F-ratio allowed for each sample of a batch.</summary>
    /// <value>The default is 0.1: large batches show differences that do no harm; at least 0.</value>
    [Range(0.0, double.MaxValue)]
    public double RatioPerSample { get; set; } = 0.1;

    /// <summary>Gets or sets the share of the validation loss below which the training loss of a single batch is that of samples learnt by heart.</summary>
    /// <value>The default is 0.1; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MemorisedShare { get; set; } = 0.1;

    /// <summary>Gets or sets how many batches must have been measured.</summary>
    /// <value>The default is 20; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int MinimumBatches { get; set; } = 20;

    /// <summary>Gets or sets how many samples a batch must have.</summary>
    /// <value>The default is 4; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int MinimumBatchSize { get; set; } = 4;
}
