using System.Globalization;
using Spectre.Console;
using TrainingDoctor.Reports.Wording;

namespace TrainingDoctor.Reports.Terminal;

/// <summary>Lays out one finding: what it is, where, why, what to do, and what follows from it.</summary>
internal sealed class ConsoleFindingWriter(ReportDocument report, ExportOptions options, IAnsiConsole console) : ConsoleLines(console, options.Language)
{
    private const int MaximumLayersNamed = 6;

    /// <summary>Writes a finding with its causes and remedies, and what follows from it.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="indent">The columns to leave free at the left.</param>
    public void Write(FindingDocument finding, int indent)
    {
        var (sign, colour) = Sign(finding.Severity);
        Console.WriteLine();
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
            Console.WriteLine();
            Line(indent + 2, $"[bold]{Markup.Escape(Say($"What follows from it"))}[/]");
            foreach (var consequence in consequences)
            {
                if (options.HasDetails)
                {
                    Write(consequence, indent + 4);
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
        int width = Console.Profile.Width;
        Console.Profile.Width = Math.Max(width, indent + line.Length + 1);
        Line(indent, $"[cyan]{Markup.Escape(line)}[/]");
        Console.Profile.Width = width;
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

        Console.WriteLine();
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

        Console.WriteLine();
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
}
