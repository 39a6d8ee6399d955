using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports;

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
            var suite = XDocument.Parse(ExporterTests.Write(report, ReportFormat.Junit)).Descendants("testsuite").Single();

            Assert.Equal(suite.Elements("testcase").Count(), (int)suite.Attribute("tests")!);
            Assert.Equal(suite.Descendants("failure").Count(), (int)suite.Attribute("failures")!);
            Assert.Equal(suite.Descendants("skipped").Count(), (int)suite.Attribute("skipped")!);
            Assert.Equal(report.Findings.Count(finding => finding.Severity >= Severity.Warning), suite.Descendants("failure").Count());
            Assert.Equal(suite.Elements("testcase").Count(), suite.Elements("testcase").Select(test => (string)test.Attribute("name")!).Distinct().Count());
        }
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
