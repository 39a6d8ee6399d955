using TrainingDoctor.Readers;
using TrainingDoctor.Reports;
using TrainingDoctor.Tests.Reports;

namespace TrainingDoctor.Tests.Readers;

/// <summary>A folder that holds reports beside its logs has no more runs because of them.</summary>
public sealed class OwnReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reports-").FullName;

    [Fact]
    public void ReportsOfThisProgramAreNoLogs()
    {
        File.WriteAllLines(Path.Combine(_folder, "log.csv"), ["step,loss", .. Enumerable.Range(1, 40).Select(step => FormattableString.Invariant($"{step},{2.0 / step}"))]);
        foreach (string name in new[] { "report.json", "report.html", "report.sarif", "report.sarif.json", "junit.xml", "summary.md", "report.txt", "gl-code-quality-report.json" })
        {
            ReportExporters.Write([SampleRun.Ill()], Path.Combine(_folder, "one", name));
            ReportExporters.Write([SampleRun.Ill(), SampleRun.Healthy()], Path.Combine(_folder, "several", name));
        }

        Assert.Equal(Path.Combine(_folder, "log.csv"), Assert.Single(LogOpener.Open(_folder)).Path);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
