using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests.Python;

/// <summary>What the recorder for PyTorch shares with the monitor is made from the monitor. <c>TRAINDOCTOR_UPDATE_DOCS=1</c> writes it anew.</summary>
public sealed partial class PythonTablesTests
{
    private static readonly string Module = Path.Combine(Repository.Root, "python", "src", "training_doctor", "_tables.py");

    [Fact]
    public void TheTablesAreThoseOfTheMonitor()
    {
        string expected = PythonTables.Write();
        if (TestEnvironment.UpdatesDocs)
        {
            File.WriteAllText(Module, expected);
            return;
        }

        Assert.True(
            File.ReadAllText(Module).ReplaceLineEndings("\n") == expected,
            $"{Module} is stale; run TRAINDOCTOR_UPDATE_DOCS=1 dotnet test -c Release tests/Host.Tests --filter PythonTables");
    }

    /// <summary>A table that no module reads is one that stands somewhere by hand.</summary>
    [Fact]
    public void EveryTableIsRead()
    {
        string others = Others();

        Assert.All(
            File.ReadLines(Module).Where(line => line.StartsWith('_')).Select(line => line.Split(':', '=')[0].Trim()),
            name => Assert.Matches($@"\b{name}\b", others));
    }

    /// <summary>A metric that the monitor does not know would be passed over by every diagnosis.</summary>
    [Fact]
    public void EveryMetricThatIsToldIsInTheCatalogue()
    {
        var told = ToldMetric().Matches(Others()).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.True(told.Count > 40, $"{told.Count} metrics were found");
        Assert.All(told, name => Assert.True(MetricCatalog.TryParse(name, out _), name));
    }

    private static string Others() => string.Concat(Directory.EnumerateFiles(Path.GetDirectoryName(Module)!, "*.py").Where(file => file != Module).Select(File.ReadAllText));

    [GeneratedRegex("(?:observe|lines\\.append|told\\.append)\\(\\(?\"([a-z_]+)\"")]
    private static partial Regex ToldMetric();
}
