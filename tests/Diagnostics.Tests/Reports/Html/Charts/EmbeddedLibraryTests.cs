using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests.Reports.Html.Charts;

/// <summary>The chart library is the published one, to the byte, and its license goes with it.</summary>
public sealed partial class EmbeddedLibraryTests
{
    [Fact]
    public void TheFilesHaveTheSumsThatAreWrittenDown()
    {
        string folder = Path.Combine(Repository.Root, "src/Diagnostics/Reports/Html/assets/uPlot");
        var rows = Row().Matches(File.ReadAllText(Path.Combine(folder, "README.md"))).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);

        Assert.Equal(["LICENSE", "uPlot.iife.min.js", "uPlot.min.css"], rows.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, sum) in rows)
        {
            Assert.Equal(sum, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name)))));
            using var embedded = typeof(DiagnosisReport).Assembly.GetManifestResourceStream($"TrainingDoctor.Reports.Html.{name}")!;
            Assert.Equal(sum, Convert.ToHexStringLower(SHA256.HashData(embedded)));
        }
    }

    [Fact]
    public void EveryPageCarriesTheLicense()
    {
        using var page = new StringWriter();
        SampleRun.Healthy().WriteTo(new TrainingDoctor.Reports.HtmlReportExporter(), page);

        Assert.Contains("Copyright (c) 2022 Leon Sorokin", page.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\| `([^`]+)` \| `([0-9a-f]{64})` \|")]
    private static partial Regex Row();
}
