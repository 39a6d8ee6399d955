using System.Globalization;
using System.Text;
using TrainingDoctor.Reports.Runs;

namespace TrainingDoctor.Reports;

/// <summary>
/// Writes the curves of reports as a table, so that what was read can be checked, and plotted elsewhere: a row for each step of each run, a column for each curve of the run, of its data sets and of its ranks.
/// Cells are empty where nothing was measured; long curves are thinned out as in the report, with their peaks kept.
/// </summary>
public sealed class CsvReportExporter : IReportExporter
{
    /// <inheritdoc/>
    public ReportFormat Format => ReportFormat.Csv;

    /// <inheritdoc/>
    public void Write(DiagnosisReport report, TextWriter writer) => Write([report], writer);

    /// <inheritdoc/>
    public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(reports);
        ArgumentNullException.ThrowIfNull(writer);
        var labels = RunLabels.Of([.. reports.Select(report => report.Run)]);
        var names = reports.SelectMany(report => Series(report)).Select(NameOf).Distinct().ToList();
        writer.Write(string.Join(',', names.Prepend("step").Prepend("run").Select(Cell)) + "\n");
        for (int i = 0; i < reports.Count; i++)
        {
            WriteRun(Cell(labels[i]), Series(reports[i]), names, writer);
        }
    }

    private static void WriteRun(string run, IEnumerable<MetricSeries> series, List<string> names, TextWriter writer)
    {
        var rows = new SortedDictionary<long, double?[]>();
        foreach (var curve in series)
        {
            int column = names.IndexOf(NameOf(curve));
            foreach (var point in curve.Points)
            {
                if (!rows.TryGetValue(point.Step, out double?[]? row))
                {
                    rows.Add(point.Step, row = new double?[names.Count]);
                }

                row[column] = point.Value;
            }
        }

        var line = new StringBuilder();
        foreach (var (step, row) in rows)
        {
            line.Clear().Append(run).Append(',').Append(step.ToString(CultureInfo.InvariantCulture));
            foreach (double? value in row)
            {
                line.Append(',').Append(value?.ToString("R", CultureInfo.InvariantCulture));
            }

            writer.Write(line.Append('\n').ToString());
        }
    }

    private static IEnumerable<MetricSeries> Series(DiagnosisReport report) => report.Series.All.Where(series => series.Kind is ScopeKind.Run or ScopeKind.Dataset or ScopeKind.Rank);

    private static string NameOf(MetricSeries series) => MetricCatalog.NameOf(series.Metric) + (series.Scope.Length > 0 ? $" ({series.Scope})" : string.Empty);

    private static string Cell(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
