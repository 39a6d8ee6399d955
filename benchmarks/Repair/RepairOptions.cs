using System.Globalization;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>What to run.</summary>
internal sealed record RepairOptions
{
    public const string Usage = """
        TrainingDoctor.Benchmarks.Repair [options]
          --seeds N       seeds per program (1)
          --processes N   processes at once (2)
          --filter TEXT   programs whose names contain the text
          --limit N       so many programs at most, drawn evenly over the faults
          --draw N        the seed of that draw (1)
          --unreachable   draw among those too that nothing reaches from outside
          --no-healthy    leave the healthy programs out
          --no-baseline   leave AUTOTRAINER's order, random search and TPE out
          --foreign       run the programs as processes of their own too, cured by `traindoctor cure -- COMMAND` (build src/Host first)
          --through WAY   with --foreign: monitor or flags only
          --pytorch       have a PyTorch program of each fault cured too, where python3 has torch (build src/Host first); with --filter NONE nothing else
          --only-healthy  the healthy programs only
          --validation    the validation half only
          --with FILE     put the runs of an earlier repair.json together with these (for what is measured in parts; repeatable); with --filter NONE nothing is run
          --output DIR    where repair.json and repair.md go (docs)
          --details       print every ill run that was not repaired, with what was tried
          --check         exit 1 when the validation half misses what it must reach
        """;

    /// <summary>The filter that no program passes.</summary>
    public const string None = "NONE";

    public int Seeds { get; init; } = 1;

    public int Processes { get; init; } = 2;

    public string Filter { get; init; } = string.Empty;

    public int Limit { get; init; } = int.MaxValue;

    public int Draw { get; init; } = 1;

    public bool WithHealthy { get; init; } = true;

    /// <summary>Gets a value indicating whether a sample is drawn among the programs too that nothing reaches from outside.</summary>
    public bool WithUnreachable { get; init; }

    public bool WithBaseline { get; init; } = true;

    public bool OnlyHealthy { get; init; }

    public bool Foreign { get; init; }

    public bool PyTorch { get; init; }

    /// <summary>Gets the only way into processes that is tried; null for both.</summary>
    public string? Through { get; init; }

    public bool ValidationOnly { get; init; }

    /// <summary>Gets the files of earlier measurements whose runs belong into the report too.</summary>
    public IReadOnlyList<string> Earlier { get; init; } = [];

    public string? Output { get; init; }

    public bool Details { get; init; }

    public bool Check { get; init; }

    /// <summary>Gets the part of the runs that this process does, when it is a worker.</summary>
    public int? Part { get; init; }

    /// <summary>Gets the file that a worker writes to.</summary>
    public string Into { get; init; } = string.Empty;

    public static RepairOptions Parse(string[] args)
    {
        var options = new RepairOptions();
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--seeds" => options with { Seeds = Number(args[++i]) },
                "--processes" => options with { Processes = Number(args[++i]) },
                "--filter" => options with { Filter = args[++i] },
                "--limit" => options with { Limit = Number(args[++i]) },
                "--draw" => options with { Draw = Number(args[++i]) },
                "--through" => options with { Through = args[++i] is "monitor" or "flags" ? args[i] : throw new ArgumentException($"--through: '{args[i]}' is not a way; expected monitor or flags.") },
                "--unreachable" => options with { WithUnreachable = true },
                "--no-healthy" => options with { WithHealthy = false },
                "--no-baseline" => options with { WithBaseline = false },
                "--only-healthy" => options with { OnlyHealthy = true },
                "--pytorch" => options with { PyTorch = true },
                "--foreign" => options with { Foreign = true },
                "--validation" => options with { ValidationOnly = true },
                "--with" => options with { Earlier = [.. options.Earlier, args[++i]] },
                "--output" => options with { Output = args[++i] },
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
        List<string> arguments = ["--seeds", Text(Seeds), "--processes", Text(Processes), "--filter", Filter, "--limit", Text(Limit), "--draw", Text(Draw), "--part", Text(part), "--into", into];
        if (!WithHealthy)
        {
            arguments.Add("--no-healthy");
        }

        if (OnlyHealthy)
        {
            arguments.Add("--only-healthy");
        }

        if (WithUnreachable)
        {
            arguments.Add("--unreachable");
        }

        if (Foreign)
        {
            arguments.Add("--foreign");
        }

        if (Through is { } way)
        {
            arguments.AddRange(["--through", way]);
        }

        if (ValidationOnly)
        {
            arguments.Add("--validation");
        }

        if (!WithBaseline)
        {
            arguments.Add("--no-baseline");
        }

        return arguments;
    }

    /// <summary>Returns the command line without what says nothing of the measurement; none where nothing was measured.</summary>
    /// <param name="args">The command line.</param>
    public IEnumerable<string> Told(string[] args)
    {
        string[] silent = ["--output", "--with"];
        return Filter == None && !PyTorch ? [] : [string.Join(' ', args.Where((word, index) => word != "--details" && !silent.Contains(word) && (index == 0 || !silent.Contains(args[index - 1]))))];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
