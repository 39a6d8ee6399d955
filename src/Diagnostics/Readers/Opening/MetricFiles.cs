using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Opening;

/// <summary>Folders that hold one file per metric, MLflow's store and DVCLive, or one per data set, CatBoost's.</summary>
internal static class MetricFiles
{
    private const string CatBoostTraining = "learn_error.tsv";

    private const string CatBoostValidation = "test_error.tsv";

    public static LogSource? Find(DirectoryInfo folder, List<FileInfo> files, LogReadOptions options)
    {
        if (files.Exists(file => file.Name == "meta.yaml") && Directory.Exists(Path.Combine(folder.FullName, "metrics")))
        {
            return Merge(folder, new DirectoryInfo(Path.Combine(folder.FullName, "metrics")), options, "mlflow", IsMetric);
        }

        bool isStore = folder.Name == "metrics" && files.Count > 0 && files.TrueForAll(file => IsMetric(file) && FirstLineFits(file, options));
        if (isStore)
        {
            return Merge(folder, folder, options, "mlflow", IsMetric);
        }

        if (files.Exists(file => file.Name == CatBoostTraining))
        {
            return new LogSource(folder.FullName, folder.Name, options, o => OpenCatBoost(folder.FullName, o));
        }

        var plots = new DirectoryInfo(Path.Combine(folder.FullName, "plots", "metrics"));
        return plots.Exists && FolderFiles.Below(plots.FullName).Any(file => file.Extension == ".tsv")
            ? Merge(folder, plots, options, "dvclive", file => file.Extension == ".tsv")
            : null;
    }

    private static bool IsMetric(FileInfo file) => !file.Name.EndsWith(".yaml", StringComparison.Ordinal) && !file.Name.StartsWith('.');

    private static bool FirstLineFits(FileInfo file, LogReadOptions options)
    {
        try
        {
            using var input = LogInput.Open(file.FullName, options);
            ReadOnlySpan<byte> head = input.Head;
            return MetricLineParser.Fits(LineBlock.NextLine(ref head));
        }
        catch (LogFormatException)
        {
            return false;
        }
    }

    private static LogSource? Merge(DirectoryInfo run, DirectoryInfo metrics, LogReadOptions options, string format, Func<FileInfo, bool> belongs)
    {
        var files = FolderFiles.Below(metrics.FullName).Where(belongs)
            .Select(file => (file.FullName, Name: Path.GetRelativePath(metrics.FullName, file.FullName).Replace('\\', '/')))
            .Where(file => !file.Name.StartsWith("system/", StringComparison.Ordinal))
            .OrderBy(file => file.Name, StringComparer.Ordinal).ToList();
        return files.Count == 0 ? null : new LogSource(run.FullName, run.Name, options, o => Open(files, o, format));
    }

    private static MergedRowReader OpenCatBoost(string folder, LogReadOptions options)
    {
        var parts = new List<MergedPart>();
        foreach (var (file, phase) in new[] { (CatBoostTraining, "train"), (CatBoostValidation, "val") })
        {
            string path = Path.Combine(folder, file);
            if (File.Exists(path))
            {
                var reader = RowReaderChoice.Create(LogInput.OpenAmongMany(path, options), options with { Parallelism = 1, Format = LogFormat.Auto });
                parts.Add(new MergedPart(reader, name => $"{phase}/{name}"));
            }
        }

        return new MergedRowReader(parts, new LogFacts { Format = "catboost", LossIsAveraged = true });
    }

    private static MergedRowReader Open(List<(string Path, string Name)> files, LogReadOptions options, string format)
    {
        var parts = new List<MergedPart>();
        foreach (var (path, name) in files)
        {
            string metric = format == "dvclive" ? Path.ChangeExtension(name, null) : name;
            var input = LogInput.OpenAmongMany(path, options);
            var reader = RowReaderChoice.Create(input, options with { Parallelism = 1, Format = LogFormat.Auto });
            parts.Add(new MergedPart(reader, _ => metric));
        }

        return new MergedRowReader(parts, new LogFacts { Format = format });
    }
}
