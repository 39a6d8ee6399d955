using System.CommandLine;
using System.CommandLine.Parsing;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Reports;
using TrainingDoctor.Rules.Knowledge.Frameworks;

namespace TrainingDoctor.Host.Arguments;

/// <summary>The options that say how logs are read.</summary>
internal sealed class LogArguments
{
    /// <summary>The formats by their names, which are the tools' own in small letters.</summary>
    private static readonly Dictionary<string, LogFormat> Formats = new(
        Enum.GetValues<LogFormat>().Select(format => KeyValuePair.Create(format == LogFormat.JsonLines ? "jsonl" : format.ToString().ToLowerInvariant(), format)), StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds a format by its name.</summary>
    /// <param name="word">The name.</param>
    /// <returns>Null when there is none of this name.</returns>
    public static LogFormat? Find(string word) => Formats.TryGetValue(word, out var format) ? format : Words.Find<LogFormat>(word);

    /// <summary>Gets the names of the formats.</summary>
    public static IEnumerable<string> Names => Formats.Keys;

    private readonly Option<LogFormat> _format = new("--format")
    {
        Description = $"The format of the log: {string.Join(", ", Formats.Keys)}; detected from the content unless given.",
        DefaultValueFactory = _ => LogFormat.Auto,
        CustomParser = ParseFormat,
    };

    private readonly Option<string[]> _map = new("--map") { Description = "ROLE=COLUMN for a column whose name is not understood, e.g. validation_loss=val/ce. Repeatable." };

    private readonly Option<string?> _task = new("--task")
    {
        Description = $"What the model is trained to do, where the columns do not tell: {string.Join(", ", Words.Of<TrainingTask>())}. It decides which rules apply.",
    };

    private readonly Option<string?> _framework = new("--framework")
    {
        Description = $"The framework whose terms remedies are given in: {string.Join(", ", FrameworkCatalog.All.Select(framework => framework.Name))}; detected from the columns unless given.",
        CustomParser = ParseFramework,
    };

    private readonly Option<int> _maximumRuns = new("--max-runs")
    {
        Description = "How many runs of one log are read; the rest are only counted.",
        DefaultValueFactory = _ => new LogReadOptions().MaximumRuns,
    };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_format);
        command.Options.Add(_map);
        command.Options.Add(_task);
        command.Options.Add(_framework);
        command.Options.Add(_maximumRuns);
    }

    /// <summary>Reads the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <exception cref="UsageException">A role is not of the form ROLE=COLUMN, or there is no such task.</exception>
    public LogReadOptions Read(ParseResult parsed) => new()
    {
        Format = parsed.GetValue(_format),
        Roles = ParseRoles(parsed.GetValue(_map) ?? []),
        Task = ParseTask(parsed.GetValue(_task)),
        Framework = parsed.GetValue(_framework),
        MaximumRuns = parsed.GetValue(_maximumRuns) is > 0 and var runs ? runs : throw new UsageException(FormattableString.Invariant($"--max-runs: {parsed.GetValue(_maximumRuns)} is no number of runs; expected 1 or more.")),
    };

    private static TrainingTask? ParseTask(string? word) => word is null ? null : Words.Find<TrainingTask>(word)
        ?? throw new UsageException($"--task: '{word}' is none; expected {string.Join(", ", Words.Of<TrainingTask>())}.");

    private static LogFormat ParseFormat(ArgumentResult result)
    {
        string word = result.Tokens[^1].Value;
        if (Find(word) is { } format)
        {
            return format;
        }

        string hint = Words.Find<ReportFormat>(word) is { } kind ? $" For the kind of the report use --report {KebabCase.Of(kind)}." : string.Empty;
        result.AddError($"--format: '{word}' is no format of a log; expected {string.Join(", ", Formats.Keys)}.{hint}");
        return LogFormat.Auto;
    }

    private static string? ParseFramework(ArgumentResult result)
    {
        string word = result.Tokens[^1].Value;
        if (FrameworkCatalog.Find(word) is { } framework)
        {
            return framework.Name;
        }

        result.AddError($"--framework: '{word}' is no framework; expected {string.Join(", ", FrameworkCatalog.All.Select(known => known.Name))}.");
        return null;
    }

    private static Dictionary<string, string> ParseRoles(IEnumerable<string> assignments)
    {
        var roles = new Dictionary<string, string>();
        foreach (string assignment in assignments)
        {
            int sign = assignment.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0 || sign == assignment.Length - 1)
            {
                throw new UsageException($"--map: '{assignment}' is not of the form ROLE=COLUMN, e.g. validation_loss=val/ce.");
            }

            roles[assignment[..sign]] = assignment[(sign + 1)..];
        }

        return roles;
    }
}
