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
    public static Task Begin() => Task.Run(Run);

    private static void Run()
    {
        var source = LogOpener.OpenStream(new MemoryStream("""{"step":1,"loss":1.5,"val_loss":2}"""u8.ToArray()), "rehearsal");
        SeriesCollector? series = null;
        var diagnosis = LogDiagnosis.Diagnose(source, RuleSet.Default, (_, scopes) => series = new SeriesCollector(scopes), CancellationToken.None)[0];
        _ = ReportJson.Serialize(DiagnosisReport.Create(diagnosis, series).ToDocument());
    }
}
