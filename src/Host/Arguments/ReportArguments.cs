using System.CommandLine;
using TrainingDoctor.Host.Configuration;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Arguments;

/// <summary>The options that every command with a report takes.</summary>
internal sealed class ReportArguments
{
    /// <summary>The file name that stands for standard output.</summary>
    public const string StandardOutput = "-";

    private readonly Option<string[]> _output = new("--output", "-o") { Description = "Write the report to FILE, in the format of its extension; - for standard output. Several runs make one file. Repeatable." };
    private readonly Option<ReportFormat?> _report = new("--report") { Description = $"The kind of the report, on standard output unless --output names a file: {string.Join(", ", Words.Of<ReportFormat>())}.", CustomParser = Words.Parse<ReportFormat> };
    private readonly Option<bool> _perRun = new("--output-per-run") { Description = "Write a file for each of several runs: report-1.json, report-2.json and so on." };
    private readonly Option<string?> _failOn = new("--fail-on") { Description = $"Exit with 1 on findings at or above: {string.Join(", ", FailPolicy.Words)}." };
    private readonly Option<bool> _failOnInconclusive = new("--fail-on-inconclusive") { Description = "Also exit with 1 when too little was measured to judge a run." };
    private readonly Option<string[]> _require = new("--require") { Description = "A rule that must have been evaluated; otherwise exit with 1. Repeatable." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing but errors." };
    private readonly Option<bool> _details = new("--details") { Description = "Print each of several runs in full below their table, with all remedies and consequences." };
    private readonly Option<bool> _notEvaluated = new("--not-evaluated") { Description = "Print every rule that was not evaluated, with the reason." };
    private readonly Option<string?> _config = new(ConfigurationFile.Option) { Description = $"What the command line need not repeat: options, rules, severities and thresholds; {ConfigurationFile.DefaultName} of the current folder when it exists." };
    private readonly Option<string?> _normal = new("--normal") { Description = "What your own good runs usually do, written by 'traindoctor learn': runs that leave it are reported (TD8521)." };
    private readonly Option<string?> _language = new("--lang") { Description = $"The language of reports for people: {string.Join(", ", ReportLanguage.All.Select(language => language.Tag))}; from the environment unless given." };
    private readonly Option<string?> _baseline = new("--baseline") { Description = "A JSON report of an earlier run: findings are marked as new or known, and --fail-on new-error counts only those that it does not have." };
    private readonly Option<bool> _updateBaseline = new("--update-baseline") { Description = "Write what was found to the file of --baseline, which need not exist yet: from now on it is known." };
    private readonly Option<bool> _noSeries = new("--no-series") { Description = "Leave the curves out of the report." };
    private readonly string _defaultFailOn;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="defaultFailOn">What <c>--fail-on</c> is when it is not given.</param>
    public ReportArguments(Command command, string defaultFailOn)
    {
        _defaultFailOn = defaultFailOn;
        foreach (var option in new Option[]
        {
            _output, _report, _perRun, _failOn, _failOnInconclusive, _require, _baseline, _updateBaseline, _details, _notEvaluated, _quiet, _config, _normal, _language, _noSeries,
        })
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
        string? baseline = parsed.GetValue(_baseline);
        bool updates = parsed.GetValue(_updateBaseline);
        if (updates && baseline is null)
        {
            throw new UsageException("--update-baseline: expected --baseline FILE, which it writes.");
        }

        var format = parsed.GetValue(_report);
        var request = new ReportRequest(
            Outputs(parsed.GetValue(_output) ?? [], format),
            format,
            FailPolicy.Parse(parsed.GetValue(_failOn) ?? _defaultFailOn, baseline is not null, parsed.GetValue(_failOnInconclusive), required),
            parsed.GetValue(_quiet),
            !parsed.GetValue(_noSeries),
            RuleSetLoader.Load(parsed.GetValue(_config), parsed.GetValue(_normal)),
            Language(parsed.GetValue(_language)),
            baseline is null ? null : Baseline.Load(baseline, mayBeMissing: updates))
        {
            ConfigurationFile = parsed.GetValue(_config),
            NormalFile = parsed.GetValue(_normal),
            IsPerRun = parsed.GetValue(_perRun),
            HasDetails = parsed.GetValue(_details),
            HasNotEvaluated = parsed.GetValue(_notEvaluated),
            UpdatesBaseline = updates,
        };
        CheckOutputs(request.Outputs, request.Format);
        if (updates)
        {
            OutputPath.Check("--baseline", baseline!);
        }

        return request;
    }

    /// <summary>Who names a kind and no file means standard output; the console's own kind is printed there anyway.</summary>
    private static string[] Outputs(string[] named, ReportFormat? format) => named.Length == 0 && format is not (null or ReportFormat.Console) ? [StandardOutput] : named;

    /// <summary>Finds the language that was asked for, by the command line or the environment.</summary>
    /// <param name="tag">Its tag; null when none was given.</param>
    /// <exception cref="UsageException">There is no such language.</exception>
    public static ReportLanguage Language(string? tag) => tag is null
        ? ReportLanguage.FromEnvironment()
        : ReportLanguage.Find(tag) ?? throw new UsageException($"--lang: '{tag}' is not known; expected {string.Join(", ", ReportLanguage.All.Select(language => language.Tag))}.");

    /// <summary>Makes sure that files can be written and that their kind is known, before the work begins.</summary>
    /// <param name="outputs">The files.</param>
    /// <param name="format">The format; null for the one of each file's ending.</param>
    /// <exception cref="UsageException">A file cannot be written, or its ending names no format.</exception>
    public static void CheckOutputs(IEnumerable<string> outputs, ReportFormat? format)
    {
        foreach (string path in outputs.Where(path => path != StandardOutput))
        {
            if (format is null && ReportExporters.FormatOf(path) is null)
            {
                throw new UsageException($"--output: the ending of '{path}' names no report format; expected {string.Join(", ", ReportExporters.Endings)}, or --report.");
            }

            OutputPath.Check("--output", path);
        }
    }
}
