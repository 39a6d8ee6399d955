using TrainingDoctor.Reports;

namespace TrainingDoctor.Cures;

/// <summary>How a training went, as far as trials are compared by it.</summary>
/// <param name="Loss">The training loss, thinned out.</param>
/// <param name="Steps">The number of steps.</param>
/// <param name="LastLoss">The last training loss; null when there was none.</param>
/// <param name="ValidationLoss">The last validation loss; null when there was none.</param>
internal sealed record TrialCurve(IReadOnlyList<SeriesPoint> Loss, long Steps, double? LastLoss, double? ValidationLoss)
{
    private const int MostPoints = 200;

    /// <summary>Describes a training whose every loss is known.</summary>
    /// <param name="outcome">The training.</param>
    public static TrialCurve Of(TrainingOutcome outcome) => new(
        Thin([.. outcome.Losses.Select((loss, step) => new SeriesPoint(step, loss))]),
        outcome.Losses.Count,
        outcome.Losses.Count > 0 ? outcome.Losses[^1] : null,
        outcome.FinalValidation?.Loss);

    /// <summary>Takes every so manieth point, so that about two hundred remain.</summary>
    /// <param name="points">All points.</param>
    public static IReadOnlyList<SeriesPoint> Thin(IReadOnlyList<SeriesPoint> points)
    {
        int stride = Math.Max(1, points.Count / MostPoints);
        return [.. points.Where((_, index) => index % stride == 0)];
    }
}
