using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6006: training steps in evaluation mode, or validation in training mode.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class WrongMode(WrongModeOptions options) : Rule<WrongModeOptions>(options)
{
    private const string InValidation = "validation";
    private const string InTraining = "training";
    private const string Random = "random";
    private const string Remembering = "remembering";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6006",
        Name = "wrong-mode",
        Category = RuleCategory.Generalization,
        Severity = Severity.Error,
        Summary = $"Layers whose mode matters run in the wrong one.",
        Explanation = $"Dropout and batch normalisation act differently in training and evaluation mode. The rule fires when such a layer ran in training mode during validation, "
            + $"or when all such layers, but for those of frozen parts, ran in evaluation mode for several training steps in a row, as they do when model.train() is not called again after validation. "
            + $"In a preflight it fires, too, when two evaluations of one batch in evaluation mode differ.",
        Why = $"Validation in training mode measures another network than the one that will be used, and batch normalisation even learns from the validation data; "
            + $"training in evaluation mode switches regularisation off.",
        Inputs = [Metric.TrainingMode, Metric.ValidationTrainingMode, Metric.EvaluationDifference, Metric.EvaluationDrift],
        RequiredInputs = [Metric.TrainingMode],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [Cause.EvaluationMode],
        Remedies =
        [
            new($"Call model.eval() before validation and model.train() after it.", $"Dropout and batch normalisation then do what each phase needs."),
        ],
        Sources = ["PyTorch documentation: Module.train and Module.eval", RemedySources.Srivastava, RemedySources.Ioffe],
        Limitations = $"Monte-Carlo dropout, and batch normalisation whose statistics alone are frozen, are choices that look the same.",
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
        string layers = string.Join(", ", symptom.Layers);
        if (symptom.Variant is Random or Remembering)
        {
            return new Diagnosis(
                symptom.Variant == Random ? (Text)$"Evaluation is random" : $"Evaluation depends on what was evaluated before",
                symptom.Variant == Random
                    ? (Text)$"{Quotation.Span(symptom, facts, Metric.EvaluationDifference)} the same batch was evaluated twice in evaluation mode, and the output differed by up to {symptom.Evidence[0].Value:G3} standard deviations."
                    : $"{Quotation.Span(symptom, facts, Metric.EvaluationDrift)} the same batch was evaluated twice in evaluation mode with the same random numbers, and the output differed by up to {symptom.Evidence[0].Value:G3} standard deviations: the model keeps something from one call to the next.",
                [new(Cause.EvaluationMode, 0.9)],
                [ModeRemedies.Switch(symptom.Variant == Random)]);
        }

        return symptom.Variant == InValidation
            ? new Diagnosis(
                $"Validation ran in training mode",
                $"{Quotation.Span(symptom, facts, Metric.ValidationTrainingMode)} {layers} ran in training mode during validation.",
                [new(Cause.EvaluationMode, 0.95)],
                [ModeRemedies.Evaluate()])
            : new Diagnosis(
                $"Training steps ran in evaluation mode",
                $"{layers} ran in evaluation mode in training steps from step {symptom.FirstStep} on, {symptom.Values["steps"]:F0} in a row of those looked at.",
                [new(Cause.EvaluationMode, 0.95)],
                [ModeRemedies.Train()]);
    }

    private sealed class Evaluator(WrongModeOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SortedDictionary<int, Scope> _sensitive = [];

        /// <summary>Whether the mode matters, by scope: a layer is looked up by name once.</summary>
        private readonly Dictionary<int, bool> _isSensitive = [];
        private readonly HashSet<int> _frozen = [];
        private Symptom? _validation;
        private Symptom? _training;
        private Symptom? _random;
        private Symptom? _remembering;
        private bool _hasTrained;
        private (Measurement First, Measurement Largest, Measurement Last)? _differences;
        private (Measurement First, Measurement Largest, Measurement Last)? _drifts;
        private bool _isCompared;
        private long _step = -1;
        private long _steps;
        private long _streak;
        private long _streakStart;

        public override Text? WhyNotEvaluated => _isCompared ? null
            : _sensitive.Count == 0 ? $"the model has no layer whose mode matters"
            : _steps < options.MinimumSteps && _validation is null ? (Text)$"needs {options.MinimumSteps} steps, had {_steps}" : null;

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Metric is Metric.EvaluationDifference or Metric.EvaluationDrift)
            {
                _isCompared = true;
                if (context.Run.Preflight is null)
                {
                    // What the model answers is known only later.
                    Keep(measurement, ref measurement.Metric == Metric.EvaluationDifference ? ref _differences : ref _drifts);
                }
                else
                {
                    ReportDifference(measurement);
                }

                return;
            }

            if (!IsSensitive(measurement.Scope))
            {
                return;
            }

            bool training = measurement.Value > 0;
            if (measurement.Metric == Metric.ValidationTrainingMode)
            {
                if (training)
                {
                    ReportValidation(measurement);
                }

                return;
            }

            if (_frozen.Contains(measurement.Scope))
            {
                return;
            }

            _hasTrained |= training;
            if (measurement.Step != _step)
            {
                (_step, _steps) = (measurement.Step, _steps + 1);
            }
        }

        public override void Complete()
        {
            if (!MayDraw())
            {
                ReportKept(_differences);
                ReportKept(_drifts);
            }
        }

        private void Keep(in Measurement measurement, ref (Measurement First, Measurement Largest, Measurement Last)? kept)
        {
            if (measurement.Value > options.MaximumDifference)
            {
                var (first, largest, _) = kept ?? (measurement, measurement, measurement);
                kept = (first, measurement.Value > largest.Value ? measurement : largest, measurement);
            }
        }

        private void ReportKept((Measurement First, Measurement Largest, Measurement Last)? kept)
        {
            if (kept is var (first, largest, last))
            {
                ReportDifference(first);
                ReportDifference(largest);
                ReportDifference(last);
            }
        }

        public override void StepCompleted(long step)
        {
            if (_step != step)
            {
                return;
            }

            // All at once: a single layer in evaluation mode is frozen on purpose.
            _streak = _hasTrained ? 0 : _streak + 1;
            _streakStart = _streak == 1 ? step : _streakStart;
            if (_hasTrained && _training is { RecoveredAt: null })
            {
                _training.RecoveredAt = step;
            }

            _hasTrained = false;
            if (_streak < options.MinimumSteps)
            {
                return;
            }

            _training ??= context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.95,
                Variant = InTraining,
                Layers = [.. _sensitive.Where(layer => !_frozen.Contains(layer.Key)).Select(layer => layer.Value.Name)],
                FirstStep = _streakStart,
                Evidence = [new Evidence("layers_in_training_mode", null, step, 0, 1, "<")],
                Values = { ["steps"] = _streak },
            });
            _training.LastStep = step;
            _training.RecoveredAt = null;
            _training.Values["steps"] = Math.Max(_training.Values["steps"], _streak);
        }

        /// <summary>A part whose parameters are all frozen is kept in evaluation mode rightly: it is to go on as it was trained before. A layer without parameters belongs to the part around it.</summary>
        private static bool IsFrozen(ModelDescription model, string path)
        {
            for (; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOf('.'))])
            {
                var held = model.Parameters.Where(parameter => parameter.LayerPath == path || parameter.LayerPath.StartsWith(path + '.', StringComparison.Ordinal)).ToList();
                if (held.Count > 0)
                {
                    return held.TrueForAll(parameter => !parameter.IsTrainable);
                }
            }

            return false;
        }

        private bool IsSensitive(int scope)
        {
            if (_isSensitive.TryGetValue(scope, out bool known))
            {
                return known;
            }

            var described = context.Facts.Scopes[scope];
            if (context.Run.Model?.FindLayer(described.Name) is not { } layer || !(layer.Kind == LayerKind.BatchNormalization || (layer.Kind == LayerKind.Dropout && layer.DropoutRate is not 0)))
            {
                return _isSensitive[scope] = false;
            }

            _sensitive[scope] = described;
            if (IsFrozen(context.Run.Model, described.Name))
            {
                _frozen.Add(scope);
            }

            return _isSensitive[scope] = true;
        }

        private void ReportDifference(in Measurement measurement)
        {
            if (!(measurement.Value > options.MaximumDifference))
            {
                return;
            }

            ref var symptom = ref measurement.Metric == Metric.EvaluationDifference ? ref _random : ref _remembering;
            if (symptom is not null && symptom.Evidence[0].Value >= measurement.Value)
            {
                symptom.LastStep = measurement.Step;
                return;
            }

            var evidence = new Evidence(MetricCatalog.NameOf(measurement.Metric), context.Facts.Scopes[measurement.Scope].Name, measurement.Step, measurement.Value, options.MaximumDifference, ">");
            if (symptom is not null)
            {
                symptom.Evidence[0] = evidence;
                symptom.LastStep = measurement.Step;
                return;
            }

            symptom = context.Open(new Symptom
            {
                // A model that keeps its state from call to call does so on purpose now and then: before training one is asked, in a run one is told.
                Severity = measurement.Metric == Metric.EvaluationDrift && context.Run.Preflight is null ? Severity.Info : Severity.Warning,
                Confidence = 0.95,
                Variant = measurement.Metric == Metric.EvaluationDifference ? Random : Remembering,
                Layers = [],
                FirstStep = measurement.Step,
                LastStep = measurement.Step,
                Evidence = [evidence],
            });
        }

        /// <summary>Models that generate may draw in evaluation too; what answers a question must not. A preflight is asked about it, and tells at once.</summary>
        private bool MayDraw() => context.Run.Task is not (TrainingTask.MulticlassClassification or TrainingTask.BinaryClassification or TrainingTask.MultilabelClassification or TrainingTask.Regression)
            && RecognizedLoss.KindOf(context.Facts) is not (LossKind.CrossEntropy or LossKind.NegativeLogLikelihood);

        private void ReportValidation(in Measurement measurement)
        {
            string name = _sensitive[measurement.Scope].Name;
            _validation ??= context.Open(new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.97,
                Variant = InValidation,
                Layers = [name],
                FirstStep = measurement.Step,
                Evidence = [new Evidence(MetricCatalog.NameOf(Metric.ValidationTrainingMode), name, measurement.Step, 1, 0, ">")],
            });
            _validation.LastStep = measurement.Step;
            if (!_validation.Layers.Contains(name))
            {
                _validation.Layers = [.. _validation.Layers, name];
            }

            // Dropout may be on by intention; statistics learnt from validation batches never are.
            if (context.Run.Model?.FindLayer(name) is { Kind: LayerKind.BatchNormalization })
            {
                _validation.Severity = Severity.Error;
            }
        }
    }
}

/// <summary>Thresholds of <see cref="WrongMode"/>.</summary>
public sealed class WrongModeOptions
{
    /// <summary>Gets or sets how many training steps in a row must have been in evaluation mode.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumSteps { get; set; } = 5;

    /// <summary>Gets or sets how far two evaluations of one batch may differ, in standard deviations of the output.</summary>
    /// <value>The default is 1e-4: what a device's order of summation changes lies below 1e-5, dropout of a single unit far above; above 0.</value>
    [Range(double.Epsilon, double.MaxValue)]
    public double MaximumDifference { get; set; } = 1e-4;
}
