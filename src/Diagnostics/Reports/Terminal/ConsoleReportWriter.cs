using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using TrainingDoctor.Reports.Runs;
using TrainingDoctor.Reports.Wording;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Reports.Terminal;

/// <summary>Lays out one report on one terminal: verdict, primary story, what follows from it, the rest, and what was not judged.</summary>
internal sealed class ConsoleReportWriter(ReportDocument report, ExportOptions options, IAnsiConsole console)
{
    private const int SparklineWidth = 48;
    private const int MaximumLayersNamed = 6;
    private const int MaximumColumnsNamed = 8;
    private const int MaximumNotes = 5;

    private readonly ReportLanguage _language = options.Language;

    public void Write()
    {
        WriteVerdict();
        foreach (var finding in report.Findings.Where(finding => finding.ConsequenceOf is null || report.Findings.All(other => other.Id != finding.ConsequenceOf)))
        {
            WriteFinding(finding, 1);
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
        string verdict = _language.Of(VerdictWording.Of(report.Verdict)).ToUpperInvariant();
        console.WriteLine();
        Line(1, $"[bold {colour}] {Markup.Escape(verdict)} [/]  [bold]{Markup.Escape(Visible(report.Run.Name))}[/]  [grey]{Markup.Escape(Visible(string.Join(" · ", RunWording.Facts(report.Run).Select(_language.Of))))}[/]");
        Line(1, $"[bold]{Markup.Escape(Visible(report.Summary ?? _language.Of(VerdictWording.Explain(report.Verdict))))}[/]");
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

        console.WriteLine();
        int indent = rows.Max(row => row.Name.Length) + 2;
        int width = Math.Max(8, Math.Min(SparklineWidth, console.Profile.Width - indent - 30));
        foreach (var (name, series) in rows)
        {
            string curve = Sparkline.Draw(series!.Steps, series.Values, width, console.Profile.Capabilities.Unicode);
            Line(1, $"[grey]{name.PadRight(indent)}[/][blue]{curve}[/]  {Number(series.Values[0])} → {Number(series.Values[^1])}");
        }

        // The columns of all curves that begin and end together stand under each other: the first is the one that the mark belongs to.
        if (TroubleOnset.Of(report) is { } onset && Sparkline.Place(onset, rows[0].Series!.Steps, width) is { } column)
        {
            string sign = console.Profile.Capabilities.Unicode ? "▲" : "^";
            Line(1, $"{new string(' ', indent + column)}[red]{sign}[/] {Markup.Escape(Say($"step {onset:N0}"))}");
        }

        console.WriteLine();
    }

    private void WriteFinding(FindingDocument finding, int indent)
    {
        var (sign, colour) = Sign(finding.Severity);
        console.WriteLine();
        string primary = finding.Id == report.Primary && report.Findings.Count > 1 ? $"  [{colour}]{Markup.Escape(Say($"root cause"))}[/]" : string.Empty;
        Line(indent, $"[bold {colour}]{sign} {Markup.Escape(Visible(finding.Title))}[/]  [grey]{finding.RuleId} {finding.Rule}[/]{primary}");
        Line(indent + 2, Markup.Escape(Visible(finding.Message)));
        Line(indent + 2, $"[grey]{Markup.Escape(string.Join(" · ", Where(finding)))}[/]");

        if (finding.Location is { } place)
        {
            Line(indent + 2, $"[grey]{Markup.Escape(Visible(Say(PlaceWording.Of(place))))}[/]");
        }

        if (finding.Analyzer is { } analyzer)
        {
            Line(indent + 2, $"[grey]{Markup.Escape(Say(PlaceWording.AtBuild(analyzer)))}[/]");
        }

        // What follows from another finding is cured with it: its own remedies are in the other reports.
        if (finding.ConsequenceOf is null)
        {
            WriteCauses(finding, indent + 2);
            WriteRemedies(finding, indent + 2);
        }

        var consequences = report.Findings.Where(other => other.ConsequenceOf == finding.Id && other.Id != finding.Id).ToList();
        if (consequences.Count > 0)
        {
            console.WriteLine();
            Line(indent + 2, $"[bold]{Markup.Escape(Say($"What follows from it"))}[/]");
            foreach (var consequence in consequences)
            {
                if (options.HasDetails)
                {
                    WriteFinding(consequence, indent + 4);
                }
                else
                {
                    WriteConsequence(consequence, indent + 4);
                }
            }
        }
    }

    /// <summary>What follows from another finding is cured with it: one line is enough, and those of what follows from it in turn.</summary>
    private void WriteConsequence(FindingDocument finding, int indent)
    {
        var (sign, colour) = Sign(finding.Severity);
        string change = report.Baseline?.ChangeOf(finding.Id) is { } state ? $" ({Say(ChangeWording.Of(state))})" : string.Empty;
        string steps = RunWording.Steps(finding) is { } where ? $" · {Say(where)}" : string.Empty;
        Line(indent, $"[{colour}]{sign}[/] {Markup.Escape(Visible(finding.Title))}  [grey]{finding.RuleId} {finding.Rule}{Markup.Escape(change + steps)}[/]");
        foreach (var consequence in report.Findings.Where(other => other.ConsequenceOf == finding.Id && other.Id != finding.Id))
        {
            WriteConsequence(consequence, indent + 2);
        }
    }

    /// <summary>Code stands alone on its lines and is never broken, so that it can be copied as it is.</summary>
    private void WriteCode(int indent, string line)
    {
        int width = console.Profile.Width;
        console.Profile.Width = Math.Max(width, indent + line.Length + 1);
        Line(indent, $"[cyan]{Markup.Escape(line)}[/]");
        console.Profile.Width = width;
    }

    private static (string Sign, string Colour) Sign(Severity severity) => severity switch
    {
        Severity.Error => ("✗", "red"),
        Severity.Warning => ("!", "yellow"),
        _ => ("i", "blue"),
    };

    private IEnumerable<string> Where(FindingDocument finding)
    {
        yield return Say(VerdictWording.Of(finding.Severity));
        if (report.Baseline?.ChangeOf(finding.Id) is { } change)
        {
            yield return Say(ChangeWording.Of(change));
        }

        if (RunWording.Steps(finding) is { } steps)
        {
            yield return Say(steps);
        }

        if (finding.Layers.Count > 0)
        {
            string named = string.Join(", ", finding.Layers.Take(MaximumLayersNamed).Select(Visible));
            yield return finding.Layers.Count > MaximumLayersNamed ? Say($"{named} and {finding.Layers.Count - MaximumLayersNamed} more") : named;
        }

        yield return Say($"confidence {finding.Confidence:P0}");
    }

    private void WriteCauses(FindingDocument finding, int indent)
    {
        if (finding.Causes.Count == 0)
        {
            return;
        }

        console.WriteLine();
        Line(indent, $"[bold]{Markup.Escape(Say($"Likely cause"))}[/]");
        foreach (var cause in finding.Causes)
        {
            Line(indent + 2, $"{cause.Likelihood.ToString("P0", CultureInfo.InvariantCulture),5}  {Markup.Escape(Say(CauseWording.Of(cause.Cause)))}");
        }
    }

    private void WriteRemedies(FindingDocument finding, int indent)
    {
        if (finding.Remedies.Count == 0)
        {
            return;
        }

        console.WriteLine();
        Line(indent, $"[bold]{Markup.Escape(Say($"What to do"))}[/]");
        foreach (var remedy in finding.Remedies)
        {
            Line(indent + 2, $"[bold green]{remedy.Rank}.[/] {Markup.Escape(Visible(remedy.Title))}");
            if (remedy.Rank > 1 && !options.HasDetails)
            {
                // The first is to be done; what may be tried after it is a line each. What came of trying it is worth another.
                if (remedy.Trial is { } tried)
                {
                    Line(indent + 5, $"[{(tried.Cured ? "green" : "yellow")}]{Markup.Escape(Say(RunWording.Trial(tried)))}[/]");
                }

                continue;
            }

            Line(indent + 5, $"[grey]{Markup.Escape(Visible(remedy.Rationale))}[/]");
            if (remedy.Caveat is { } caveat)
            {
                Line(indent + 5, $"[yellow]{Markup.Escape(Say($"Caveat: {Visible(caveat)}"))}[/]");
            }

            if (remedy.Code is { } code)
            {
                foreach (string line in code.TrimEnd('\n').Split('\n'))
                {
                    WriteCode(indent + 5, Visible(line));
                }
            }

            if (remedy.Trial is { } trial)
            {
                Line(indent + 5, $"[{(trial.Cured ? "green" : "yellow")}]{Markup.Escape(Say(RunWording.Trial(trial)))}[/]");
            }
        }
    }

    private void WriteFixed()
    {
        if (report.Baseline is { Fixed.Count: > 0 } baseline)
        {
            console.WriteLine();
            Line(1, $"[green]{Markup.Escape(Say($"Fixed since the baseline"))}[/]: {Markup.Escape(Visible(string.Join("; ", baseline.Fixed.Select(gone => $"{gone.RuleId} {gone.Rule}: {gone.Title}"))))}");
        }
    }

    private void WriteUnjudged()
    {
        int passed = report.Rules.Count(rule => rule.Status == RuleOutcome.Passed);
        int found = report.Rules.Count(rule => rule.Status == RuleOutcome.Found);
        var unjudged = report.Rules.Where(rule => rule.Status is RuleOutcome.NotEvaluated or RuleOutcome.Off).ToList();
        console.WriteLine();
        Line(1, Markup.Escape(Say($"{report.Rules.Count} rules: {found} found something, {passed} passed, {unjudged.Count} were not evaluated.")));
        if (unjudged.Count == 0)
        {
            return;
        }

        if (!options.HasNotEvaluated)
        {
            Line(1, $"[grey]{Markup.Escape(Say(NeedWording.Of(report.Rules, _language)!))} --not-evaluated[/]");
            return;
        }

        var table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Simple : TableBorder.Ascii)
            .AddColumn(Markup.Escape(Say($"Why not evaluated")))
            .AddColumn(Markup.Escape(Say($"Rules")));
        foreach (var group in unjudged.GroupBy(rule => rule.Reason ?? string.Empty).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            table.AddRow(new Markup(Markup.Escape(Visible(group.Key))), new Markup(Markup.Escape(Visible(string.Join(", ", group.Select(rule => rule.Rule))))));
        }

        console.Write(table);
    }

    private string Say(Text text) => Visible(_language.Of(text));

    private void Line(int indent, string markup)
    {
        IRenderable line = new Markup(markup);
        console.Write(new Padder(line, new Padding(indent, 0, 0, 0)));
    }

    private static string Visible(string text) => OutsideText.Line(text);

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
