using TrainingDoctor.Readers;
using TrainingDoctor.Reports;
using TrainingDoctor.Rules;

namespace TrainingDoctor.Host.Reporting;

/// <summary>
/// Goes through a diagnosis of a log of no consequence, on another processor, while the host is built and the command line understood: a first report waits longest for the
/// compiler, and what has been gone through once is compiled.
/// </summary>
internal static class Rehearsal
{
    /// <summary>Begins; nobody has to wait for its end.</summary>
    /// <param name="args">The words of the command line, which tell what will be written.</param>
    public static Task Begin(IReadOnlyList<string> args) => Task.Run(() => Run(
        writesJson: args.Any(word => word is "-o" || word.StartsWith("--output", StringComparison.Ordinal) || word.StartsWith("--report", StringComparison.Ordinal)),
        prints: !args.Any(word => word is "--quiet" or "-q")));

    private static void Run(bool writesJson, bool prints)
    {
        var source = LogOpener.OpenStream(new MemoryStream("""{"step":1,"loss":1.5,"val_loss":2}"""u8.ToArray()), "rehearsal");
        SeriesCollector? series = null;
        var diagnosis = LogDiagnosis.Diagnose(source, RuleSet.Default, (_, scopes) => series = new SeriesCollector(scopes), CancellationToken.None)[0];
        var report = DiagnosisReport.Create(diagnosis, series);
        if (prints)
        {
            new ConsoleReportExporter().Write(report, TextWriter.Null);
        }

        if (writesJson)
        {
            _ = ReportJson.Serialize(report.ToDocument());
        }
    }
}
