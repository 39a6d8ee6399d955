using System.Globalization;
using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>What to run.</summary>
internal sealed record AccuracyOptions
{
    public const string Usage = """
        TrainingDoctor.Benchmarks.Accuracy [options]
          --seeds N       seeds per program (3)
          --from N        the first seed (1): seeds that nobody has looked at tell what others will meet
          --processes N   processes at once (2)
          --subset        every fourth program, one seed: what CI runs
          --only TEXT     programs whose names contain the text
          --output DIR    where accuracy.json and accuracy.md go (docs)
          --logs DIR      strangers' logs with their labels.json (../shared/logs)
          --logs-only     score the logs alone
          --reading DIR   score what is read of labelled logs, runs and losses alone; may be given several times
          --study DIR     cross-validate on labelled logs, move every threshold, change the logs; may be given several times
          --families      judge simulated runs of known kinds: how often an illness is seen, and from what size on
          --record DIR    keep the telemetry of every run
          --replay DIR    judge kept telemetry anew, without training: for work on rules
          --dense         measure all of the first 100 steps, whatever that costs: what spreading them loses is seen beside it
          --details       print every run that was judged wrong
          --check         exit 1 when the validation half misses what it must reach
        """;

    public int Seeds { get; init; } = 3;

    /// <summary>Gets the first of the seeds.</summary>
    public int From { get; init; } = 1;

    public int Processes { get; init; } = 2;

    public bool IsSubset { get; init; }

    public string Only { get; init; } = string.Empty;

    public string? Output { get; init; }

    public string? Logs { get; init; }

    public bool LogsOnly { get; init; }

    /// <summary>Gets the folders of labelled logs of which reading alone is scored; empty for none.</summary>
    public IReadOnlyList<string> Reading { get; init; } = [];

    /// <summary>Gets the folders of labelled logs that the rules are studied on; empty for none.</summary>
    public IReadOnlyList<string> Study { get; init; } = [];

    /// <summary>Gets a value indicating whether simulated runs are judged.</summary>
    public bool Families { get; init; }

    /// <summary>Gets the folder that telemetry is kept in; null for none.</summary>
    public string? Record { get; init; }

    /// <summary>Gets the folder of telemetry that is judged anew; null to train.</summary>
    public string? Replay { get; init; }

    /// <summary>Gets a value indicating whether all of the first 100 steps are measured.</summary>
    public bool IsDense { get; init; }

    public bool Details { get; init; }

    public bool Check { get; init; }

    /// <summary>Gets the part of the runs that this process does, when it is a worker.</summary>
    public int? Part { get; init; }

    /// <summary>Gets the file that a worker writes to.</summary>
    public string Into { get; init; } = string.Empty;

    public static AccuracyOptions Parse(string[] args)
    {
        var options = new AccuracyOptions();
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--seeds" => options with { Seeds = Number(args[++i]) },
                "--from" => options with { From = Number(args[++i]) },
                "--processes" => options with { Processes = Number(args[++i]) },
                "--subset" => options with { IsSubset = true, Seeds = 1 },
                "--only" => options with { Only = args[++i] },
                "--output" => options with { Output = args[++i] },
                "--logs" => options with { Logs = args[++i] },
                "--logs-only" => options with { LogsOnly = true },
                "--reading" => options with { Reading = [.. options.Reading, args[++i]] },
                "--study" => options with { Study = [.. options.Study, args[++i]] },
                "--families" => options with { Families = true },
                "--record" => options with { Record = args[++i] },
                "--replay" => options with { Replay = args[++i] },
                "--dense" => options with { IsDense = true },
                "--details" => options with { Details = true },
                "--check" => options with { Check = true },
                "--part" => options with { Part = Number(args[++i]) },
                "--into" => options with { Into = args[++i] },
                _ => throw new ArgumentException($"Unknown option {args[i]}.{Environment.NewLine}{Usage}"),
            };
        }

        return options;
    }

    /// <summary>Gets the options as a worker for one part is given them.</summary>
    public IEnumerable<string> ForWorker(int part, string into)
    {
        yield return "--seeds";
        yield return Seeds.ToString(CultureInfo.InvariantCulture);
        yield return "--from";
        yield return From.ToString(CultureInfo.InvariantCulture);
        yield return "--processes";
        yield return Processes.ToString(CultureInfo.InvariantCulture);
        yield return "--only";
        yield return Only;
        yield return "--part";
        yield return part.ToString(CultureInfo.InvariantCulture);
        yield return "--into";
        yield return into;
        foreach (var (name, folder) in new[] { ("--record", Record), ("--replay", Replay) })
        {
            if (folder is not null)
            {
                yield return name;
                yield return folder;
            }
        }

        if (IsDense)
        {
            yield return "--dense";
        }

        if (IsSubset)
        {
            yield return "--subset";
        }
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
