using System.Globalization;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports;

/// <summary>What holds for every exporter.</summary>
public sealed class ExporterTests
{

    public static TheoryData<ReportFormat> Formats => new(Enum.GetValues<ReportFormat>());

    /// <summary>Gets the formats that tell findings; a table of curves does not.</summary>
    public static TheoryData<ReportFormat> Judging => [.. Enum.GetValues<ReportFormat>().Where(format => format != ReportFormat.Csv)];

    [Theory]
    [MemberData(nameof(Judging))]
    public void EveryFindingIsShown(ReportFormat format)
    {
        foreach (var report in new[] { SampleRun.Ill(), SampleRun.NonFinite(), SampleRun.Healthy() })
        {
            string text = Write(report, format);
            Assert.All(report.Findings, finding => Assert.Contains(finding.Rule.Id, text, StringComparison.Ordinal));
            Assert.EndsWith("\n", text.Length == 0 ? "\n" : text, StringComparison.Ordinal);
            Assert.DoesNotContain("\r", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void NoCultureChangesAByte(ReportFormat format)
    {
        string expected = Write(SampleRun.Ill(), format);
        var before = CultureInfo.CurrentCulture;
        try
        {
            foreach (string culture in new[] { "de-DE", "tr-TR", "ja-JP" })
            {
                CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(culture);
                Assert.Equal(expected, Write(SampleRun.Ill(), format));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = before;
        }
    }

    [Theory]
    [InlineData("report.json", ReportFormat.Json)]
    [InlineData("a/b.HTML", ReportFormat.Html)]
    [InlineData("x.sarif", ReportFormat.Sarif)]
    [InlineData("x.sarif.json", ReportFormat.Sarif)]
    [InlineData("x.codequality.json", ReportFormat.CodeQuality)]
    [InlineData("gl-code-quality-report.json", ReportFormat.CodeQuality)]
    [InlineData("junit.xml", ReportFormat.Junit)]
    [InlineData("summary.md", ReportFormat.Markdown)]
    [InlineData("report.txt", ReportFormat.Console)]
    [InlineData("series.csv", ReportFormat.Csv)]
    public void TheEndingChoosesTheFormat(string path, ReportFormat format) => Assert.Equal(format, ReportExporters.FormatOf(path));

    [Theory]
    [InlineData("report")]
    [InlineData("report.pdf")]
    public void AnUnknownEndingChoosesNone(string path) => Assert.Null(ReportExporters.FormatOf(path));

    [Fact]
    public void AFaultyExporterLeavesNoHalfFile()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        Assert.Throws<InvalidOperationException>(() => SampleRun.Healthy().WriteTo(new FaultyExporter(), path));

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void EveryFormatHasAnExporterThatSaysSo() => Assert.All(Enum.GetValues<ReportFormat>(), format => Assert.Equal(format, ReportExporters.Create(format).Format));

    [Fact]
    public void SamplesAreWrittenWhereTheEnvironmentAsks()
    {
        if (TestEnvironment.Read("WRITE_SAMPLES") is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var (name, report) in new[] { ("ill", SampleRun.Ill()), ("deep", SampleRun.Ill(layers: 100, steps: 1000)), ("healthy", SampleRun.Healthy()), ("nonfinite", SampleRun.NonFinite()) })
        {
            report.WriteTo(new HtmlReportExporter(), Path.Combine(folder, $"{name}.html"));
            report.WriteTo(new MarkdownReportExporter(), Path.Combine(folder, $"{name}.md"));
            report.WriteTo(new SarifReportExporter(), Path.Combine(folder, $"{name}.sarif"));
            report.WriteTo(new JunitReportExporter(), Path.Combine(folder, $"{name}.xml"));
            report.WriteTo(new ConsoleReportExporter(), Path.Combine(folder, $"{name}.txt"));
            report.WriteTo(new AnnotationsReportExporter(), Path.Combine(folder, $"{name}.annotations"));
            report.WriteJson(Path.Combine(folder, $"{name}.json"));
        }
    }

    internal static string Write(DiagnosisReport report, ReportFormat format, ReportLanguage? language = null)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        report.WriteTo(ReportExporters.Create(format, language), writer);
        return writer.ToString();
    }

    private sealed class FaultyExporter : IReportExporter
    {
        public ReportFormat Format => ReportFormat.Json;

        public void Write(DiagnosisReport report, TextWriter writer)
        {
            writer.Write("{");
            throw new InvalidOperationException();
        }

        public void Write(IReadOnlyList<DiagnosisReport> reports, TextWriter writer) => Write(reports[0], writer);
    }
}
