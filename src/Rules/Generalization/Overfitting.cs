using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Knowledge;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>TD6001: validation worsens while training improves.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class Overfitting(OverfittingOptions options) : Rule<OverfittingOptions>(options)
{
    private const string Gap = "gap";
    private const string Score = "score";
    private const string ScoreGap = "score-gap";

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
        Gap => $"The validation loss is {symptom.Values["end"] / symptom.Values["trainNow"]:G2} times the training loss and has stopped improving",
        ScoreGap => $"The validation score stopped improving {symptom.Values["trainNow"] - symptom.Values["end"]:G3} below the training score",
        Score => $"The validation score is {Math.Abs(symptom.Values["end"] - symptom.Values["level"]):G3} worse than at its best",
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
            (Gap, _, _) => $"The validation loss{set} was lowest at step {step:F0} with {best:G4} and has hardly improved since step {symptom.Values["settled"]:F0}; its last {count:F0} values lie at a level of {end:G4}. The level of the training loss fell from {then:G4} to {now:G4} in the same time.",
            (ScoreGap, _, _) => $"The validation score{set} was best at step {step:F0} with {best:G4} and has hardly improved since step {symptom.Values["settled"]:F0}; its last {count:F0} values lie at a level of {end:G4}. The level of the training score rose from {then:G4} to {now:G4} in the same time.",
            (Score, true, _) => $"The validation score{set} was best at step {step:F0} with {best:G4}. The level of its last {count:F0} values is {end:G4}, that of its best time was {level:G4}.",
            (Score, _, _) => $"The validation score{set} was best at step {step:F0} with {best:G4}. The level of its last {count:F0} values is {end:G4}, that of its best time was {level:G4}; training went on improving from a level of {then:G4} to {now:G4}.",
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

            Verdict? gravest = null;
            foreach (var judge in (Func<int, Verdict?>[])[Rises, ScoreFalls, StaysApart, ScoresPart])
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
                if (Rises(_scope) is { } still)
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
                    if (Rises(scope) is { Severity: Severity.Warning } found && found.Curve.After >= options.Patience)
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

        /// <summary>The validation loss has left its best for good while training went on improving.</summary>
        private Verdict? Rises(int scope)
        {
            if (Curves.Of(Metric.ValidationLoss, scope)?.Describe() is not { Best: > 0 } curve || !EndsFinite(Metric.ValidationLoss, scope))
            {
                return null;
            }

            var training = TrainingSince(curve.BestStep);
            bool matters = curve.Lost > options.LeastLost || curve.Rise > options.LargeRise;
            bool isApart = !(curve.End < options.LeastGap * training.Now) || curve.Rise > 2 * options.ClearRise;
            if (!training.Improves || !matters || !isApart || curve.Rise < options.MildRise || curve.After < options.Patience - 1)
            {
                return null;
            }

            bool grewBetter = ScoreImproves(scope, curve.BestStep);
            bool isClear = curve.Rise > (grewBetter ? options.OverconfidentRise : options.ClearRise) || (curve.Lost > options.ClearLost && curve.Rise > options.MildRise && !grewBetter);
            bool isLasting = curve.After >= options.Patience || (curve.Worsens && curve.Rise > options.LargeRise && curve.After >= options.Patience - 1);
            double confidence = grewBetter || training.IsUnknown ? 0.7 : curve.After > options.Patience ? 0.9 : 0.8;
            bool isSignificant = curve.IsSignificant(options.NoiseMultiple, options.ClearRise);
            return isClear && isLasting && isSignificant ? new Verdict(string.Empty, Metric.ValidationLoss, scope, curve, training, Severity.Warning, confidence, grewBetter)
                : isSignificant || curve.BestAfter > curve.Best * (1 + options.MildRise) ? new Verdict(string.Empty, Metric.ValidationLoss, scope, curve, training, Severity.Info, 0.6, grewBetter) : null;
        }

        /// <summary>The validation score has left its best for good while training went on improving.</summary>
        private Verdict? ScoreFalls(int scope)
        {
            if (Curves.Of(Metric.ValidationAccuracy, scope)?.Describe(higherIsBetter: true) is not { } curve || context.Facts.Of(Metric.ValidationAccuracy, scope) is not { Minimum: >= 0, Maximum: <= 100 } scores
                || (context.Facts.Of(Metric.ValidationLoss, scope) is { } losses && !double.IsFinite(losses.Last)))
            {
                return null;
            }

            var training = TrainingSince(curve.BestStep);
            double points = curve.Loss / (scores.Maximum > 1.5 ? 100 : 1);
            if (!training.Improves || training.IsUnknown || curve.After < options.Patience + 1 || points < options.MildPoints || !curve.IsSignificant(options.NoiseMultiple, options.ClearRise))
            {
                return null;
            }

            return new Verdict(Score, Metric.ValidationAccuracy, scope, curve, training, points > options.ClearPoints ? Severity.Warning : Severity.Info, points > options.ClearPoints ? 0.8 : 0.6, false);
        }

        /// <summary>Training went on falling for a third of the run or longer, to a fraction of a validation loss that has long stopped improving.</summary>
        private Verdict? StaysApart(int scope)
        {
            if (Curves.Of(Metric.ValidationLoss, scope)?.Describe() is not { Best: > 0, Blocks: >= 8 } curve || !EndsFinite(Metric.ValidationLoss, scope) || curve.ShareAfterSettled < options.LongAgo)
            {
                return null;
            }

            var (then, now, error) = Curves.Since(Metric.Loss, curve.SettledStep);
            bool halved = now > 0 && now < then / 2 && then - now > 2 * error;
            bool isGood = context.Facts.Of(Metric.ValidationAccuracy, scope) is { } scores && scores.Recent / (scores.Maximum > 1.5 ? 100 : 1) > options.GoodScore;
            return halved && curve.End > options.WideGap * now && !ScoreImproves(scope, curve.SettledStep)
                ? new Verdict(Gap, Metric.ValidationLoss, scope, curve, new Training(then, now, true, false), isGood ? Severity.Info : Severity.Warning, 0.7, false)
                : null;
        }

        /// <summary>The training score went on rising for a third of the run or longer, far above a validation score that has long stopped improving.</summary>
        private Verdict? ScoresPart(int scope)
        {
            if (Curves.Of(Metric.ValidationAccuracy, scope)?.Describe(higherIsBetter: true) is not { Blocks: >= 8 } curve || curve.ShareAfterSettled < options.LongAgo
                || context.Facts.Of(Metric.ValidationAccuracy, scope) is not { Minimum: >= 0, Maximum: <= 100 } scores || context.Facts.Of(Metric.Accuracy) is not { Minimum: >= 0, Maximum: <= 100 } training)
            {
                return null;
            }

            double scale = Math.Max(scores.Maximum, training.Maximum) > 1.5 ? 100 : 1;
            var (then, now, error) = Curves.Since(Metric.Accuracy, curve.SettledStep);
            bool went = now - then > Math.Max(options.ClearPoints * scale, 2 * error);
            double gap = (now - curve.End) / scale;
            return went && gap > options.WidePoints && curve.End < options.GoodScore * scale
                ? new Verdict(ScoreGap, Metric.ValidationAccuracy, scope, curve, new Training(then, now, true, false), Severity.Warning, 0.7, false) : null;
        }

        private Verdict? FirstOf(Func<int, Verdict?> judge)
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

        /// <summary>Tells how training went on from a step: by its loss, by its score where the loss says nothing.</summary>
        private Training TrainingSince(long step)
        {
            var (then, now, error) = Curves.Since(Metric.Loss, step);
            if (then - now > Math.Max(options.TrainingFall * Math.Abs(then), 2 * error))
            {
                return new Training(then, now, true, false);
            }

            var score = Curves.Since(Metric.Accuracy, step);
            return !double.IsNaN(score.Then) && score.Now - score.Then > Math.Max(options.TrainingFall * score.Then, 2 * score.Error) ? new Training(double.NaN, double.NaN, true, false)
                : new Training(then, now, double.IsNaN(then) && double.IsNaN(score.Then), double.IsNaN(then));
        }

        private bool ScoreImproves(int scope, long step)
        {
            var (then, now, error) = Curves.Since(Metric.ValidationAccuracy, step, scope);
            var (errorThen, errorNow, noise) = Curves.Since(Metric.ValidationError, step, scope);
            return now - then > Math.Max(error, options.BetterScore * Math.Abs(then)) || errorThen - errorNow > Math.Max(noise, options.BetterScore * Math.Abs(errorThen));
        }

        private bool EndsFinite(Metric metric, int scope) => context.Facts.Of(metric, scope) is { } values && double.IsFinite(values.Last);

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

        private void Report(Verdict found, long step)
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
            if (Curves.EpochAt(found.Curve.BestStep) is { } epoch)
            {
                _symptom.Values["bestEpoch"] = epoch;
            }

            if (isNew)
            {
                context.Open(_symptom);
            }
        }
    }

    /// <summary>How training went on from the best validation.</summary>
    private readonly record struct Training(double Then, double Now, bool Improves, bool IsUnknown);

    private readonly record struct Verdict(string Variant, Metric Metric, int Scope, CurveDescription Curve, Training Training, Severity Severity, double Confidence, bool GrewBetter);
}

/// <summary>Thresholds of <see cref="Overfitting"/>.</summary>
public sealed class OverfittingOptions
{
    /// <summary>Gets or sets the share of its best by which the validation loss must end above it for a warning.</summary>
    /// <value>The default is 0.1, as in SageMaker Debugger's Overfit; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double ClearRise { get; set; } = 0.1;

    /// <summary>Gets or sets the share of its best from which a rise of the validation loss is worth info.</summary>
    /// <value>The default is 0.03; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double MildRise { get; set; } = 0.03;

    /// <summary>Gets or sets the share of what validation had won since the first that must be lost again for a warning.</summary>
    /// <value>The default is 0.2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ClearLost { get; set; } = 0.2;

    /// <summary>Gets or sets the share of what validation had won since the first that must be lost again for anything to be said, unless the rise is large.</summary>
    /// <value>The default is 0.04; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LeastLost { get; set; } = 0.04;

    /// <summary>Gets or sets the share of its best from which a rise is large, however little of the whole fall it is.</summary>
    /// <value>The default is 0.5; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double LargeRise { get; set; } = 0.5;

    /// <summary>Gets or sets the rise that it takes for a warning while the validation score goes on improving.</summary>
    /// <value>The default is 0.25: the network grows overconfident, not worse; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double OverconfidentRise { get; set; } = 0.25;

    /// <summary>Gets or sets the share by which a validation score must have improved since the best loss to count as better.</summary>
    /// <value>The default is 0.01; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double BetterScore { get; set; } = 0.01;

    /// <summary>Gets or sets by how much of a whole, as 0.05 for 5 points of a hundred, the validation score must end below its best for a warning.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double ClearPoints { get; set; } = 0.05;

    /// <summary>Gets or sets by how much of a whole the validation score must end below its best for info.</summary>
    /// <value>The default is 0.02; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MildPoints { get; set; } = 0.02;

    /// <summary>Gets or sets by how much of a whole the validation score must lie below a training score that left it behind.</summary>
    /// <value>The default is 0.2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double WidePoints { get; set; } = 0.2;

    /// <summary>Gets or sets how many times larger than the training loss the validation loss must be, unless it rose by twice the clear rise.</summary>
    /// <value>The default is 1.1: without a gap there is nothing that generalises badly; at least 0.</value>
    [Range(0.0, 100.0)]
    public double LeastGap { get; set; } = 1.1;

    /// <summary>Gets or sets how many times larger than the training loss a validation loss must be that does not rise but has long stopped improving.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1.0, 1000.0)]
    public double WideGap { get; set; } = 5;

    /// <summary>Gets or sets the validation score, of 1, above which a gap between the losses is info only.</summary>
    /// <value>The default is 0.95; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double GoodScore { get; set; } = 0.95;

    /// <summary>Gets or sets what share of the run must have passed since the best validation for it to be long ago.</summary>
    /// <value>The default is a third; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double LongAgo { get; set; } = 1 / 3.0;

    /// <summary>Gets or sets by how many standard errors validation must be worse than at its best.</summary>
    /// <value>The default is 4: the best of many noisy validations is low by one or two of them already; bounds 0 to 100.</value>
    [Range(0.0, 100.0)]
    public double NoiseMultiple { get; set; } = 4;

    /// <summary>Gets or sets the share by which training must have improved since the best validation.</summary>
    /// <value>The default is 0.05; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double TrainingFall { get; set; } = 0.05;

    /// <summary>Gets or sets how many validations there must be after the best for a warning; one less for info.</summary>
    /// <value>The default is 3, Lightning's patience for early stopping; at least 2.</value>
    [Range(2, int.MaxValue)]
    public int Patience { get; set; } = 3;

    /// <summary>Gets or sets how many validations are needed for a judgement.</summary>
    /// <value>The default is 3: the best and two after it; at least 3.</value>
    [Range(3, int.MaxValue)]
    public int MinimumValidations { get; set; } = 3;
}
