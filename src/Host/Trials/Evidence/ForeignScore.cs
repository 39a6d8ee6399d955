using TrainingDoctor.Cures;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Trials.Evidence;

/// <summary>
/// Scores trainings that are known by their curves alone, in the sense of <see cref="TrialScore"/>: by the accuracy of the validation, else by how far the loss of the validation lies below where the training
/// as it is began, else by those of the training. All trials are scored by the measure of the training as it is.
/// </summary>
/// <param name="asItIs">The curves of the training as it is.</param>
internal sealed class ForeignScore(RunCurves asItIs)
{
    private const double Floor = -10;
    private const int FewestForNoise = 5;
    private static readonly Metric[] Preferred = [Metric.ValidationAccuracy, Metric.ValidationLoss, Metric.Accuracy, Metric.Loss];
    private readonly double _scale = ScaleOf(asItIs.Of(MetricOf(asItIs)));

    /// <summary>Gets what is scored.</summary>
    public Metric Judged { get; } = MetricOf(asItIs);

    /// <summary>Gets the first step at which the training as it is can be scored.</summary>
    public long FirstStep { get; } = asItIs.Of(MetricOf(asItIs)) is [var first, ..] ? first.Step : 0;

    private bool IsAccuracy => Judged is Metric.ValidationAccuracy or Metric.Accuracy;

    /// <summary>Scores a training.</summary>
    /// <param name="curves">Its curves.</param>
    /// <param name="lastStep">The last step that counts; null for all.</param>
    public TrialScore Of(RunCurves curves, long? lastStep = null)
    {
        var points = lastStep is { } last ? [.. curves.Of(Judged).TakeWhile(point => point.Step <= last)] : curves.Of(Judged);
        if (points.Count == 0)
        {
            return new TrialScore(Floor, Judged, double.NaN);
        }

        // A single batch says little: of its loss the end of the curve counts.
        double raw = Judged is Metric.Loss or Metric.Accuracy ? points.Skip(points.Count * 9 / 10).Average(point => point.Value) : points[^1].Value;
        return new TrialScore(Scaled(raw), Judged, raw);
    }

    /// <summary>
    /// Estimates by how much a score wavers: the spread of the second differences over the second half of its curve, which a steady rise or fall does not enter. 0 where too little was measured.
    /// </summary>
    /// <param name="curves">The curves.</param>
    public double NoiseOf(RunCurves curves)
    {
        var points = curves.Of(Judged);
        double[] scores = [.. points.Skip(points.Count / 2).Select(point => Scaled(point.Value))];
        if (scores.Length < FewestForNoise)
        {
            return 0;
        }

        double[] bends = [.. Enumerable.Range(1, scores.Length - 2).Select(i => Math.Abs(scores[i + 1] - (2 * scores[i]) + scores[i - 1])).Order()];

        // 0.6745 is the third quartile of the normal distribution; a second difference has six times the variance of a value.
        double wavering = bends[bends.Length / 2] / 0.6745 / Math.Sqrt(6);
        return Judged is Metric.Loss or Metric.Accuracy ? wavering / Math.Sqrt(Math.Max(1, points.Count / 10)) : wavering;
    }

    private static Metric MetricOf(RunCurves curves) => Preferred.FirstOrDefault(metric => curves.Of(metric).Count > 0, Metric.Loss);

    private double Scaled(double raw)
    {
        if (IsAccuracy)
        {
            return !double.IsFinite(raw) ? 0 : raw > 1 ? raw / 100 : raw;
        }

        double value = double.IsFinite(raw) ? 1 - (raw / _scale) : Floor;
        return Math.Max(Floor, double.IsFinite(value) ? value : Floor);
    }

    /// <summary>Where a loss begins; where it begins far above where it soon is, as from absurd weights, what nine tenths of it lie below: else all that can be gained would look like nothing.</summary>
    private static double ScaleOf(IReadOnlyList<SeriesPoint> points)
    {
        double[] finite = [.. points.Select(point => Math.Abs(point.Value)).Where(double.IsFinite)];
        if (finite.Length == 0)
        {
            return 1;
        }

        double first = finite[0];
        return Math.Max(1e-12, Math.Min(first, finite.Order().ElementAt(finite.Length * 9 / 10)));
    }
}
