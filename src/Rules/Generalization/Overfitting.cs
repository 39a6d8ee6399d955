using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Knowledge;
using TrainingDoctor.Statistics;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6001: validation worsens while training improves.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class Overfitting(OverfittingOptions options) : Rule<OverfittingOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD6001",
        Name = "overfitting",
        Category = RuleCategory.Generalization,
        Severity = Severity.Warning,
        Summary = $"Validation worsens while training improves.",
        Explanation = $"The validation loss at the end of the run is compared with its best value, smoothed over neighbouring validations, while the training loss of the same time is watched. "
            + $"The rule fires when validation has risen by a share of its best and beyond its own noise, and training kept falling.",
        Why = $"From its best validation on, the network learns what is special to its training samples.",
        Inputs = [Metric.ValidationLoss, Metric.Loss, Metric.Epoch],
        RequiredInputs = [Metric.ValidationLoss],
        Granularity = ScopeKind.Run,
        Causes = [Cause.OverCapacity, Cause.MissingRegularization, Cause.TooManyEpochs, Cause.LabelError, Cause.AsymmetricActivation],
        Remedies =
        [
            new($"Stop at the best validation and keep its weights.", $"Later epochs make the network worse on what it has not seen."),
            new($"Add dropout or weight decay, or more data.", $"Both make learning by heart more costly than learning the rule."),
            new($"Centre the hidden outputs at zero with tanh or ELU.", $"The source article traces overfitting to outputs that are not symmetric around zero."),
        ],
        Sources = [RemedySources.Article, RemedySources.Prechelt, "SageMaker Debugger: Overfit, ratio 0.1"],
        Limitations = $"The validation score may still improve while the loss rises: a network that grows overconfident. The finding says so.",
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
        var end = symptom.Evidence[0];
        double best = symptom.Values["best"];
        double bestStep = symptom.Values["bestStep"];
        var message = (Text)$"The validation loss was {best:G4} at step {bestStep:F0} and {end.Value:G4} at step {end.Step}, {(end.Value / best) - 1:P0} above its best; the training loss fell from {symptom.Values["trainThen"]:G4} to {symptom.Values["trainNow"]:G4} meanwhile.";
        double? bestEpoch = symptom.Values.TryGetValue("bestEpoch", out double epoch) ? epoch : null;
        return new Diagnosis($"Validation is {(end.Value / best) - 1:P0} worse than at its best", message, RankCauses(facts), Prescribe(facts, bestEpoch, bestStep));
    }

    private static List<CauseLikelihood> RankCauses(RunFacts facts)
    {
        bool regularized = facts.Run.Optimizer is { WeightDecay: > 1e-5 } || facts.Run.Model?.Leaves.Any(layer => layer.Kind == LayerKind.Dropout) == true;
        return regularized
            ? [new(Cause.OverCapacity, 0.4), new(Cause.TooManyEpochs, 0.35), new(Cause.LabelError, 0.1), new(Cause.AsymmetricActivation, 0.05)]
            : [new(Cause.MissingRegularization, 0.35), new(Cause.OverCapacity, 0.3), new(Cause.TooManyEpochs, 0.2), new(Cause.LabelError, 0.05), new(Cause.AsymmetricActivation, 0.05)];
    }

    private static List<Remedy> Prescribe(RunFacts facts, double? bestEpoch, double bestStep)
    {
        var remedies = new List<Remedy> { RegularizationRemedies.StopEarly(bestEpoch, (long)bestStep), RegularizationRemedies.Dropout(), RegularizationRemedies.WeightDecay() };
        var skewed = facts.Run.Model?.Leaves.SkipLast(1).Where(layer => layer.Activation is ActivationKind.ReLU or ActivationKind.Sigmoid).ToList() ?? [];
        if (skewed.Count > 0)
        {
            remedies.Add(ActivationRemedies.ZeroCentred([.. skewed.Select(layer => layer.Path)], skewed[0].Activation.ToString(), bounded: false));
        }

        return remedies;
    }

    private sealed class Evaluator(OverfittingOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly Dictionary<int, CompactedSeries> _validations = [];
        private readonly CompactedSeries _training = new();
        private readonly CompactedSeries _epochs = new();
        private Symptom? _symptom;

        public override Text? WhyNotEvaluated => context.Run.Task is TrainingTask.Adversarial or TrainingTask.Reinforcement
            ? (Text)$"the losses of this kind of training are no measure of generalisation"
            : _validations.Values.Any(series => series.Count >= options.MinimumValidations) ? null : (Text)$"needs {options.MinimumValidations} validations, had {_validations.Values.Select(series => series.Count).DefaultIfEmpty(0).Max()}";

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.Loss when measurement.Scope == ScopeTable.Run:
                    _training.Add(measurement.Step, measurement.Value);
                    break;
                case Metric.Epoch when measurement.Scope == ScopeTable.Run:
                    _epochs.Add(measurement.Step, measurement.Value);
                    break;
                case Metric.ValidationLoss:
                    if (!_validations.TryGetValue(measurement.Scope, out var series))
                    {
                        _validations.Add(measurement.Scope, series = new CompactedSeries());
                    }

                    series.Add(measurement.Step, measurement.Value);
                    Judge(measurement.Scope, series, measurement.Step);
                    break;
            }
        }

        private void Judge(int scope, CompactedSeries validation, long step)
        {
            int blocks = validation.BlockCount;
            if (validation.Count < options.MinimumValidations || WhyNotEvaluated is not null)
            {
                return;
            }

            int width = Math.Clamp(blocks / 10, 1, 5);
            var (best, index) = validation.Lowest(width);
            double end = validation.MeanOf((double)(blocks - Math.Max(2, width)) / blocks, 1);
            long bestStep = validation.Steps[Math.Min(blocks - 1, index + (width / 2))];
            if (best <= 0 || blocks - index - width < options.Patience)
            {
                return;
            }

            var (then, now) = TrainingAround(bestStep);
            bool trainingFalls = double.IsNaN(then) || now < then * (1 - options.TrainingFall);
            double noise = validation.Noise * Math.Sqrt((1.0 / width) + 0.5);
            double rise = end - best;
            if (rise > options.MinimumRise * best && rise > options.NoiseMultiple * noise && trainingFalls)
            {
                Report(scope, step, (best, bestStep), end, (then, now));
            }
            else if (_symptom is { RecoveredAt: null } && rise < 0.5 * options.MinimumRise * best)
            {
                _symptom.RecoveredAt = step;
            }
        }

        private (double Then, double Now) TrainingAround(long step)
        {
            var steps = _training.Steps;
            int at = 0;
            while (at + 1 < steps.Length && steps[at + 1] <= step)
            {
                at++;
            }

            return steps.Length < 4 ? (double.NaN, double.NaN) : (_training.Means[at], _training.MeanOf((double)(steps.Length - 2) / steps.Length, 1));
        }

        private void Report(int scope, long step, (double Loss, long Step) best, double end, (double Then, double Now) training)
        {
            string? dataset = scope == ScopeTable.Run ? null : context.Facts.Scopes[scope].Name;
            var evidence = new Evidence("validation_loss", dataset, step, end, best.Loss * (1 + options.MinimumRise), ">");
            _symptom ??= context.Open(new Symptom { Severity = Severity.Warning, FirstStep = step, Evidence = [evidence] });
            if (_symptom.Evidence[0].Layer != dataset)
            {
                return;
            }

            _symptom.Evidence[0] = evidence;
            _symptom.LastStep = step;
            _symptom.RecoveredAt = null;
            _symptom.Values["best"] = best.Loss;
            _symptom.Values["bestStep"] = best.Step;
            _symptom.Values["trainThen"] = training.Then;
            _symptom.Values["trainNow"] = training.Now;
            for (int i = 0; i < _epochs.BlockCount; i++)
            {
                if (_epochs.Steps[i] >= best.Step)
                {
                    _symptom.Values["bestEpoch"] = _epochs.Means[i];
                    break;
                }
            }
        }
    }
}

/// <summary>Thresholds of <see cref="Overfitting"/>.</summary>
public sealed class OverfittingOptions
{
    /// <summary>Gets or sets the share of its best by which the validation loss must have risen.</summary>
    /// <value>The default is 0.1, as in SageMaker Debugger's Overfit; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double MinimumRise { get; set; } = 0.1;

    /// <summary>Gets or sets by how many times its own noise the validation loss must have risen.</summary>
    /// <value>The default is 3; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 3;

    /// <summary>Gets or sets the share by which the training loss must have fallen since the best validation.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TrainingFall { get; set; } = 0.05;

    /// <summary>Gets or sets how many validations there must be after the best.</summary>
    /// <value>The default is 3, Lightning's patience for early stopping; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 3;

    /// <summary>Gets or sets how many validations are needed for a judgement.</summary>
    /// <value>The default is 5; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int MinimumValidations { get; set; } = 5;
}
