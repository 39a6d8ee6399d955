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
            + $"The rule fires when validation has risen by a share of its best and beyond its own noise, or when no validation since came near the best, and training kept falling.",
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
        string set = end.Layer is { } name ? FormattableString.Invariant($" on {name}") : string.Empty;
        double share = (end.Value / best) - 1;
        double then = symptom.Values["trainThen"];
        double now = symptom.Values["trainNow"];
        var message = double.IsNaN(then)
            ? (Text)$"The validation loss{set} was {best:G4} at step {bestStep:F0} and {end.Value:G4} at step {end.Step}, {share:P0} above its best."
            : symptom.Values["scoreImproves"] > 0
            ? (Text)$"The validation loss{set} was {best:G4} at step {bestStep:F0} and {end.Value:G4} at step {end.Step}, {share:P0} above its best, while the training loss fell from {then:G4} to {now:G4}. The validation score still improved: the network grows overconfident."
            : $"The validation loss{set} was {best:G4} at step {bestStep:F0} and {end.Value:G4} at step {end.Step}, {share:P0} above its best, while the training loss fell from {then:G4} to {now:G4}.";
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
        var hidden = facts.Run.Model?.Leaves.SkipLast(1).Where(layer => layer.Activation is ActivationKind.ReLU or ActivationKind.Sigmoid or ActivationKind.LeakyReLU).ToList();
        if (hidden is null or { Count: > 0 })
        {
            List<string> layers = [.. hidden?.Select(layer => layer.Path) ?? []];
            string? from = hidden?[0].Activation.ToString();
            remedies.Add(ActivationRemedies.ZeroCentred(layers, from, bounded: true));
            remedies.Add(ActivationRemedies.ZeroCentred(layers, from, bounded: false));
        }

        return remedies;
    }

    private sealed class Evaluator(OverfittingOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly ValidationCurves _curves = new(context, Metric.ValidationLoss);
        private Symptom? _symptom;
        private int _scope = -1;
        private bool _isDue;

        public override Text? WhyNotEvaluated => _symptom is null ? _curves.WhyNotJudged(options.MinimumValidations) : null;

        public override void Observe(in Measurement measurement)
        {
            _isDue |= _curves.Add(measurement) is not null;
        }

        public override void StepCompleted(long step)
        {
            // Not before: losses, scores and other sets of the same step may come in any order.
            if (!_isDue)
            {
                return;
            }

            _isDue = false;
            if (_curves.WhyNotJudged(options.MinimumValidations) is not null)
            {
                return;
            }

            for (int scope = 0; scope < _curves.Sets.Length; scope++)
            {
                if (_curves.Sets[scope] is { } series && series.LastStep == step && series.Count >= options.MinimumValidations)
                {
                    Judge(scope, series, step);
                }
            }
        }

        public override void Complete()
        {
            if (_symptom is { RecoveredAt: not null })
            {
                // Validation found a new best later on: it was a detour.
                _symptom.Severity = Severity.Info;
            }
        }

        private void Judge(int scope, CompactedSeries validation, long step)
        {
            var best = BestValidation.Of(validation);
            // A rise that is nothing against what was won since the first validation is no loss to anyone.
            if (best.Best <= 0 || best.End - best.Best < options.LeastRise * (validation.First - best.Best))
            {
                return;
            }

            var (then, now, error) = _curves.TrainingSince(best.Step);
            bool unknown = double.IsNaN(then);
            bool falls = unknown || (now < then * (1 - options.TrainingFall) && then - now > 2 * error);
            bool halved = !unknown && now < then / 2;
            bool certain = best.Rise > options.MinimumRise && best.Z > options.NoiseMultiple;
            bool likely = best.Rise > 2 * options.MinimumRise && best.Z > 0.6 * options.NoiseMultiple && halved && best.After > options.Patience;
            bool apart = (best.Floor > best.Best * (1 + (4 * options.MinimumRise)) && best.After > options.Patience)
                || (best.Floor > best.Best * (1 + options.MinimumRise) && best.After > options.Patience + 1 && best.Rise > 3 * options.MinimumRise && halved);
            bool climbs = best.Climbs && best.Rise > 4 * options.MinimumRise && halved;
            bool matters = best.End - best.Best > options.LeastLoss * (validation.First - best.Best) || best.Rise > 10 * options.MinimumRise;
            bool gaps = unknown || best.End > options.LeastGap * now || best.Rise > 4 * options.MinimumRise;
            if (best.After >= options.Patience && falls && matters && gaps && (certain || likely || apart || climbs))
            {
                Report(scope, step, best, (then, now));
            }
            else if (_symptom is { RecoveredAt: null } && scope == _scope && best.Step > _symptom.FirstStep)
            {
                // There was a new best since.
                _symptom.RecoveredAt = best.Step;
            }
        }

        private void Report(int scope, long step, in BestValidation best, (double Then, double Now) training)
        {
            var evidence = new Evidence("validation_loss", _curves.NameOf(scope), step, best.End, best.Best * (1 + options.MinimumRise), ">");
            bool isNew = _symptom is null;
            if (!isNew && _scope != scope)
            {
                return;
            }

            _scope = scope;
            _symptom ??= new Symptom { Severity = Severity.Warning, FirstStep = step, Evidence = [evidence] };

            bool scoreImproves = context.Facts.Of(Metric.ValidationAccuracy, scope) is { } score && score.MaximumStep > best.Step && score.Recent >= score.Mean;
            _symptom.Confidence = scoreImproves || double.IsNaN(training.Then) ? 0.7 : 0.9;
            _symptom.Evidence[0] = evidence;
            _symptom.LastStep = step;
            _symptom.RecoveredAt = null;
            _symptom.Values["best"] = best.Best;
            _symptom.Values["bestStep"] = best.Step;
            _symptom.Values["trainThen"] = training.Then;
            _symptom.Values["trainNow"] = training.Now;
            _symptom.Values["scoreImproves"] = scoreImproves ? 1 : 0;
            if (_curves.EpochAt(best.Step) is { } epoch)
            {
                _symptom.Values["bestEpoch"] = epoch;
            }

            if (isNew)
            {
                context.Open(_symptom);
            }
        }
    }
}

/// <summary>Thresholds of <see cref="Overfitting"/>.</summary>
public sealed class OverfittingOptions
{
    /// <summary>Gets or sets the share of what was won since the first validation that the rise must reach.</summary>
    /// <value>The default is 0.005; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastRise { get; set; } = 0.005;

    /// <summary>Gets or sets the share of its best by which the validation loss must have risen.</summary>
    /// <value>The default is 0.05: Prechelt's generalisation loss of 5 %; SageMaker Debugger's Overfit takes a ratio of 0.1; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double MinimumRise { get; set; } = 0.05;

    /// <summary>Gets or sets the share of what validation had won since the first that must be lost again; a rise by half of the best counts whatever the share.</summary>
    /// <value>The default is 0.04; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastLoss { get; set; } = 0.04;

    /// <summary>Gets or sets how many times larger than the training loss the validation loss must be, unless it rose by four times the least rise.</summary>
    /// <value>The default is 1.3: without a gap there is nothing that generalises badly; at least 1.</value>
    [Range(1.0, 100.0)]
    public double LeastGap { get; set; } = 1.3;

    /// <summary>Gets or sets by how many standard errors the validation loss must have risen; 0.6 of it where the training loss has halved and the rise is twice the least.</summary>
    /// <value>The default is 4: the best of many noisy validations is low by one or two of them already; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 4;

    /// <summary>Gets or sets the share by which the training loss must have fallen since the best validation.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TrainingFall { get; set; } = 0.05;

    /// <summary>Gets or sets how many validations there must be after the best.</summary>
    /// <value>The default is 3, Lightning's patience for early stopping; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 3;

    /// <summary>Gets or sets how many validations are needed for a judgement.</summary>
    /// <value>The default is 4: the best and as many after it as the patience; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int MinimumValidations { get; set; } = 4;
}
