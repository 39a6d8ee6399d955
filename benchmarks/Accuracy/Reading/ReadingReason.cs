using System.Globalization;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Why a series was read otherwise than somebody noted, as far as the numbers themselves tell.</summary>
internal static class ReadingReason
{
    /// <summary>Finds the reason.</summary>
    /// <param name="log">What was read.</param>
    /// <param name="metric">The metric that the noted series should have been read as.</param>
    /// <param name="noted">The noted series, any of which would do.</param>
    /// <param name="label">All that was noted of the log.</param>
    public static string Of(ReadLog log, Metric metric, IReadOnlyList<LabelledSeries> noted, ReadingLabel label)
    {
        var read = log.Series.Where(series => series.Key.Metric == metric).Select(series => series.Value).ToList();
        foreach (var series in noted)
        {
            var other = log.Series.FirstOrDefault(other => other.Key.Metric != metric && other.Value.Equals4(Of(series)));
            if (other.Value.Count > 0)
            {
                return $"'{series.Name}' was read as {MetricCatalog.NameOf(other.Key.Metric)}{(other.Key.Scope.Length > 0 ? $" of '{other.Key.Scope}'" : string.Empty)}";
            }
        }

        if (read.Count == 0)
        {
            return log.Series.Count == 0 ? "nothing was read" : $"no column was taken for it; read were {string.Join(", ", log.Series.Keys.Select(key => MetricCatalog.NameOf(key.Metric)).Distinct().Order(StringComparer.Ordinal))}";
        }

        if (label.Series.FirstOrDefault(series => series.Count > 0 && read.Exists(found => found.Equals4(Of(series)))) is { } taken)
        {
            return $"'{taken.Name}' was taken, which was noted as {taken.Role ?? "another series"}";
        }

        var nearest = noted.SelectMany(series => read.Select(found => (Series: series, Found: found))).OrderBy(pair => Math.Abs((pair.Series.Count ?? 0) - pair.Found.Count)).First();
        int more = nearest.Found.Count - (nearest.Series.Count ?? 0);
        string name = nearest.Series.Name;
        bool begins = SameAs(nearest.Found.First, nearest.Series.First);
        bool ends = SameAs(nearest.Found.Last, nearest.Series.Last);
        return more switch
        {
            0 when begins || ends => $"of '{name}' the {(begins ? "last" : "first")} value differs: rows stand in another order, or one was replaced",
            0 => $"as many values as '{name}', but others: another column, or an average of it",
            > 0 when begins && ends => Said($"{more} values more than '{name}', which begins and ends alike: rows were noted once that stand in the log again"),
            < 0 when begins && ends => Said($"{-more} values fewer than '{name}', which begins and ends alike: rows that repeat others were merged, or carried on by a bar"),
            _ when label.Runs is { } runs && runs != log.Runs => Said($"{log.Runs} runs were read where {runs} were noted, so that values of '{name}' are missing or too many"),
            > 0 => Said($"{more} values more than '{name}'{Where(begins, ends)}"),
            _ => Said($"{-more} values fewer than '{name}'{Where(begins, ends)}"),
        };
    }

    /// <summary>Finds the reason why more or fewer runs were read than somebody noted: where they begin.</summary>
    /// <param name="log">What was read.</param>
    /// <param name="noted">How many were noted.</param>
    public static string OfRuns(ReadLog log, int noted)
    {
        if (log.Runs == new LogReadOptions().MaximumRuns && noted > log.Runs)
        {
            return "no more runs of one log are read unless asked for (--max-runs)";
        }

        var parts = log.Parts.Where(part => part.Count > 0).ToList();
        if (log.Runs < noted)
        {
            var longest = parts.MaxBy(part => part.Count)!;
            return Said($"what begins anew was joined; the longest run goes from step {longest.FirstStep} to {longest.LastStep} in {longest.Count} values");
        }

        int shortest = Enumerable.Range(0, parts.Count).MinBy(i => parts[i].Count);
        return Said($"a run was parted; the shortest, number {shortest + 1}, goes from step {parts[shortest].FirstStep} to {parts[shortest].LastStep} in {parts[shortest].Count} values")
            + (shortest > 0 ? Said($", behind one that ends at step {parts[shortest - 1].LastStep}") : string.Empty);
    }

    private static string Where(bool begins, bool ends) => begins ? ": only its end differs" : ends ? ": only its beginning differs" : ": another column, or another part of the log";

    private static string Said(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static ReadSeries Of(LabelledSeries series) => new(series.Count ?? 0, series.First ?? double.NaN, series.Last ?? double.NaN);

    private static bool SameAs(double read, double? noted) => new ReadSeries(1, read, read).Equals4(new ReadSeries(1, noted ?? double.NaN, noted ?? double.NaN));
}
