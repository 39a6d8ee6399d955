using System.Globalization;
using TrainingDoctor.Differences;

namespace TrainingDoctor.Normality;

/// <summary>Takes a document for what it says, once it is sure that it can be so.</summary>
internal static class NormalDocumentReader
{
    /// <summary>Reads a document.</summary>
    /// <exception cref="NormalFormatException">A value cannot be.</exception>
    public static (IReadOnlyList<NormalRunDocument> Runs, Pace Pace, IReadOnlyList<NormalSeries> Series) Read(NormalDocument document)
    {
        Require(document.SchemaVersion.StartsWith("1.", StringComparison.Ordinal), "schemaVersion", document.SchemaVersion, "1.x");
        Require(document.Runs.Count > 0, "runs", "[]", "at least one run");
        Require(document.Series.Count > 0, "series", "[]", "at least one series");
        foreach (var (run, index) in document.Runs.Select((run, index) => (run, index)))
        {
            Require(run is { Steps: > 0 }, $"runs[{index}].steps", run?.Steps, "a number above 0");
        }

        RequirePace(document.SamplesPerStep, "samplesPerStep");
        RequirePace(document.StepsPerEpoch, "stepsPerEpoch");

        // A series of a metric that a newer program measures is no fault: this one has nothing to hold against it.
        return (document.Runs, new Pace(document.SamplesPerStep, document.StepsPerEpoch), [.. document.Series.Select(Read).OfType<NormalSeries>()]);

        static void RequirePace(double? value, string place) => Require(value is null || (double.IsFinite(value.Value) && value > 0), place, value, "a number above 0, or null");
    }

    private static NormalSeries? Read(NormalSeriesDocument series, int index)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"series[{index}]");
        Require(series is not null, place, "null", "a series");
        Require(KebabCase.TryParse(series!.Scale, out ValueScale scale), $"{place}.scale", series.Scale, string.Join(", ", Enum.GetValues<ValueScale>().Select(kind => KebabCase.Of(kind))));
        Require(series.Unit > 0 && double.IsFinite(series.Unit), $"{place}.unit", series.Unit, "a number above 0");
        Require(series.Noise >= 0 && double.IsFinite(series.Noise), $"{place}.noise", series.Noise, "a number of at least 0");
        Require(series.Phases.Count > 0, $"{place}.phases", "[]", "at least one phase");
        CheckList(series.Typical, "typical");
        CheckList(series.Low, "low");
        CheckList(series.High, "high");
        CheckList(series.Deviation, "deviation");
        for (int i = 0; i < series.Phases.Count; i++)
        {
            Require(series.Phases[i] >= 0 && (i == 0 || series.Phases[i] > series.Phases[i - 1]), $"{place}.phases[{i}]", series.Phases[i], "phases from 0, each larger than the one before");
            Require(series.Low[i] <= series.High[i], $"{place}.low[{i}]", series.Low[i], $"at most what stands in high, {series.High[i].ToString("G7", CultureInfo.InvariantCulture)}");
            Require(series.Deviation[i] >= 0, $"{place}.deviation[{i}]", series.Deviation[i], "a number of at least 0");
        }

        var phases = series.Phases.Select((phase, i) => new NormalPhase(phase, series.Typical[i], series.Low[i], series.High[i], series.Deviation[i]));
        return KeyOf(series.Of, $"{place}.of") is { } key && (series.To is null || KeyOf(series.To, $"{place}.to") is not null)
            ? new NormalSeries(key, series.To is { } to ? KeyOf(to, $"{place}.to") : null, series.Of.Floor, series.To?.Floor ?? 0, new ComparisonScale(scale, series.Unit), series.Noise, [.. phases])
            : null;

        void CheckList(IReadOnlyList<double> values, string name)
        {
            Require(values.Count == series.Phases.Count, $"{place}.{name}", $"{values.Count} numbers", $"one for each of {series.Phases.Count} phases");
            int wrong = values.ToList().FindIndex(value => !double.IsFinite(value));
            Require(wrong < 0, $"{place}.{name}[{wrong}]", wrong < 0 ? null : values[wrong], "a number");
        }
    }

    private static SeriesKey? KeyOf(NormalSeriesKeyDocument key, string place)
    {
        Require(double.IsFinite(key.Floor) && key.Floor >= 0, $"{place}.floor", key.Floor, "a number of at least 0");
        return MetricCatalog.TryParse(key.Metric, out var metric) ? new SeriesKey(metric, key.Kind, key.Scope ?? string.Empty) : null;
    }

    private static void Require(bool isSo, string place, object? value, string expected)
    {
        if (!isSo)
        {
            throw new NormalFormatException(string.Create(CultureInfo.InvariantCulture, $"{place}: {value ?? "null"}; expected {expected}."));
        }
    }
}
