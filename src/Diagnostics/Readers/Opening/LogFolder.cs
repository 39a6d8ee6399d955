using System.Runtime.ExceptionServices;
using TrainingDoctor.Readers.Ranks;

namespace TrainingDoctor.Readers.Opening;

/// <summary>Finds the runs in a folder: one log for each, though frameworks often write the same run twice.</summary>
internal static class LogFolder
{
    private const int MaximumDepth = 16;

    /// <summary>Well-known names, best first: of those in one folder the best stands for the run.</summary>
    private static readonly string[] Known = ["trainer_state.json", "results.csv", "metrics.csv", "scalars.json", "metrics.json", "trainer_log.jsonl", "summary.csv"];

    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase) { ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".log", ".txt", ".out", ".wandb", ".md" };

    private static readonly HashSet<string> Skipped = new(StringComparer.OrdinalIgnoreCase) { "node_modules", "__pycache__", "site-packages", ".git", "venv" };

    public static IReadOnlyList<LogSource> Find(string folder, LogReadOptions options)
    {
        var found = new List<LogSource>();
        Search(new DirectoryInfo(folder), options, found, 0);
        return RankLogs.Merge(found, folder, options);
    }

    private static void Search(DirectoryInfo folder, LogReadOptions options, List<LogSource> found, int depth)
    {
        List<FileInfo> files;
        List<DirectoryInfo> folders;
        try
        {
            files = [.. folder.EnumerateFiles().Where(FolderFiles.HasContent).OrderBy(file => file.Name, StringComparer.Ordinal)];
            folders = [.. folder.EnumerateDirectories().Where(child => child.LinkTarget is null && !child.Name.StartsWith('.') && !Skipped.Contains(child.Name))
                .OrderBy(child => child.Name, StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return;
        }

        if (MetricFiles.Find(folder, files, options) is { } store)
        {
            found.Add(store);
            return;
        }

        AddFiles(folder, files, options, found);
        var merged = EventFolders.Find(folder, files, folders, options, found);
        if (depth >= MaximumDepth)
        {
            return;
        }

        // Weights and Biases keeps what a run printed, and its summary, in a folder beside its history.
        bool isWandb = files.Exists(IsBinary);
        foreach (var child in WithoutOlderCheckpoints(folders.Where(child => !merged.Contains(child.Name) && !(isWandb && child.Name is ("files" or "logs" or "tmp"))).ToList(), files))
        {
            Search(child, options, found, depth + 1);
        }
    }

    private static void AddFiles(DirectoryInfo folder, List<FileInfo> files, LogReadOptions options, List<LogSource> found)
    {
        var named = files.Where(file => !IsEvents(file) && Endings.Contains(EndingOf(file.Name))).ToList();
        bool[] read = OfEach(named, file => LogSniffer.IsLog(file.FullName, options));
        var logs = named.Where((_, index) => read[index]).ToList();
        string? best = Known.FirstOrDefault(name => logs.Exists(file => file.Name == name));
        var binary = logs.Find(IsBinary);
        found.AddRange(OfEach(logs.FindAll(IsOfARun), log => LogOpener.OpenFile(log.FullName, options)).SelectMany(sources => sources));
        bool eventsAreTwins = best is not null || binary is not null;
        if (!eventsAreTwins)
        {
            found.AddRange(EventFolders.Group(folder, files.Where(IsEvents), options));
        }

        bool IsOfARun(FileInfo log)
        {
            bool known = Known.Contains(log.Name);
            bool text = EndingOf(log.Name) is ".log" or ".txt" or ".out" or ".md";
            bool twin = folder.Name == "vis_data" && best == "scalars.json" && log.Name != best;
            return (binary is null || IsBinary(log)) && (best is null || log.Name == best || (!known && !text && !twin));
        }
    }

    /// <summary>Looks into each of many files, on all processors.</summary>
    private static T[] OfEach<T>(List<FileInfo> files, Func<FileInfo, T> look)
    {
        var seen = new T[files.Count];
        try
        {
            Parallel.For(0, files.Count, index => seen[index] = look(files[index]));
        }
        catch (AggregateException faults)
        {
            // As whoever looks into one after the other would be told.
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }

        return seen;
    }

    /// <summary>Each checkpoint of Hugging Face repeats the history up to it: the last one has all.</summary>
    private static IEnumerable<DirectoryInfo> WithoutOlderCheckpoints(List<DirectoryInfo> folders, List<FileInfo> files)
    {
        var checkpoints = folders.Where(child => child.Name.StartsWith("checkpoint-", StringComparison.Ordinal) && File.Exists(Path.Combine(child.FullName, "trainer_state.json"))).ToList();
        var last = files.Exists(file => file.Name == "trainer_state.json") ? null
            : checkpoints.MaxBy(child => long.TryParse(child.Name.AsSpan("checkpoint-".Length), out long step) ? step : -1);
        return folders.Where(child => child == last || !checkpoints.Contains(child));
    }

    private static bool IsBinary(FileInfo file) => file.Name.EndsWith(".wandb", StringComparison.Ordinal);

    internal static bool IsEvents(FileInfo file) => file.Name.Contains("tfevents", StringComparison.Ordinal);

    private static string EndingOf(string name) => Path.GetExtension(name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name);
}
