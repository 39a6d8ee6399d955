using Spectre.Console;
using TrainingDoctor.Reports.Runs;
using TrainingDoctor.Reports.Wording;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Reports.Terminal;

/// <summary>Lays out one report on one terminal: verdict, primary story, what follows from it, the rest, and what was not judged.</summary>
internal sealed class ConsoleReportWriter(ReportDocument report, ExportOptions options, IAnsiConsole console) : ConsoleLines(console, options.Language)
{
    private const int SparklineWidth = 48;
    private const int MaximumColumnsNamed = 8;
    private const int MaximumNotes = 5;

    public void Write()
    {
        WriteVerdict();
        var findings = new ConsoleFindingWriter(report, options, Console);
        foreach (var finding in report.Findings.Where(finding => finding.ConsequenceOf is null || report.Findings.All(other => other.Id != finding.ConsequenceOf)))
        {
            findings.Write(finding, 1);
        }

        WriteFixed();
        WriteUnjudged();
    }

    private void WriteVerdict()
    {
        string colour = report.Verdict switch
        {
            Verdict.Ill => "white on red",
            Verdict.Warning => "black on yellow",
            Verdict.Healthy => "black on green",
            _ => "black on grey",
        };
        string verdict = Language.Of(VerdictWording.Of(report.Verdict)).ToUpperInvariant();
        Console.WriteLine();
        Line(1, $"[bold {colour}] {Markup.Escape(verdict)} [/]  [bold]{Markup.Escape(Visible(report.Run.Name))}[/]  [grey]{Markup.Escape(Visible(string.Join(" · ", RunWording.Facts(report.Run).Select(Language.Of))))}[/]");
        Line(1, $"[bold]{Markup.Escape(Visible(report.Summary ?? Language.Of(VerdictWording.Explain(report.Verdict))))}[/]");
        if (RunWording.Origin(report.Run).ToList() is { Count: > 0 } origin)
        {
            Line(1, $"[grey]{Markup.Escape(string.Join(" · ", origin.Select(Say)))}[/]");
        }

        WriteCurves();
        if ((report.Price?.Text ?? report.VerdictReason) is { } more && more != report.Summary)
        {
            Line(1, Markup.Escape(Visible(more)));
        }

        if (report.Verdict == Verdict.Healthy)
        {
            Line(1, Markup.Escape(Say($"Looked at: {string.Join(", ", report.Examined)}.")));
            Line(1, $"[grey]{Markup.Escape(Say($"What this run can't show: {string.Join("; ", report.CannotTell)}."))}[/]");
        }

        if (report.VerdictReason is null && report.Coverage is { Silent.Count: > 0 } coverage)
        {
            Line(1, $"[yellow]{Markup.Escape(Say(RunWording.Seen(coverage)))}[/]");
        }

        if (report.Log is { } log)
        {
            WriteReading(log);
        }
    }

    /// <summary>What was read otherwise than the log has it, or not used, is never passed over in silence.</summary>
    private void WriteReading(LogDocument log)
    {
        if (log.Damage.Count > 0)
        {
            Line(1, $"[yellow]{Markup.Escape(Say($"The log is damaged in {log.Damage.Count} place(s); what could be read was read."))}[/]");
        }

        foreach (string note in (log.Notes ?? []).Take(MaximumNotes))
        {
            Line(1, $"[grey]{Markup.Escape(Visible(note))}[/]");
        }

        if (log.Unmapped.Count > 0)
        {
            string more = log.Unmapped.Count > MaximumColumnsNamed ? $", … (+{log.Unmapped.Count - MaximumColumnsNamed})" : string.Empty;
            Line(1, $"[grey]{Markup.Escape(Say($"Columns that no rule could use"))}: {Markup.Escape(Visible(string.Join(", ", log.Unmapped.Take(MaximumColumnsNamed)) + more))}[/]");
        }
    }

    private void WriteCurves()
    {
        var rows = new[] { Metric.Loss, Metric.ValidationLoss, Metric.Accuracy, Metric.ValidationAccuracy }
            .Select(metric => (Name: MetricCatalog.NameOf(metric), Series: report.Series?.GetValueOrDefault(MetricCatalog.NameOf(metric))?.FirstOrDefault(series => series.Scope is null)))
            .Where(row => row.Series is { Steps.Count: > 1 })
            .ToList();
        if (rows.Count == 0)
        {
            return;
        }

        Console.WriteLine();
        int indent = rows.Max(row => row.Name.Length) + 2;
        int width = Math.Max(8, Math.Min(SparklineWidth, Console.Profile.Width - indent - 30));
        foreach (var (name, series) in rows)
        {
            string curve = Sparkline.Draw(series!.Steps, series.Values, width, Console.Profile.Capabilities.Unicode);
            Line(1, $"[grey]{name.PadRight(indent)}[/][blue]{curve}[/]  {Number(series.Values[0])} → {Number(series.Values[^1])}");
        }

        // The columns of all curves that begin and end together stand under each other: the first is the one that the mark belongs to.
        if (TroubleOnset.Of(report) is { } onset && Sparkline.Place(onset, rows[0].Series!.Steps, width) is { } column)
        {
            string sign = Console.Profile.Capabilities.Unicode ? "▲" : "^";
            Line(1, $"{new string(' ', indent + column)}[red]{sign}[/] {Markup.Escape(Say($"step {onset:N0}"))}");
        }

        Console.WriteLine();
    }

    private void WriteFixed()
    {
        if (report.Baseline is { Fixed.Count: > 0 } baseline)
        {
            Console.WriteLine();
            Line(1, $"[green]{Markup.Escape(Say($"Fixed since the baseline"))}[/]: {Markup.Escape(Visible(string.Join("; ", baseline.Fixed.Select(gone => $"{gone.RuleId} {gone.Rule}: {gone.Title}"))))}");
        }
    }

    private void WriteUnjudged()
    {
        int passed = report.Rules.Count(rule => rule.Status == RuleOutcome.Passed);
        int found = report.Rules.Count(rule => rule.Status == RuleOutcome.Found);
        var unjudged = report.Rules.Where(rule => rule.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off).ToList();
        Console.WriteLine();
        Line(1, Markup.Escape(Say($"{report.Rules.Count} rules: {found} found something, {passed} passed, {unjudged.Count} were not evaluated.")));
        if (unjudged.Count == 0)
        {
            return;
        }

        if (!options.HasNotEvaluated)
        {
            Line(1, $"[grey]{Markup.Escape(Say(NeedWording.Of(report.Rules, Language)!))} --not-evaluated[/]");
            return;
        }

        var table = new Table().Border(Console.Profile.Capabilities.Unicode ? TableBorder.Simple : TableBorder.Ascii)
            .AddColumn(Markup.Escape(Say($"Why not evaluated")))
            .AddColumn(Markup.Escape(Say($"Rules")));
        foreach (var group in unjudged.GroupBy(rule => rule.Reason ?? string.Empty).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            table.AddRow(new Markup(Markup.Escape(Visible(group.Key))), new Markup(Markup.Escape(Visible(string.Join(", ", group.Select(rule => rule.Rule))))));
        }

        Console.Write(table);
    }
}
