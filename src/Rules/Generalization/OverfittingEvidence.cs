using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Generalization;

/// <summary>What speaks for overfitting: a validation that has left its best for good, or one that training has left behind, each by its loss and by its score.</summary>
/// <param name="options">The thresholds.</param>
/// <param name="context">The run.</param>
internal sealed class OverfittingEvidence(OverfittingOptions options, RuleContext context)
{
    private RunCurves Curves => context.Facts.Curves;

    /// <summary>Tells whether the validation loss has left its best for good while training went on improving.</summary>
    /// <param name="scope">The evaluation set.</param>
    /// <returns>Null where it has not.</returns>
    public ValidationRetreat? LossRises(int scope)
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
        return isClear && isLasting && isSignificant ? new ValidationRetreat(string.Empty, Metric.ValidationLoss, scope, curve, training, Severity.Warning, confidence, grewBetter)
            : isSignificant || curve.BestAfter > curve.Best * (1 + options.MildRise) ? new ValidationRetreat(string.Empty, Metric.ValidationLoss, scope, curve, training, Severity.Info, 0.6, grewBetter) : null;
    }

    /// <summary>The validation score has left its best for good while training went on improving.</summary>
    public ValidationRetreat? ScoreFalls(int scope)
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

        return new ValidationRetreat(ValidationRetreat.Score, Metric.ValidationAccuracy, scope, curve, training, points > options.ClearPoints ? Severity.Warning : Severity.Info, points > options.ClearPoints ? 0.8 : 0.6, false);
    }

    /// <summary>Training went on falling for a third of the run or longer, to a fraction of a validation loss that has long stopped improving.</summary>
    public ValidationRetreat? LossStaysApart(int scope)
    {
        if (Curves.Of(Metric.ValidationLoss, scope)?.Describe() is not { Best: > 0, Blocks: >= 8 } curve || !EndsFinite(Metric.ValidationLoss, scope) || curve.ShareAfterSettled < options.LongAgo)
        {
            return null;
        }

        var (then, now, error) = Curves.Since(Metric.Loss, curve.SettledStep);
        bool halved = now > 0 && now < then / 2 && then - now > 2 * error;
        bool isGood = context.Facts.Of(Metric.ValidationAccuracy, scope) is { } scores && Curves.Of(Metric.ValidationAccuracy, scope)?.Describe(higherIsBetter: true)?.End / (scores.Maximum > 1.5 ? 100 : 1) > options.GoodScore;
        return halved && curve.End > options.WideGap * now && curve.End - now > options.GapOverNoise * curve.Noise && !ScoreImproves(scope, curve.SettledStep)
            ? new ValidationRetreat(ValidationRetreat.Gap, Metric.ValidationLoss, scope, curve, new TrainingSinceBest(then, now, true, false), isGood ? Severity.Info : Severity.Warning, 0.7, false)
            : null;
    }

    /// <summary>The training score went on rising for a third of the run or longer, far above a validation score that has long stopped improving.</summary>
    public ValidationRetreat? ScoresPart(int scope)
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
        return went && gap > Math.Max(options.WidePoints, options.GapOverNoise * curve.Noise / scale) && curve.End < options.GoodScore * scale
            ? new ValidationRetreat(ValidationRetreat.ScoreGap, Metric.ValidationAccuracy, scope, curve, new TrainingSinceBest(then, now, true, false), Severity.Warning, 0.7, false) : null;
    }

    /// <summary>Tells how training went on from a step: by its loss, by its score where the loss says nothing.</summary>
    private TrainingSinceBest TrainingSince(long step)
    {
        var (then, now, error) = Curves.Since(Metric.Loss, step);
        if (then - now > Math.Max(options.TrainingFall * Math.Abs(then), 2 * error))
        {
            return new TrainingSinceBest(then, now, true, false);
        }

        var score = Curves.Since(Metric.Accuracy, step);
        return !double.IsNaN(score.Then) && score.Now - score.Then > Math.Max(options.TrainingFall * score.Then, 2 * score.Error) ? new TrainingSinceBest(double.NaN, double.NaN, true, false)
            : new TrainingSinceBest(then, now, double.IsNaN(then) && double.IsNaN(score.Then), double.IsNaN(then));
    }

    private bool ScoreImproves(int scope, long step)
    {
        var (then, now, error) = Curves.Since(Metric.ValidationAccuracy, step, scope);
        var (errorThen, errorNow, noise) = Curves.Since(Metric.ValidationError, step, scope);
        return now - then > Math.Max(error, options.BetterScore * Math.Abs(then)) || errorThen - errorNow > Math.Max(noise, options.BetterScore * Math.Abs(errorThen));
    }

    private bool EndsFinite(Metric metric, int scope) => context.Facts.Of(metric, scope) is { } values && double.IsFinite(values.Last);
}
