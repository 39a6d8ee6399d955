using System.Globalization;
using Spectre.Console;
using TrainingDoctor.Reports.Runs;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports.Terminal;

/// <summary>Several runs as a table on a terminal.</summary>
internal static class ConsoleRunTable
{
    private const int MaximumNotes = 5;

    public static void Write(IReadOnlyList<DiagnosisReport> reports, ExportOptions options, IAnsiConsole console)
    {
        var language = options.Language;
        bool isCompared = reports.Any(report => report.Baseline is not null);
        var table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Simple : TableBorder.Ascii);
        foreach (var (column, index) in RunTableWording.Columns.Select((column, index) => (column, index)))
        {
            var header = new TableColumn(Markup.Escape(language.Of(column)));
            table.AddColumn(index is 2 or 3 or 4 ? header.RightAligned().NoWrap() : index == 1 ? header.NoWrap() : header);
        }

        var rows = RunRows.Of(reports, language);
        for (int i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            string colour = row.Verdict switch { Verdict.Ill => "red", Verdict.Warning => "yellow", Verdict.Healthy => "green", _ => "grey" };
            string change = isCompared && row.Finding is { } named && reports[i].Baseline?.ChangeOf(named.Id) is { } state ? $" ({language.Of(ChangeWording.Of(state))})" : string.Empty;
            table.AddRow(
                Markup.Escape(UntrustedText.Line(row.Name)),
                $"[{colour}]{Markup.Escape(language.Of(VerdictWording.Of(row.Verdict)).ToUpperInvariant())}[/]",
                row.Steps.ToString("N0", CultureInfo.InvariantCulture),
                Markup.Escape(RunTableWording.Best(row.BestLoss)),
                Markup.Escape(RunTableWording.Last(row.LastLoss)),
                row.Finding is { } finding ? Markup.Escape(UntrustedText.Line($"{finding.RuleId} {finding.Rule}{change}")) : string.Empty,
                Markup.Escape(UntrustedText.Line(row.Headline)));
        }

        foreach (var log in options.Unread)
        {
            table.AddRow(Markup.Escape(UntrustedText.Line(log.Path)), $"[grey]{Markup.Escape(language.Of(RunTableWording.Unreadable).ToUpperInvariant())}[/]", string.Empty, string.Empty, string.Empty, string.Empty, Markup.Escape(UntrustedText.Line(language.Of(log.Reason))));
        }

        console.WriteLine();
        console.Write(table);
        console.WriteLine(UntrustedText.Line(RunTableWording.Count(reports, options.Unread, language) + (options.HasDetails ? string.Empty : $" {language.Of($"--details shows each in full.")}")));
        WriteNotes(reports, console);
    }

    /// <summary>What the reader decided, such as why it split a log into runs and which it left out: what is so of several runs once, the rest with the name of its run, the last run's first.</summary>
    private static void WriteNotes(IReadOnlyList<DiagnosisReport> reports, IAnsiConsole console)
    {
        var notes = reports.Reverse().SelectMany(report => (report.Run.Log?.Notes ?? []).Select(note => (report.Run.Name, Note: note))).GroupBy(item => item.Note, StringComparer.Ordinal).ToList();
        foreach (var note in notes.Take(MaximumNotes))
        {
            console.MarkupLine($"[grey]{Markup.Escape(UntrustedText.Line(note.Count() > 1 ? note.Key : $"{note.First().Name}: {note.Key}"))}[/]");
        }
    }
}
