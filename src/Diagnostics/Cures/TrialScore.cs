namespace TrainingDoctor.Cures;

/// <summary>How good a run came out, higher is better: accuracy where there is one, otherwise how far the validation loss lies below its start, as a share.</summary>
/// <param name="Value">The score.</param>
/// <param name="JudgedBy">The metric behind it.</param>
/// <param name="Raw">The metric's own value.</param>
internal sealed record TrialScore(double Value, Metric JudgedBy, double Raw)
{
    private const double Floor = -10;

    /// <summary>Scores what a run came to.</summary>
    /// <param name="outcome">The run.</param>
    /// <param name="report">Its report: which tells the loss.</param>
    /// <param name="onTraining">What the model scores on its training samples, for a program that holds none back; null where it cannot be known.</param>
    /// <param name="targetDeviation">The standard deviation of the targets that the score is measured on; null when they are no numbers.</param>
    public static TrialScore Of(TrainingOutcome outcome, DiagnosisReport report, ValidationScore? onTraining = null, double? targetDeviation = null)
    {
        if (onTraining is { Accuracy: { } known })
        {
            return new TrialScore(double.IsFinite(known) ? known : 0, Metric.Accuracy, known);
        }

        if (outcome.FinalValidation is { Accuracy: { } accuracy })
        {
            return new TrialScore(double.IsFinite(accuracy) ? accuracy : 0, Metric.ValidationAccuracy, accuracy);
        }

        double loss = outcome.FinalValidation?.Loss ?? onTraining?.Loss ?? (outcome.Losses.Count > 0 ? outcome.Losses.Skip(outcome.Losses.Count * 9 / 10).Average() : double.NaN);
        var metric = outcome.FinalValidation?.Loss is null ? Metric.Loss : Metric.ValidationLoss;
        double scale = Scale(report, targetDeviation) ?? (outcome.Losses.Count > 0 ? Math.Abs(outcome.Losses[0]) : 1);
        double value = double.IsFinite(loss) ? 1 - (loss / Math.Max(scale, 1e-12)) : Floor;
        return new TrialScore(Math.Max(Floor, double.IsFinite(value) ? value : Floor), metric, loss);
    }

    /// <summary>The loss of the best constant answer, where the targets tell it.</summary>
    private static double? Scale(DiagnosisReport report, double? deviation) =>
        report.Run.Loss?.Kind switch
        {
            LossKind.MeanSquaredError when deviation > 0 => deviation * deviation,
            LossKind.MeanAbsoluteError or LossKind.Huber when deviation > 0 => deviation * 0.8,
            _ => null,
        };
}
