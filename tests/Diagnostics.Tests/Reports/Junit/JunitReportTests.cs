using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports.Junit;

public sealed class JunitReportTests
{
    [Fact]
    public void EveryReportIsValid()
    {
        foreach (var report in SampleRun.All())
        {
            Assert.Empty(Errors(XDocument.Parse(ExporterTests.Write(report, ReportFormat.Junit))));
        }
    }

    [Fact]
    public void TheSchemaCanRefuse()
    {
        var document = XDocument.Parse(ExporterTests.Write(SampleRun.Ill(), ReportFormat.Junit));
        document.Descendants("testcase").First().Attribute("classname")!.Remove();

        Assert.NotEmpty(Errors(document));
    }

    [Fact]
    public void TheCountsAreThoseOfTheCases()
    {
        foreach (var report in SampleRun.All())
        {
            var suite = Suite(report, new ExportOptions());

            Assert.Equal(suite.Elements("testcase").Count(), (int)suite.Attribute("tests")!);
            Assert.Equal(suite.Descendants("failure").Count(), (int)suite.Attribute("failures")!);
            Assert.Equal(suite.Descendants("skipped").Count(), (int)suite.Attribute("skipped")!);
        }
    }

    [Fact]
    public void EachRuleHasOneCaseWhoseNameNoRunChanges()
    {
        var ill = Names(Suite(SampleRun.Ill(), new ExportOptions()));
        var other = Names(Suite(SampleRun.Ill(layer: "elsewhere.relu"), new ExportOptions()));

        Assert.Equal(ill, other);
        Assert.Equal(ill.Distinct(), ill);
        Assert.All(ill, name => Assert.Matches("^TD[0-9]{4} [a-z-]+$", name));

        static List<string> Names(XElement suite) => [.. suite.Elements("testcase").Select(test => (string)test.Attribute("name")!)];
    }

    [Theory]
    [InlineData(Severity.Error, 1)]
    [InlineData(Severity.Warning, 2)]
    [InlineData(null, 0)]
    public void OnlyWhatFailsTheJobIsAFailureAndTheRestIsOutput(Severity? failOn, int failures)
    {
        var report = Mixed();
        var suite = Suite(report, new ExportOptions { FailOn = failOn });

        Assert.Equal(failures, suite.Descendants("failure").Count());
        Assert.Equal(report.Findings.Select(finding => finding.Rule.Id).Distinct().Count(), suite.Elements("testcase").Count(test => test.Elements("failure").Any() || test.Elements("system-out").Any()));
        Assert.All(report.Findings, finding => Assert.Contains(finding.Title.ToString(), suite.Value + string.Concat(suite.Descendants("failure").Attributes("message").Select(message => message.Value)), StringComparison.Ordinal));
    }

    [Fact]
    public void WhereOnlyWhatIsNewFailsTheKnownIsOutput()
    {
        var report = Mixed();
        var options = new ExportOptions { FailOn = Severity.Info, FailsOnNewOnly = true };

        Assert.Empty(Suite(report.WithBaseline(report.ToDocument()), options).Descendants("failure"));
        Assert.NotEmpty(Suite(report.WithBaseline(SampleRun.Healthy().ToDocument()), options).Descendants("failure"));
    }

    /// <summary>A report with an error and a warning.</summary>
    private static DiagnosisReport Mixed()
    {
        var report = SampleRun.Ill();
        var severities = report.Findings.Select(finding => finding.Severity).ToList();
        Assert.Contains(Severity.Error, severities);
        Assert.Contains(Severity.Warning, severities);
        return report;
    }

    private static XElement Suite(DiagnosisReport report, ExportOptions options)
    {
        using var writer = new StringWriter();
        report.WriteTo(new JunitReportExporter(options), writer);
        return XDocument.Parse(writer.ToString()).Descendants("testsuite").Single();
    }

    private static List<string> Errors(XDocument document)
    {
        var schemas = new XmlSchemaSet();
        using var reader = XmlReader.Create(Path.Combine(Repository.Root, "tests", "Diagnostics.Tests", "Reports", "Schemas", "junit.xsd"));
        schemas.Add(null, reader);
        var errors = new List<string>();
        document.Validate(schemas, (_, e) => errors.Add(e.Message));
        return errors;
    }
}
