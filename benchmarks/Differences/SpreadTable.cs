using System.Globalization;
using TrainingDoctor.Differences;

namespace TrainingDoctor.Benchmarks.Differences;

/// <summary>How far two seeds of one program are apart, metric by metric: what <c>SeedSpread</c> is taken from.</summary>
internal sealed class SpreadTable
{
    /// <summary>Chance decides about what has few elements, and is reckoned with apart.</summary>
    private const int FewElements = 64;

    private readonly Dictionary<(Stage Stage, ValueScale Scale, Metric Metric), List<double>> _distances = [];

    public void Add(RunTrace first, RunTrace second)
    {
        foreach (var difference in RunComparison.Compare([first], second, 1))
        {
            if (first.Run.Model?.FindParameter(difference.Key.Scope) is { Count: < FewElements })
            {
                continue;
            }

            var key = (difference.Traits.Stage, difference.Traits.Scale, difference.Key.Metric);
            if (!_distances.TryGetValue(key, out var distances))
            {
                _distances.Add(key, distances = []);
            }

            double[] sorted = [.. difference.Points.Select(point => point.Distance).Order()];
            distances.Add(sorted[sorted.Length / 2]);
        }
    }

    public void Write(TextWriter output)
    {
        foreach (var ((stage, scale, metric), distances) in _distances.OrderBy(entry => entry.Key.Stage).ThenBy(entry => entry.Key.Scale))
        {
            distances.Sort();
            double At(double share) => distances[(int)(share * (distances.Count - 1))];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stage,-12} {scale,-9} {metric,-32} {distances.Count,6} {At(0.5),9:0.####} {At(0.9),9:0.####} {At(0.99),9:0.####}"));
        }
    }
}
