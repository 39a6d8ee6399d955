using TrainingDoctor.Readers.Runs;

namespace TrainingDoctor.Host.Trials.Knobs;

/// <summary>Guesses knobs from what the command says already, and from the configuration files that it names.</summary>
internal static class KnobGuesses
{
    private static readonly string[] Endings = [".json", ".yaml", ".yml"];

    /// <summary>Guesses the knobs that a command sets.</summary>
    /// <param name="words">The command.</param>
    public static IReadOnlyList<Knob> OfCommand(IReadOnlyList<string> words)
    {
        var knobs = new List<(Knob, int)>();
        for (int index = 1; index < words.Count; index++)
        {
            string word = words[index];
            int sign = word.IndexOf('=', StringComparison.Ordinal);
            string name = sign > 0 ? word[..sign] : word;
            bool isOption = name.StartsWith("--", StringComparison.Ordinal);
            if (KnobNames.Find(name) is not { } known || (sign < 0 && (!isOption || index + 1 >= words.Count || words[index + 1].StartsWith("--", StringComparison.Ordinal))))
            {
                continue;
            }

            // "--lr 0.1", "--lr=0.1", and Hydra's "optimizer.lr=0.1".
            var target = new WordTarget(isOption && sign < 0 ? [name, "{value}"] : [$"{name}={{value}}"]);
            knobs.Add((new Knob(known.Name, target) { Present = sign > 0 ? word[(sign + 1)..] : words[index + 1], GuessedFrom = "the command" }, known.Rank));
        }

        return KnobNames.MostTelling(knobs);
    }

    /// <summary>Guesses the knobs of configuration files that a command names.</summary>
    /// <param name="words">The command.</param>
    /// <param name="folder">The folder that it runs in.</param>
    public static IReadOnlyList<Knob> OfFiles(IReadOnlyList<string> words, string folder)
    {
        var knobs = new List<(Knob, int)>();
        foreach (string file in FilesOf(words, folder))
        {
            bool isJson = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
            foreach (var (key, value) in ConfigurationFile.Read(Path.Combine(folder, file)))
            {
                if (KnobNames.Find(key) is { } known)
                {
                    knobs.Add((new Knob(known.Name, new FileTarget(file, key, isJson)) { Present = value == "null" ? null : value, GuessedFrom = file }, known.Rank));
                }
            }
        }

        return KnobNames.MostTelling(knobs);
    }

    /// <summary>Finds the configuration files that a command names, as words of their own or behind an equals sign.</summary>
    /// <param name="words">The command.</param>
    /// <param name="folder">The folder that it runs in.</param>
    public static IEnumerable<string> FilesOf(IReadOnlyList<string> words, string folder) =>
        words.Skip(1).Select(word => word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..])
            .Where(word => Array.Exists(Endings, ending => word.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) && File.Exists(Path.Combine(folder, word)))
            .Distinct();
}
