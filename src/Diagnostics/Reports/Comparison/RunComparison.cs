namespace TrainingDoctor.Reports;

/// <summary>One curve of two runs.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="PartsAt">The step from which the curves stay apart by more than their noise; null when they do not.</param>
/// <param name="LastFirst">The first run's last value.</param>
/// <param name="LastSecond">The second run's last value.</param>
public sealed record CurveComparison(string Metric, long? PartsAt, double LastFirst, double LastSecond);

/// <summary>Two runs side by side: which findings differ, and where their curves part.</summary>
/// <param name="First">The first run.</param>
/// <param name="Second">The second run.</param>
/// <param name="Findings">The findings; those of the first run alone count as fixed, those of the second alone as new.</param>
/// <param name="Curves">The curves that both runs have.</param>
public sealed record RunComparison(ReportDocument First, ReportDocument Second, ReportComparison Findings, IReadOnlyList<CurveComparison> Curves)
{
    private const int Columns = 64;

    /// <summary>How many columns in a row must be apart, unless the runs end before.</summary>
    private const int Patience = 4;

    private static readonly Metric[] Compared =
        [Metric.Loss, Metric.ValidationLoss, Metric.Accuracy, Metric.ValidationAccuracy, Metric.GlobalGradientNorm, Metric.GlobalWeightNorm, Metric.LearningRate];

    /// <summary>Compares two runs.</summary>
    /// <param name="first">The first run's report, with its series.</param>
    /// <param name="second">The second run's report, with its series.</param>
    public static RunComparison Between(ReportDocument first, ReportDocument second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var curves =
            from metric in Compared
            let name = MetricCatalog.NameOf(metric)
            let a = RunCurve(first, name)
            let b = RunCurve(second, name)
            where a is not null && b is not null
            select new CurveComparison(name, PartingStep(a, b), a.Values[^1], b.Values[^1]);
        return new RunComparison(first, second, ReportComparison.Between(first, second), [.. curves]);
    }

    /// <summary>Gets the earliest step at which any curve parts; null when none does.</summary>
    public long? PartsAt => Curves.Min(curve => curve.PartsAt);

    private static SeriesDocument? RunCurve(ReportDocument report, string metric) =>
        report.Series?.GetValueOrDefault(metric)?.FirstOrDefault(series => series.Scope is null && series.Steps.Count > 0);

    private static long? PartingStep(SeriesDocument a, SeriesDocument b)
    {
        long begin = Math.Max(a.Steps[0], b.Steps[0]);
        long end = Math.Min(a.Steps[^1], b.Steps[^1]);
        if (end < begin)
        {
            return null;
        }

        int columns = (int)Math.Min(Columns, end - begin + 1);
        double width = (end - begin + 1) / (double)columns;
        var (one, two) = (Resample(a), Resample(b));

        // The noise of a curve is how much neighbouring columns differ, by the median, so that a trend or a jump does not count as noise.
        double tolerance = (4 * Math.Max(Noise(one), Noise(two))) + (1e-3 * Math.Max(Spread(one), Spread(two)));
        int apart = 0;
        int? start = null;
        for (int column = 0; column < columns; column++)
        {
            bool differs = double.IsFinite(one[column]) != double.IsFinite(two[column]) || Math.Abs(one[column] - two[column]) > tolerance;
            apart = differs ? apart + 1 : 0;
            start = apart == 1 ? column : apart == 0 ? null : start;
        }

        return apart >= Math.Min(Patience, columns) && start is { } found ? begin + (long)(found * width) : null;

        double[] Resample(SeriesDocument series)
        {
            var result = new double[columns];
            int at = 0;
            double last = series.Values[0];
            for (int column = 0; column < columns; column++)
            {
                double sum = 0;
                int count = 0;
                while (at < series.Steps.Count && series.Steps[at] < begin + ((column + 1) * width))
                {
                    if (series.Steps[at] >= begin)
                    {
                        sum += series.Values[at];
                        count++;
                    }

                    last = series.Values[at++];
                }

                result[column] = count > 0 ? sum / count : last;
            }

            return result;
        }
    }

    private static double Noise(double[] values)
    {
        var differences = values.Zip(values.Skip(1), (a, b) => Math.Abs(b - a)).Where(double.IsFinite).Order().ToList();
        return differences.Count == 0 ? 0 : differences[differences.Count / 2];
    }

    private static double Spread(double[] values)
    {
        var finite = values.Where(double.IsFinite).ToList();
        return finite.Count == 0 ? 0 : finite.Max() - finite.Min();
    }
}
