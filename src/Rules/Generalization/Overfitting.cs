using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Knowledge;

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
        Explanation = $"The level of validation at the end of the run is compared with its best level, while training since then is watched. The rule fires when validation is worse by a visible share and beyond its own noise, "
            + $"or no validation since came near the best, and training went on improving. It fires on the validation score in the same way, and where validation stopped improving long ago while the training loss went on falling to a fraction of it. "
            + $"A small rise, or one that goes with a better score, is info only.",
        Why = $"From its best validation on, the network learns what is special to its training samples.",
        Inputs = [Metric.ValidationLoss, Metric.ValidationAccuracy],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.OverCapacity, Cause.MissingRegularization, Cause.TooManyEpochs, Cause.LabelError, Cause.AsymmetricActivation],
        Remedies =
        [
            new($"Stop at the best validation and keep its weights.", $"What comes later makes the model worse on what it has not seen."),
            new($"Add dropout or weight decay, or more data.", $"Both make memorising more costly than learning the rule."),
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
        double? bestEpoch = symptom.Values.TryGetValue("bestEpoch", out double epoch) ? epoch : null;
        var (title, message) = (Title(symptom), Message(symptom));
        if (symptom.RecoveredAt is not null)
        {
            (title, message) = ($"As it stood at step {symptom.LastStep}: {title}", $"As it stood at step {symptom.LastStep}: {message}");
        }

        return new Diagnosis(title, message, RankCauses(facts), Prescribe(facts, bestEpoch, symptom.Values["bestStep"]));
    }

    private static Text Title(Symptom symptom) => symptom.Variant switch
    {
        ValidationRetreat.Gap => $"The validation loss is {symptom.Values["end"] / symptom.Values["trainNow"]:G2} times the training loss and has stopped improving",
        ValidationRetreat.ScoreGap => $"The validation score stopped improving {symptom.Values["trainNow"] - symptom.Values["end"]:G3} below the training score",
        ValidationRetreat.Score => $"The validation score is {Math.Abs(symptom.Values["end"] - symptom.Values["level"]):G3} worse than at its best",
        _ when symptom.Values["level"] > 0 => $"Validation is {Quotation.Change((symptom.Values["end"] / symptom.Values["level"]) - 1)} worse than at its best",
        _ => $"Validation is worse than at its best",
    };

    private static Text Message(Symptom symptom)
    {
        string set = symptom.Evidence[0].Layer is { } name ? FormattableString.Invariant($" on {name}") : string.Empty;
        double best = symptom.Values["best"];
        double step = symptom.Values["bestStep"];
        double level = symptom.Values["level"];
        double end = symptom.Values["end"];
        double count = symptom.Values["count"];
        double then = symptom.Values["trainThen"];
        double now = symptom.Values["trainNow"];
        return (symptom.Variant, double.IsNaN(then), symptom.Values["scoreImproves"] > 0) switch
        {
            (ValidationRetreat.Gap, _, _) => $"The validation loss{set} was lowest at step {step:F0} with {best:G4} and has hardly improved since step {symptom.Values["settled"]:F0}; its last {count:F0} values lie at a level of {end:G4}. The level of the training loss fell from {then:G4} to {now:G4} in the same time.",
            (ValidationRetreat.ScoreGap, _, _) => $"The validation score{set} was best at step {step:F0} with {best:G4} and has hardly improved since step {symptom.Values["settled"]:F0}; its last {count:F0} values lie at a level of {end:G4}. The level of the training score rose from {then:G4} to {now:G4} in the same time.",
            (ValidationRetreat.Score, true, _) => $"The validation score{set} was best at step {step:F0} with {best:G4}. The level of its last {count:F0} values is {end:G4}, that of its best time was {level:G4}.",
            (ValidationRetreat.Score, _, _) => $"The validation score{set} was best at step {step:F0} with {best:G4}. The level of its last {count:F0} values is {end:G4}, that of its best time was {level:G4}; training went on improving from a level of {then:G4} to {now:G4}.",
            (_, true, _) => $"The validation loss{set} was lowest at step {step:F0} with {best:G4}. The level of its last {count:F0} values is {end:G4}, that of its best time was {level:G4}.",
            (_, _, true) => $"The validation loss{set} was lowest at step {step:F0} with {best:G4}. The level of its last {count:F0} values is {end:G4}, that of its best time was {level:G4}; the level of the training loss fell from {then:G4} to {now:G4}. The validation score still improved: the network grows overconfident.",
            _ => $"The validation loss{set} was lowest at step {step:F0} with {best:G4}. The level of its last {count:F0} values is {end:G4}, that of its best time was {level:G4}; the level of the training loss fell from {then:G4} to {now:G4}.",
        };
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
        private readonly OverfittingEvidence _evidence = new(options, context);
        private Symptom? _symptom;
        private int _scope = -1;
        private bool _isDue;

        private RunCurves Curves => context.Facts.Curves;

        public override Text? WhyNotEvaluated => _symptom is not null ? null : LossCurve.WhyNotMeasurable(context.Run)
            ?? (Most() is var count && count < options.MinimumValidations ? (Text)$"needs {options.MinimumValidations} validations, had {count}" : null);

        public override void Observe(in Measurement measurement) => _isDue |= measurement.Metric == Metric.ValidationLoss;

        public override void StepCompleted(long step)
        {
            // Not before: losses, scores and other sets of the same step may come in any order.
            if (!_isDue)
            {
                return;
            }

            _isDue = false;
            if (WhyNotEvaluated is null)
            {
                Watch(step);
            }
        }

        public override void Complete()
        {
            if (WhyNotEvaluated is not null)
            {
                return;
            }

            ValidationRetreat? gravest = null;
            foreach (var judge in (Func<int, ValidationRetreat?>[])[_evidence.LossRises, _evidence.ScoreFalls, _evidence.LossStaysApart, _evidence.ScoresPart])
            {
                gravest = FirstOf(judge) is { } found && !(gravest?.Severity >= found.Severity) ? found : gravest;
            }

            if (gravest is null || (_symptom is not null && _symptom.Variant != gravest.Value.Variant))
            {
                TakeBack(context.Facts.LastStep);
            }

            if (gravest is { } worst)
            {
                Report(worst, context.Facts.LastStep);
            }
        }

        /// <summary>While the run goes on, only a rise that calls for action counts; a new best takes it back to info.</summary>
        private void Watch(long step)
        {
            if (_symptom is { RecoveredAt: null })
            {
                if (_evidence.LossRises(_scope) is { } still)
                {
                    Report(still, step);
                }
                else
                {
                    TakeBack(step);
                }
            }
            else
            {
                for (int scope = 0; scope < Curves.All(Metric.ValidationLoss).Length; scope++)
                {
                    if (_evidence.LossRises(scope) is { Severity: Severity.Warning } found && found.Curve.After >= options.Patience)
                    {
                        Report(found, step);
                        return;
                    }
                }
            }
        }

        private void TakeBack(long step)
        {
            if (_symptom is { RecoveredAt: null })
            {
                (_symptom.RecoveredAt, _symptom.Severity) = (step, Severity.Info);
            }
        }

        private ValidationRetreat? FirstOf(Func<int, ValidationRetreat?> judge)
        {
            int sets = Math.Max(Curves.All(Metric.ValidationLoss).Length, Curves.All(Metric.ValidationAccuracy).Length);
            for (int scope = 0; scope < sets; scope++)
            {
                if (judge(scope) is { } verdict)
                {
                    return verdict;
                }
            }

            return null;
        }

        private long Most()
        {
            long most = 0;
            foreach (var curve in Curves.All(Metric.ValidationLoss))
            {
                most = Math.Max(most, curve?.Series.Count ?? 0);
            }

            foreach (var curve in Curves.All(Metric.ValidationAccuracy))
            {
                most = Math.Max(most, curve?.Series.Count ?? 0);
            }

            return most;
        }

        private void Report(ValidationRetreat found, long step)
        {
            var values = context.Facts.Of(found.Metric, found.Scope)!.Value;
            bool isScore = found.Metric == Metric.ValidationAccuracy;
            double limit = isScore ? found.Curve.Best - (options.ClearPoints * (values.Maximum > 1.5 ? 100 : 1)) : found.Curve.Best * (1 + options.ClearRise);

            // A value told with its step is the one that was logged there; the level that was judged is told by the message.
            bool lastTells = isScore ? values.Last < limit : values.Last > limit;
            string? set = found.Scope == ScopeTable.Run ? null : context.Facts.Scopes[found.Scope].Name;
            var evidence = new Evidence(MetricCatalog.NameOf(found.Metric), set, values.LastStep, values.Last, lastTells ? limit : null, isScore ? "<" : ">");
            bool isNew = _symptom is null || _symptom.Variant != found.Variant;
            if (isNew)
            {
                _symptom = new Symptom { Severity = found.Severity, Variant = found.Variant, FirstStep = step, Evidence = [evidence] };
                _scope = found.Scope;
            }

            _symptom!.Severity = found.Severity;
            _symptom.Confidence = found.Confidence;
            _symptom.Evidence[0] = evidence;
            _symptom.LastStep = step;
            _symptom.RecoveredAt = null;
            _symptom.Values["best"] = isScore ? values.Maximum : values.Minimum;
            _symptom.Values["bestStep"] = isScore ? values.MaximumStep : values.MinimumStep;
            _symptom.Values["level"] = found.Curve.Best;
            _symptom.Values["end"] = found.Curve.End;
            _symptom.Values["settled"] = found.Curve.SettledStep;
            var series = Curves.Of(found.Metric, found.Scope)!.Series;
            _symptom.Values["count"] = (found.Curve.EndBlocks * series.Stride) + series.PendingCount;
            _symptom.Values["trainThen"] = found.Training.Then;
            _symptom.Values["trainNow"] = found.Training.Now;
            _symptom.Values["scoreImproves"] = found.GrewBetter ? 1 : 0;
            if (Curves.EpochAt((long)_symptom.Values["bestStep"]) is { } epoch)
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
