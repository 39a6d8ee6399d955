using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports;

/// <summary>Hostile names in formats that are read line by line or as markup.</summary>
public sealed class TextFormatTests
{
    private const string Hostile = "x`|<img src=x onerror=alert(1)>\n::error::owned\n| a | b |\n**@team** [l](javascript:x) %0A";

    [Fact]
    public void AnAnnotationIsOneLineWhateverItsNamesHold()
    {
        var report = SampleRun.Ill(layer: Hostile, name: Hostile);

        string[] lines = ExporterTests.Write(report, ReportFormat.Annotations).TrimEnd('\n').Split('\n');

        Assert.Equal(report.Findings.Count, lines.Length);
        Assert.All(lines, line => Assert.Matches("^::(error|warning|notice) (file=[^,]*,)?title=[^:]*::", line));
        Assert.Contains("%250A", string.Join('\n', ExporterTests.Write(SampleRun.Ill(layer: "a%0A"), ReportFormat.Annotations)), StringComparison.Ordinal);
    }

    [Fact]
    public void MarkdownKeepsNamesAsText()
    {
        string text = ExporterTests.Write(SampleRun.Ill(layer: Hostile, name: Hostile), ReportFormat.Markdown);

        Assert.DoesNotContain(text.Split('\n'), line => line.StartsWith("::error", StringComparison.Ordinal) || line.StartsWith("| a", StringComparison.Ordinal));
        string outsideCode = string.Join('\n', text.Split('\n').Where(line => !line.Contains("Layers:", StringComparison.Ordinal)));
        Assert.DoesNotContain("<img", outsideCode, StringComparison.Ordinal);
        Assert.DoesNotContain("@team", outsideCode, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?<!\\)\]\(", outsideCode);
    }

    /// <summary>GitHub makes links of numbers of issues, addresses and people; a name of a run is none of them.</summary>
    [Fact]
    public void MarkdownMakesNoLinksOfNames()
    {
        string text = ExporterTests.Write(SampleRun.Ill(name: "a #1 http://evil.example @team owner/repository#2 GH-3"), ReportFormat.Markdown);

        string[] naming = [.. text.Split('\n').Where(line => line.Contains("evil.example", StringComparison.Ordinal))];
        Assert.NotEmpty(naming);
        Assert.All(naming, line => Assert.DoesNotMatch("(#[0-9](?![0-9]*;))|http:|@team", line));
    }

    /// <summary>A step of GitHub Actions reads commands from lines that begin with two colons, in XML on standard output too.</summary>
    [Fact]
    public void NoLineOfJUnitIsACommand()
    {
        string text = ExporterTests.Write(SampleRun.Ill(layer: Hostile, name: Hostile), ReportFormat.Junit);

        Assert.DoesNotContain(text.Split('\n', '\r'), line => line.TrimStart().StartsWith("::", StringComparison.Ordinal));
    }

    [Fact]
    public void EachTableRowHasTheColumnsOfItsHead()
    {
        string text = ExporterTests.Write(SampleRun.Ill(layer: Hostile), ReportFormat.Markdown);

        var rows = text.Split('\n').SkipWhile(line => !line.StartsWith("| Severity", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith('|')).ToList();
        Assert.True(rows.Count > 2);
        Assert.All(rows, row => Assert.Equal(5, row.Count(c => c == '|')));
    }

    [Fact]
    public void ThePageHoldsNoNameAsMarkup()
    {
        string page = ExporterTests.Write(SampleRun.Ill(layer: "</script><script>alert(1)</script>\u202Egnp", name: "<img src=x onerror=alert(1)>\" onload=\"x"), ReportFormat.Html);

        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\" onload=\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", page.Split("application/json")[0], StringComparison.Ordinal);
        Assert.Equal(2, page.Split("<script").Length - 1);
    }

    [Fact]
    public void ThePageAsksForNothingFromOutside()
    {
        string page = ExporterTests.Write(SampleRun.Ill(), ReportFormat.Html);

        // Sources name addresses in words; nothing is loaded from one.
        Assert.DoesNotMatch("""(?i)(src|href|action|data|srcset|poster)\s*=\s*["']?\s*(https?:)?//""", page);
        Assert.DoesNotMatch("""(?i)(url\(|@import)\s*["']?\s*(https?:)?//""", page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
    }

    [Fact]
    public void APageOfAHundredLayersAndTenThousandStepsStaysSmall() =>
        Assert.InRange(ExporterTests.Write(SampleRun.Ill(layers: 100, steps: 10_000), ReportFormat.Html).Length, 50_000, 1_000_000);
}
