using System.Globalization;
using Spectre.Console;
using Cell = Spectre.Console.Text;

namespace TrainingDoctor.Host.Watch;

/// <summary>The watched runs as a table for a terminal.</summary>
internal static class RunTable
{
    private const int LinesAround = 6;

    /// <summary>Draws the table.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="now">The time that ages are told from.</param>
    /// <param name="height">How many lines the terminal has.</param>
    public static Table Draw(IReadOnlyList<BoardRun> runs, DateTimeOffset now, int height)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("run", "step", "loss", "verdict", "worst finding", "age");
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        table.Columns[5].RightAligned();

        // Those that a person has to look at come first, then those that changed last.
        int places = Math.Max(1, height - LinesAround);
        foreach (var run in runs.OrderBy(run => run.IsEnded).ThenByDescending(run => run.Report.Primary?.Severity ?? Severity.Info).ThenByDescending(run => run.Version).Take(places))
        {
            var facts = run.Report.Diagnosis.Facts;
            var worst = run.Report.Primary ?? (run.Report.Findings is [var first, ..] ? first : null);

            // Cells are plain text: no name can be taken for markup.
            table.AddRow(
                new Cell(WatchText.Name(run.Name)),
                new Cell(facts.LastStep < 0 ? string.Empty : facts.LastStep.ToString(CultureInfo.InvariantCulture)),
                new Cell(facts.Of(Metric.Loss) is { } loss ? loss.Last.ToString("G4", CultureInfo.InvariantCulture) : string.Empty),
                new Cell(WatchText.Word(run.Report.Verdict), ColourOf(run.Report.Verdict)),
                new Cell(worst is null ? string.Empty : $"{worst.Rule.Id} {worst.Rule.Name}"),
                new Cell(run.IsEnded ? "ended" : WatchText.Age(now - run.UpdatedAt)));
        }

        return runs.Count == 0 ? table.Caption("waiting for the first run")
            : runs.Count > places ? table.Caption(string.Create(CultureInfo.InvariantCulture, $"and {runs.Count - places} more"))
            : table;
    }

    private static Style ColourOf(Verdict verdict) => new(verdict switch
    {
        Verdict.Ill => Color.Red,
        Verdict.Warning => Color.Yellow,
        Verdict.Healthy => Color.Green,
        _ => Color.Grey,
    });
}
