using System.CommandLine;
using TrainingDoctor.Host.Configuration;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Commands;

/// <summary>The options that every command with a report takes.</summary>
internal sealed class ReportArguments
{
    /// <summary>The file name that stands for standard output.</summary>
    public const string StandardOutput = "-";

    private readonly Option<string[]> _output = new("--output", "-o") { Description = "Write the report to FILE, in the format of its ending; - for standard output. Repeatable." };
    private readonly Option<ReportFormat?> _report = new("--report") { Description = "The format of the report: json, html, markdown, sarif, junit, annotations or console." };
    private readonly Option<string?> _failOn = new("--fail-on") { Description = $"Exit with 1 on findings at or above: {string.Join(", ", FailPolicy.Words)}." };
    private readonly Option<string[]> _require = new("--require") { Description = "A rule that must have been evaluated; otherwise exit with 1. Repeatable." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing but errors." };
    private readonly Option<string?> _config = new("--config") { Description = "Rules, severities and thresholds; traindoctor.json of the current folder when it exists." };
    private readonly Option<string?> _language = new("--lang") { Description = $"The language of reports for people: {string.Join(", ", ReportLanguage.All.Select(language => language.Tag))}; from the environment unless given." };
    private readonly Option<string?> _baseline = new("--baseline") { Description = "A JSON report of an earlier run: with --fail-on new-error only findings that it does not have count." };
    private readonly Option<bool> _noSeries = new("--no-series") { Description = "Leave the curves out of the report." };
    private readonly string _defaultFailOn;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="defaultFailOn">What <c>--fail-on</c> is when it is not given.</param>
    public ReportArguments(Command command, string defaultFailOn)
    {
        _defaultFailOn = defaultFailOn;
        foreach (var option in new Option[] { _output, _report, _failOn, _require, _quiet, _config, _language, _baseline, _noSeries })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="UsageException">A value is wrong.</exception>
    public ReportRequest Read(ParseResult parsed)
    {
        var required = (parsed.GetValue(_require) ?? []).Select(RuleArgument.Find).ToList();
        return new ReportRequest(
            parsed.GetValue(_output) ?? [],
            parsed.GetValue(_report),
            FailPolicy.Parse(parsed.GetValue(_failOn) ?? _defaultFailOn, required),
            parsed.GetValue(_quiet),
            !parsed.GetValue(_noSeries),
            RuleSetLoader.Load(parsed.GetValue(_config)),
            Language(parsed.GetValue(_language)),
            Baseline(parsed.GetValue(_baseline)));
    }

    /// <summary>Finds the language that was asked for, by the command line or the environment.</summary>
    /// <param name="tag">Its tag; null when none was given.</param>
    /// <exception cref="UsageException">There is no such language.</exception>
    public static ReportLanguage Language(string? tag) => tag is null
        ? ReportLanguage.FromEnvironment()
        : ReportLanguage.Find(tag) ?? throw new UsageException($"--lang: '{tag}' is not known; expected {string.Join(", ", ReportLanguage.All.Select(language => language.Tag))}.");

    private static ReportDocument? Baseline(string? path)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            return ReportJson.Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Newtonsoft.Json.JsonException)
        {
            throw new UsageException($"--baseline: '{path}' is no report of this program: {exception.Message}");
        }
    }
}

/// <summary>How a report was asked for.</summary>
/// <param name="Outputs">Files to write; <c>-</c> for standard output.</param>
/// <param name="Format">The format; null for the one of each file's ending.</param>
/// <param name="FailPolicy">When to exit with 1.</param>
/// <param name="IsQuiet">Whether nothing but errors is printed.</param>
/// <param name="HasSeries">Whether the curves are part of the report.</param>
/// <param name="Rules">The rules.</param>
/// <param name="Language">The language of formats that people read.</param>
/// <param name="Baseline">An earlier report; null for none.</param>
internal sealed record ReportRequest(
    IReadOnlyList<string> Outputs, ReportFormat? Format, FailPolicy FailPolicy, bool IsQuiet, bool HasSeries, RuleSet Rules, ReportLanguage Language, ReportDocument? Baseline)
{
    /// <summary>Judges one report by the fail policy, against the baseline where there is one.</summary>
    /// <param name="report">The report.</param>
    /// <param name="explain">Is told each required rule that could not be evaluated.</param>
    /// <returns>Whether the program must exit with 1.</returns>
    public bool Fails(DiagnosisReport report, Action<string> explain)
    {
        // With a baseline only what is new fails (contract, section 3).
        var comparison = Baseline is null ? null : ReportComparison.Between(Baseline, report.ToDocument());
        var policy = comparison is null ? FailPolicy : FailPolicy with { OnlyNew = true };
        return policy.Fails(report.Diagnosis, finding => comparison?.IsNew(finding.Id) ?? true, explain);
    }
}
