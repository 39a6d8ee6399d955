using System.Globalization;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Reporting;

/// <summary>Writes how a log was read, for <c>diagnose --explain-reading</c>: the first lines with what each number was taken for, all numbers by name, and the series.</summary>
internal static class ReadingExplanation
{
    private const int MostText = 160;
    private const int MostNumbers = 60;

    /// <summary>Reads a log once more and writes what was made of it.</summary>
    /// <param name="source">The log.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="LogFormatException">The log cannot be read.</exception>
    public static void Write(LogSource source, TextWriter writer, CancellationToken cancellation)
    {
        var account = new ReadingAccount();
        var runs = new List<SeriesTable>();
        string? problem = null;
        try
        {
            source.With(source.Options with { Account = account, Progress = null }).Read(
                (run, scopes) =>
                {
                    runs.Add(new SeriesTable(run, scopes));
                    return runs[^1];
                },
                cancellation);
        }
        catch (LogFormatException exception)
        {
            // What stands in the lines of a log that cannot be read is what its reader has to see.
            problem = exception.Message;
        }

        writer.WriteLine($"How {source.Path} was read");
        foreach (var line in account.Lines)
        {
            writer.WriteLine();
            writer.WriteLine(Invariant($"line {line.Line}: {Short(line.Text.Trim())}"));
            foreach (var number in line.Numbers)
            {
                writer.WriteLine($"  {number.Text,-14} {Word(number.Use),-12} {Named(number.Name, number.Why)}");
            }
        }

        WriteNumbers(account, writer);
        foreach (var run in runs)
        {
            run.Write(writer);
        }

        if (problem is not null)
        {
            writer.WriteLine();
            writer.WriteLine(problem);
        }

        writer.WriteLine();
    }

    private static void WriteNumbers(ReadingAccount account, TextWriter writer)
    {
        var numbers = account.Numbers;
        if (numbers.Count == 0)
        {
            return;
        }

        writer.WriteLine();
        writer.WriteLine(Invariant($"All {account.Total} numbers:"));
        foreach (var group in numbers.Take(MostNumbers))
        {
            string place = group.FirstLine > 0 ? Invariant($", first in line {group.FirstLine}") : string.Empty;
            writer.WriteLine(Invariant($"  {Word(group.Use),-12} {group.Count,8} x  {Named(group.Name, group.Why)}{place}"));
        }

        if (numbers.Count > MostNumbers)
        {
            writer.WriteLine(Invariant($"  and {numbers.Count - MostNumbers} more names"));
        }
    }

    private static string Word(NumberUse use) => use.ToString().ToLowerInvariant();

    private static string Named(string name, string why) => name.Length == 0 ? why : why.Length == 0 ? $"'{Short(name)}'" : $"'{Short(name)}': {why}";

    private static string Short(string text) => text.Length > MostText ? text[..MostText] + "…" : text;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The series of a run, each with how many points it has, and its ends.</summary>
    private sealed class SeriesTable(RunDescription run, ScopeTable scopes) : IMeasurementSink
    {
        private readonly Dictionary<(Metric Metric, int Scope), (long Count, Measurement First, Measurement Last)> _series = [];

        private RunDescription _run = run;

        public void Begin(RunDescription run) => _run = run;

        public void Update(RunDescription run) => _run = run;

        public void Observe(in Measurement measurement)
        {
            var key = (measurement.Metric, measurement.Scope);
            _series[key] = _series.TryGetValue(key, out var series) ? (series.Count + 1, series.First, measurement) : (1, measurement, measurement);
        }

        public void Complete()
        {
        }

        public void Write(TextWriter writer)
        {
            writer.WriteLine();
            writer.WriteLine($"Series of {_run.Name}:");
            foreach (var (key, (count, first, last)) in _series)
            {
                string scope = scopes[key.Scope].Name is { Length: > 0 } name ? $" of {name}" : string.Empty;
                writer.WriteLine(Invariant($"  {MetricCatalog.NameOf(key.Metric) + scope,-28} {count,8} points, {first.Value:G6} at step {first.Step} to {last.Value:G6} at step {last.Step}"));
            }

            foreach (string note in _run.Log?.Notes ?? [])
            {
                writer.WriteLine($"  {note}");
            }
        }
    }
}
