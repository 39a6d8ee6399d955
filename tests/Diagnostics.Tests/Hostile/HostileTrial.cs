using System.Diagnostics;
using System.Xml;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>What became of one hostile input.</summary>
/// <param name="Fault">What went wrong in this program; null when it read or refused the input as it should.</param>
/// <param name="IsRefused">Whether the input was refused in one line.</param>
/// <param name="Runs">How many runs were found.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Allocated">How many bytes were allocated in all.</param>
/// <param name="Output">How many characters the longest report has.</param>
internal sealed record TrialOutcome(string? Fault, bool IsRefused, int Runs, TimeSpan Elapsed, long Allocated, long Output);

/// <summary>Reads an input as <c>diagnose</c> does and writes it in kinds of reports, within the bounds that hold for any input below 1 MB.</summary>
internal static class HostileTrial
{
    /// <summary>The longest report of one run.</summary>
    private const long MostOutput = 20_000_000;

    /// <summary>Of an input that holds many runs these are written; all are judged.</summary>
    private const int Written = 3;

    private static readonly RuleSet Rules = RuleSet.Default;

    /// <summary>Tries one input.</summary>
    /// <param name="name">The name of its file.</param>
    /// <param name="bytes">The input.</param>
    /// <param name="formats">The kinds of reports to write.</param>
    public static TrialOutcome Try(string name, byte[] bytes, IReadOnlyList<ReportFormat> formats)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long begun = Stopwatch.GetTimestamp();
        var runs = new List<SupervisedDiagnosis>();
        string? fault = null;
        bool isRefused = false;
        long output = 0;
        try
        {
            using var stream = new MemoryStream(bytes);
            LogOpener.OpenStream(stream, name, new LogReadOptions { Parallelism = 1 }).Read((_, scopes) =>
            {
                var run = new SupervisedDiagnosis(Rules, scopes);
                runs.Add(run);
                return run;
            });
            foreach (var (index, run) in runs.Index())
            {
                output = Math.Max(output, Write(run.Finish(), index < Written ? formats : [], ref fault));
                fault ??= run.HasFailed ? "the diagnosis failed" : null;
            }
        }
        catch (LogFormatException exception)
        {
            isRefused = true;
            fault = exception.Message.Length is 0 or > 2000 ? "a refusal that says nothing, or too much" : null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            fault = exception.ToString();
        }

        fault ??= output > MostOutput ? FormattableString.Invariant($"a report of {output} characters") : null;
        return new TrialOutcome(fault, isRefused, runs.Count, Stopwatch.GetElapsedTime(begun), GC.GetAllocatedBytesForCurrentThread() - before, output);
    }

    private static long Write(DiagnosisReport report, IReadOnlyList<ReportFormat> formats, ref string? fault)
    {
        if (report.Findings.FirstOrDefault(finding => finding.Rule.Id == "TD0001") is { } failed)
        {
            fault ??= failed.Message.ToString();
        }

        long longest = 0;
        foreach (var format in formats)
        {
            using var text = new StringWriter();
            report.WriteTo(ReportExporters.Create(format, ReportLanguage.English), text);
            string written = text.ToString();
            longest = Math.Max(longest, written.Length);
            fault ??= Check(format, written);
        }

        return longest;
    }

    /// <summary>Each kind is what it says that it is, and nothing in it is obeyed.</summary>
    private static string? Check(ReportFormat format, string written)
    {
        try
        {
            switch (format)
            {
                case ReportFormat.Json or ReportFormat.Sarif:
                    _ = JToken.Parse(written);
                    break;
                case ReportFormat.Junit:
                    new XmlDocument { XmlResolver = null }.LoadXml(written);
                    break;
                case ReportFormat.Console when written.Any(character => character != '\n' && UntrustedText.IsObeyed(character)):
                    return "the console is told what it would obey";
            }

            return null;
        }
        catch (Exception exception) when (exception is Newtonsoft.Json.JsonException or XmlException)
        {
            return $"{format}: {exception.Message}";
        }
    }
}
