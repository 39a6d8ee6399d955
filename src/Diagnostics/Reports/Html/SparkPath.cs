using System.Globalization;
using System.Text;
using TrainingDoctor.Reports.Html.Charts;

namespace TrainingDoctor.Reports.Html;

/// <summary>A curve as small as a word, and as few points as a chart of many runs can hold.</summary>
internal static class SparkPath
{
    /// <summary>The width of the drawing.</summary>
    public const long Width = 120;

    /// <summary>The height of the drawing.</summary>
    public const long Height = 26;

    private const int MostPoints = 300;

    /// <summary>Draws a curve; by its logarithm where it spans more than two decades. One value in a hundred may lie outside and is drawn at the edge.</summary>
    /// <param name="points">The curve.</param>
    /// <returns>The data of a path; empty where no value is finite.</returns>
    public static string Of(IReadOnlyList<SeriesPoint> points)
    {
        var finite = points.Select(point => point.Value).Where(double.IsFinite).Order().ToList();
        if (finite.Count == 0)
        {
            return string.Empty;
        }

        int left = finite.Count / 100;
        var (low, high) = (finite[left], finite[^(left + 1)]);
        var y = low > 0 && high / low > 100 ? new ChartScale(low, high, Height - 2, 2, IsLogarithmic: true)
            : high > low ? new ChartScale(low, high, Height - 2, 2)
            : new ChartScale(low - 1, low + 1, Height - 2, 2);
        var path = new StringBuilder();
        bool isDrawing = false;
        foreach (var point in Thin(points))
        {
            if (!double.IsFinite(point.Value))
            {
                isDrawing = false;
                continue;
            }

            path.Append(CultureInfo.InvariantCulture, $"{(isDrawing ? 'L' : 'M')}{Place(point.Step, points):0.#} {y.Place(point.Value):0.#}");
            isDrawing = true;
        }

        return path.ToString();
    }

    /// <summary>Returns where a step stands in the drawing; null outside of it.</summary>
    /// <param name="step">The step.</param>
    /// <param name="points">The curve, of at least one point.</param>
    public static double? Place(long step, IReadOnlyList<SeriesPoint> points) =>
        step < points[0].Step || step > points[^1].Step ? null : ChartScale.OfSteps(points[0].Step, points[^1].Step, 1, Width - 1).Place(step);

    /// <summary>Returns steps and values of a curve with as few points as a chart of many runs needs.</summary>
    /// <param name="points">The curve.</param>
    public static object Thinned(IReadOnlyList<SeriesPoint> points)
    {
        var kept = Thin(points).ToList();
        return new { steps = kept.Select(point => point.Step), values = kept.Select(point => double.IsFinite(point.Value) ? double.Parse(point.Value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : point.Value) };
    }

    private static IEnumerable<SeriesPoint> Thin(IReadOnlyList<SeriesPoint> points)
    {
        int stride = Math.Max(1, (points.Count + MostPoints - 1) / MostPoints);
        for (int i = 0; i < points.Count; i += stride)
        {
            yield return points[i];
        }

        if ((points.Count - 1) % stride != 0)
        {
            yield return points[^1];
        }
    }
}
