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
          --no-healthy    leave the healthy programs out
          --no-baseline   leave AUTOTRAINER's order, random search and TPE out
          --foreign       run the programs as processes of their own too, cured by `traindoctor cure -- COMMAND` (build src/Host first)
          --through WAY   with --foreign: monitor or flags only
          --validation    the validation half only
          --output DIR    where repair.json and repair.md go (docs)
          --details       print every ill run that was not repaired, with what was tried
          --check         exit 1 when the validation half misses what it must reach
        """;

    public int Seeds { get; init; } = 1;

    public int Processes { get; init; } = 2;

    public string Filter { get; init; } = string.Empty;

    public int Limit { get; init; } = int.MaxValue;

    public int Draw { get; init; } = 1;

    public bool WithHealthy { get; init; } = true;

    public bool WithBaseline { get; init; } = true;

    public bool Foreign { get; init; }

    /// <summary>Gets the only way into processes that is tried; null for both.</summary>
    public string? Through { get; init; }

    public bool ValidationOnly { get; init; }

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
                "--no-healthy" => options with { WithHealthy = false },
                "--no-baseline" => options with { WithBaseline = false },
                "--foreign" => options with { Foreign = true },
                "--validation" => options with { ValidationOnly = true },
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

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
