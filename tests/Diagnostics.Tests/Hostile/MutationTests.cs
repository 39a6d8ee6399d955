using System.IO.Compression;
using System.Text;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>
/// Changed logs of every format through every kind of report: read or refused in one line, never a fault, and the same diagnosis where a change means nothing. <c>benchmarks/Hostile</c> does
/// the same for as long as one likes.
/// </summary>
public sealed class MutationTests
{
    private const int Seed = 20261128;
    private const int Trials = 70;

    public static TheoryData<string> Names => [.. SmallLogs.All.Select(log => log.Name)];

    public static TheoryData<string, string> Harmless
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (name, _) in SmallLogs.All)
            {
                bool isText = !name.Contains("tfevents", StringComparison.Ordinal);
                foreach (string change in isText ? ["crlf", "mark", "utf-16", "utf-16 be", "gzip", "no last end", "blanks at ends", "empty lines"] : new[] { "gzip" })
                {
                    data.Add(name, change);
                }
            }

            foreach (string name in new[] { "metrics.csv", "history.csv" })
            {
                foreach (string change in new[] { "columns reversed", "column more", "semicolons", "tabs", "quoted", "upper case", "every line twice" })
                {
                    data.Add(name, change);
                }
            }

            data.Add("log.jsonl", "every line twice");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AChangedLogIsReadOrRefused(string name)
    {
        byte[] log = SmallLogs.All.Single(item => item.Name == name).Bytes;
        var random = new Random(Seed);
        var all = Enum.GetValues<ReportFormat>();
        for (int trial = 0; trial < Trials; trial++)
        {
            byte[] changed = Mutations.Of(log, random);

            var outcome = HostileTrial.Try(name, changed, trial % 4 == 0 ? all : [ReportFormat.Console]);

            Assert.True(outcome.Fault is null, $"{name}, trial {trial}: {outcome.Fault}");
            Assert.True(outcome.Allocated < 500L << 20, $"{name}, trial {trial}: {outcome.Allocated >> 20} MiB");
        }
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public void AChangeThatMeansNothingKeepsTheDiagnosis(string name, string change)
    {
        byte[] log = SmallLogs.All.Single(item => item.Name == name).Bytes;

        Assert.Equal(Diagnosis(name, log), Diagnosis(name, Changed(log, change)));
    }

    private static string Diagnosis(string name, byte[] log)
    {
        using var stream = new MemoryStream(log);
        var runs = LogDiagnosis.Diagnose(LogOpener.OpenStream(stream, name), RuleSet.Default);
        return string.Join('\n', runs.Select(run => FormattableString.Invariant($"{run.Verdict} {run.Facts.StepCount} {run.Facts.Of(Metric.Loss)?.Last:R} {string.Join(' ', run.Findings.Select(finding => finding.Rule.Id))}")));
    }

    private static byte[] Changed(byte[] log, string change)
    {
        if (change == "gzip")
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(log);
            }

            return packed.ToArray();
        }

        string text = Encoding.UTF8.GetString(log);
        string[] lines = text.TrimEnd('\n').Split('\n');
        return change switch
        {
            "mark" => [0xEF, 0xBB, 0xBF, .. log],
            "utf-16" => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)],
            "utf-16 be" => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)],
            _ => Encoding.UTF8.GetBytes(change switch
            {
                "crlf" => text.Replace("\n", "\r\n", StringComparison.Ordinal),
                "no last end" => text.TrimEnd('\n'),
                "blanks at ends" => Lines((line, _) => line + "  "),
                "empty lines" => Lines((line, _) => line + "\n"),
                "columns reversed" => Lines((line, _) => string.Join(',', line.Split(',').Reverse())),
                "column more" => Lines((line, index) => line + (index == 0 ? ",note" : ",x")),
                "semicolons" => text.Replace(',', ';'),
                "tabs" => text.Replace(',', '\t'),
                "quoted" => Lines((line, _) => string.Join(',', line.Split(',').Select(cell => $"\"{cell}\""))),
                "upper case" => Lines((line, index) => index == 0 ? line.ToUpperInvariant() : line),
                _ => Lines((line, index) => index == 0 && line.Contains("epoch", StringComparison.Ordinal) && line.Contains(',', StringComparison.Ordinal) && !line.Contains('{', StringComparison.Ordinal) ? line : $"{line}\n{line}"),
            }),
        };

        string Lines(Func<string, int, string> by) => string.Join('\n', lines.Select(by)) + "\n";
    }
}
