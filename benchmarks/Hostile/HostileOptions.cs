using System.Globalization;

namespace TrainingDoctor.Benchmarks.Hostile;

/// <summary>What to try.</summary>
/// <param name="Time">How long.</param>
/// <param name="Inputs">How many inputs at most.</param>
/// <param name="Seed">Which inputs.</param>
/// <param name="Logs">A folder of further logs to change; null for none.</param>
/// <param name="Save">A folder for inputs that fail; null for none.</param>
/// <param name="Only">A part of the names of the logs that are changed; empty for all.</param>
internal sealed record HostileOptions(TimeSpan Time, long Inputs, int Seed, string? Logs, string? Save, string Only = "")
{
    /// <summary>Reads the command line; null when it is none.</summary>
    public static HostileOptions? Parse(string[] args)
    {
        var options = new HostileOptions(TimeSpan.FromMinutes(1), long.MaxValue, Random.Shared.Next(), null, null);
        for (int i = 0; i < args.Length; i += 2)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            HostileOptions? read = (args[i], value) switch
            {
                ("--minutes", { } text) when double.TryParse(text, CultureInfo.InvariantCulture, out double minutes) && minutes is > 0 and <= 10_000 => options with { Time = TimeSpan.FromMinutes(minutes) },
                ("--inputs", { } text) when long.TryParse(text, CultureInfo.InvariantCulture, out long inputs) && inputs > 0 => options with { Inputs = inputs },
                ("--seed", { } text) when int.TryParse(text, CultureInfo.InvariantCulture, out int seed) => options with { Seed = seed },
                ("--logs", { } path) when Directory.Exists(path) => options with { Logs = path },
                ("--only", { } name) => options with { Only = name },
                ("--save", { } path) => options with { Save = path },
                _ => null,
            };
            if (read is null)
            {
                return null;
            }

            options = read;
        }

        return options;
    }
}
