using Spectre.Console.Testing;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Tests.Watch;

public sealed class RunTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void ShowsStepLossVerdictAndWorstFinding()
    {
        var lines = Draw(40, Run("healthy", 1.25), Run("broken", double.NaN));

        Assert.Contains(lines, line => line.Contains("broken", StringComparison.Ordinal) && line.Contains("ill", StringComparison.Ordinal)
            && line.Contains("TD4001 non-finite-loss", StringComparison.Ordinal) && line.Contains("NaN", StringComparison.Ordinal) && line.Contains("5 s", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("healthy", StringComparison.Ordinal) && line.Contains("1.25", StringComparison.Ordinal) && line.Contains("29", StringComparison.Ordinal));
        Assert.True(Array.FindIndex(lines, line => line.Contains("broken", StringComparison.Ordinal)) < Array.FindIndex(lines, line => line.Contains("healthy", StringComparison.Ordinal)), "what is broken comes first");
    }

    [Theory]
    [InlineData("[red]not red[/]")]
    [InlineData("[/]")]
    [InlineData("[[x")]
    public void TakesNoNameForMarkup(string name) => Assert.Contains(Draw(40, Run(name, 1)), line => line.Contains(name, StringComparison.Ordinal));

    [Theory]
    [InlineData("\u001b[2J\u001b]0;title\u0007")]
    [InlineData("a\r\nb")]
    [InlineData("\u009b31m")]
    [InlineData("x\u202Etxt.exe")]
    public void LetsNoNameCommandTheTerminal(string name)
    {
        string shown = string.Concat(Draw(40, Run(name, 1)));

        Assert.DoesNotContain(shown, character => char.IsControl(character) || character == '\u202E');
    }

    [Fact]
    public void StaysWithinTheTerminal()
    {
        var lines = Draw(12, [.. Enumerable.Range(0, 100).Select(run => Run($"run{run}", 1))]);

        Assert.InRange(lines.Length, 5, 12);
        Assert.Contains(lines, line => line.Contains("and 94 more", StringComparison.Ordinal));
    }

    [Fact]
    public void SaysThatItWaits() => Assert.Contains(Draw(40), line => line.Contains("waiting for the first run", StringComparison.Ordinal));

    private static string[] Draw(int height, params BoardRun[] runs)
    {
        using var console = new TestConsole();
        console.Profile.Width = 120;
        console.Write(RunTable.Draw(runs, Now, height));
        return console.Output.TrimEnd('\n').Split('\n');
    }

    private static BoardRun Run(string name, double loss)
    {
        var engine = new RuleEngine(RuleSet.Default, new ScopeTable());
        engine.Begin(new RunDescription { Name = name });
        for (int step = 0; step < 30; step++)
        {
            engine.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, loss * (1 + Math.Exp(-step / 4.0))));
        }

        return new BoardRun(name, name, DiagnosisReport.Create(engine.Snapshot()), IsEnded: false, Version: 1, Now - TimeSpan.FromSeconds(5), Order: 0);
    }
}
