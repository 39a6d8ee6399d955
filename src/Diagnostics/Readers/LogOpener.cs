using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Opening;
using TrainingDoctor.Readers.Runs;

namespace TrainingDoctor.Readers;

/// <summary>Opens logs of any known format.</summary>
public static class LogOpener
{
    /// <summary>Opens a file, a folder or standard input.</summary>
    /// <param name="path">The file or folder; <c>-</c> for standard input.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    /// <returns>One source per log; of a folder, one per run found in it.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="LogFormatException">There is no such file, or nothing in it is a log.</exception>
    public static IReadOnlyList<LogSource> Open(string path, LogReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new LogReadOptions();
        if (path == "-")
        {
            return [OpenStream(Console.OpenStandardInput(), "-", options)];
        }

        if (Directory.Exists(path))
        {
            var found = LogFolder.Find(path, options);
            return found.Count > 0 ? found : throw new LogFormatException(path, "no training log was found in this folder");
        }

        return File.Exists(path) ? OpenFile(path, options) : throw new LogFormatException(path, "no such file or folder");
    }

    /// <summary>Opens a stream. It is read once, so its runs can't be listed beforehand.</summary>
    /// <param name="stream">The bytes of one log, from its beginning.</param>
    /// <param name="name">A name for messages.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    public static LogSource OpenStream(Stream stream, string name, LogReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        return new LogSource(name, name == "-" ? "stdin" : name, options ?? new LogReadOptions(), o => Create(LogInput.Open(stream, name, o), name == "-" ? "stdin" : name, o, null));
    }

    internal static IReadOnlyList<LogSource> OpenFile(string path, LogReadOptions options)
    {
        string name = NameOf(path);
        var runs = RunsSideBySide(path, options);
        return runs.Count < 2
            ? [new LogSource(path, name, options, o => Create(LogInput.Open(path, o), name, o, null))]
            : [.. runs.Select(run => new LogSource(path, run, options, o => Create(LogInput.Open(path, o), run, o, run)))];
    }

    /// <summary>Names a log after its file, and its folder where every run's file has the same name.</summary>
    internal static string NameOf(string path)
    {
        string file = Path.GetFileName(path);
        bool common = file is "metrics.csv" or "results.csv" or "trainer_state.json" or "metrics.json" or "scalars.json" or "trainer_log.jsonl" or "log.txt" or "train.log" or "summary.csv"
            || file.Contains("tfevents", StringComparison.Ordinal);
        string? folder = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path)));
        return common && !string.IsNullOrEmpty(folder) ? folder : Path.GetFileNameWithoutExtension(file);
    }

    private static IReadOnlyList<string> RunsSideBySide(string path, LogReadOptions options)
    {
        // A pipe that is named itself is read once: who looked into it beforehand would take its beginning away.
        if (options.Format is not (LogFormat.Auto or LogFormat.Csv or LogFormat.Wandb) || !FolderFiles.HasContent(new FileInfo(path)))
        {
            return [];
        }

        try
        {
            return RunsSideBySide(LogInput.Open(path, options));
        }
        catch (LogFormatException)
        {
            // Said when the log is read, so that of several logs it costs only this one.
            return [];
        }
    }

    private static IReadOnlyList<string> RunsSideBySide(LogInput input)
    {
        using var opened = input;
        return input.Head is [(byte)'"' or (byte)'S' or (byte)'s', ..] && CsvHeader.Find(input.Head) is { } header ? header.Runs : [];
    }

    /// <summary>Chooses the reader of a log by its beginning.</summary>
    private static ILogReader Create(LogInput input, string name, LogReadOptions options, string? run)
    {
        try
        {
            return run is null && options.Format is LogFormat.Auto or LogFormat.JsonLines && TelemetryLog.IsTelemetry(input.Head)
                ? new TelemetryLogReader(input)
                : new RowLogReader(RowReaderChoice.Create(input, options, run), input.Path, name, options);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }
}
