using TrainingDoctor.Readers;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports;

/// <summary>Whoever keeps many reports lets go of the curves that rules look at: what is written of a report is the same.</summary>
public sealed class WithoutCurvesTests
{
    private static readonly string Runs = Path.Combine(Repository.Root, "tests", "Diagnostics.Tests", "Frameworks", "Runs");

    public static TheoryData<string> Frameworks => [.. Directory.EnumerateFiles(Runs).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Frameworks))]
    public void EveryFormatIsWrittenTheSame(string file)
    {
        var runs = new List<SupervisedDiagnosis>();
        foreach (var log in LogOpener.Open(Path.Combine(Runs, file)))
        {
            log.Read((_, scopes) =>
            {
                runs.Add(new SupervisedDiagnosis(RuleSet.Default, scopes));
                return runs[^1];
            });
        }

        var whole = runs.ConvertAll(run => run.Finish());
        var light = whole.ConvertAll(report => report.WithoutCurves());

        Assert.All(light, report => Assert.Equal(0, report.Diagnosis.Facts.LossSeries.Count));
        foreach (var format in Enum.GetValues<ReportFormat>())
        {
            Assert.Equal(Written(whole, format), Written(light, format));
        }
    }

    private static string Written(List<DiagnosisReport> reports, ReportFormat format)
    {
        using var writer = new StringWriter();
        ReportExporters.Create(format, new ExportOptions()).Write(reports, writer);
        return writer.ToString();
    }
}
