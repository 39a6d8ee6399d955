using TrainingDoctor.Reports.Html;
using TrainingDoctor.Reports.Runs;

namespace TrainingDoctor.Reports;

/// <summary>The curve that a run is judged by, as small as a word, for lists of runs.</summary>
/// <param name="Path">The data of an SVG path, 120 wide and 26 high.</param>
/// <param name="Onset">Where in the width the trouble began; null where there is none, or none at a step of the curve.</param>
public sealed record RunThumbnail(string Path, double? Onset)
{
    /// <summary>Draws the loss of a run, or what a run without one has.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Null where no curve was measured.</returns>
    public static RunThumbnail? Of(DiagnosisReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Curve(report) is { Points.Count: > 1 } curve && SparkPath.Of(curve.Points) is { Length: > 0 } path
            ? new RunThumbnail(path, TroubleOnset.Of(report) is { } step ? SparkPath.Place(step, curve.Points) : null)
            : null;
    }

    /// <summary>Gets the curve that stands for a run.</summary>
    /// <param name="report">The report.</param>
    internal static MetricSeries? Curve(DiagnosisReport report) =>
        report.Series.Of(Metric.Loss) ?? report.Series.Of(Metric.ValidationLoss) ?? report.Series.Of(Metric.Reward) ?? report.Series.Of(Metric.ValidationAccuracy);
}
