using TrainingDoctor.Readers.Opening;

namespace TrainingDoctor.Readers.Runs;

/// <summary>
/// What the files beside a log say of how the run was set up: the configuration that frameworks and trackers leave there, and the commit of the program. Nothing of it is judged; a comparison of runs
/// tells what was set differently.
/// </summary>
/// <param name="Settings">The settings by name; those of groups with the names of the groups before them, <c>optimizer.lr</c>.</param>
/// <param name="Commit">The commit; null where nothing tells.</param>
internal sealed record SettingsBeside(IReadOnlyDictionary<string, string> Settings, string? Commit)
{
    private const int LongestNote = 64 * 1024;
    private const int MostSettings = 500;
    private const int LongestName = 200;
    private const int LongestValue = 200;

    private static readonly SettingsBeside None = new(new Dictionary<string, string>(), null);

    /// <summary>What frameworks and trackers call them; what stands first wins.</summary>
    private static readonly string[] Files =
    [
        "config.yaml", "config.yml", "config.json", "hparams.yaml", "hparams.json", "args.yaml", "args.json", "params.yaml", "params.json", "training_args.json", "opt.yaml", "opt.json", "cfg.yaml", "flags.json",
        "axolotl_config.yml", "llamaboard_config.yaml", "adapter_config.json", Path.Combine(".hydra", "config.yaml"), Path.Combine("files", "config.yaml"),
    ];

    /// <summary>Folders that hold the log of a run and not the run.</summary>
    private static readonly string[] Inner = ["files", "logs", "log", "metrics", "events", "tensorboard", "tb", "train", "csv"];

    private static readonly string[] CommitNames = ["commit", "git.commit", "git_commit", "git_hash", "git_sha", "git_commit_hash", "commit_hash", "commit_id", "mlflow.source.git.commit"];

    /// <summary>Reads what lies beside a log.</summary>
    /// <param name="log">The file or folder of the log; null or <c>-</c> where there is none.</param>
    /// <param name="mayRead">Tells whether a file may be opened; null where all may.</param>
    public static SettingsBeside Of(string? log, Func<string, bool>? mayRead = null)
    {
        try
        {
            string? folder = Directory.Exists(log) ? Path.GetFullPath(log) : File.Exists(log) ? Path.GetDirectoryName(Path.GetFullPath(log)) : null;
            if (folder is null)
            {
                return None;
            }

            var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
            string? commit = null;
            foreach (string file in Candidates(log!, folder).Where(file => Allows(file) && !string.Equals(file, Path.GetFullPath(log!), StringComparison.Ordinal)))
            {
                foreach (var (name, value) in ConfigurationFile.Read(file))
                {
                    Take(name, value);
                }
            }

            foreach (string run in RunFolders(folder))
            {
                TakeParameters(Path.Combine(run, "params"));
                commit ??= OfTracker(run);
            }

            commit ??= CommitNames.Select(name => settings.GetValueOrDefault(name)).FirstOrDefault(IsCommit);
            foreach (string name in CommitNames)
            {
                settings.Remove(name);
            }

            return new SettingsBeside(settings, commit);

            bool Allows(string file) => File.Exists(file) && (mayRead?.Invoke(file) ?? true);

            void Take(string name, string value)
            {
                if (settings.Count < MostSettings && name.Length is > 0 and <= LongestName)
                {
                    settings.TryAdd(name, value.Length > LongestValue ? value[..LongestValue] : value);
                }
            }

            // MLflow: a file for each parameter.
            void TakeParameters(string parameters)
            {
                foreach (string file in Directory.Exists(parameters) ? Directory.EnumerateFiles(parameters).Order(StringComparer.Ordinal).Where(Allows).Take(MostSettings) : [])
                {
                    Take(Path.GetFileName(file), SmallFile.Text(file, LongestNote)?.Trim() ?? string.Empty);
                }
            }

            // Weights & Biases and MLflow note the commit.
            string? OfTracker(string run)
            {
                string? noted = new[] { Path.Combine(run, "wandb-metadata.json"), Path.Combine(run, "files", "wandb-metadata.json") }.Where(Allows)
                    .SelectMany(ConfigurationFile.Read).FirstOrDefault(setting => setting.Name == "git.commit").Value;
                string tag = Path.Combine(run, "tags", "mlflow.source.git.commit");
                noted ??= Allows(tag) ? SmallFile.Text(tag, LongestNote)?.Trim() : null;
                return IsCommit(noted) ? noted : null;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // What lies beside a log is no part of it: that it cannot be read costs nothing.
            return None;
        }
    }

    /// <summary>A file named like the log is of this run alone; the others are of the folder's.</summary>
    private static IEnumerable<string> Candidates(string log, string folder)
    {
        if (File.Exists(log))
        {
            string stem = Path.GetFileNameWithoutExtension(log);
            foreach (string ending in new[] { ".yaml", ".yml", ".config.json", ".config.yaml" })
            {
                yield return Path.Combine(folder, stem + ending);
            }
        }

        foreach (string run in RunFolders(folder))
        {
            foreach (string name in Files)
            {
                yield return Path.Combine(run, name);
            }
        }
    }

    private static IEnumerable<string> RunFolders(string folder)
    {
        yield return folder;
        string name = Path.GetFileName(folder);
        if (Path.GetDirectoryName(folder) is { Length: > 0 } parent && (Array.Exists(Inner, inner => string.Equals(inner, name, StringComparison.OrdinalIgnoreCase)) || name.StartsWith("checkpoint-", StringComparison.Ordinal)))
        {
            yield return parent;
        }
    }

    private static bool IsCommit(string? text) => text is { Length: >= 7 and <= 64 } && text.All(char.IsAsciiHexDigit);
}
