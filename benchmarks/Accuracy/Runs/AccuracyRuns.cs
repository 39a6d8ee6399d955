using System.Text.Json;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>The runs of the benchmark: which there are, one worker's part of them, and all of them from all workers.</summary>
internal static class AccuracyRuns
{
    /// <summary>Gets the runs that the options ask for, in an order that spreads long ones.</summary>
    public static IReadOnlyList<(CorpusProgram Program, int Seed)> Of(AccuracyOptions options)
    {
        var programs = TrainingCorpus.All.Where(program => program.Name.Contains(options.Only, StringComparison.Ordinal)).ToList();
        if (options.IsSubset)
        {
            programs = [.. programs.Where((_, index) => index % 4 == 0)];
        }

        return [.. programs.SelectMany(program => Enumerable.Range(options.From, options.Seeds).Select(seed => (program, seed)))];
    }

    /// <summary>Does this process' part.</summary>
    public static void Work(AccuracyOptions options)
    {
        var runs = Of(options);
        WorkerPool.Work(options.Into, options.Part!.Value, options.Processes, runs.Count, i => Run(options, runs[i].Program, runs[i].Seed));
    }

    /// <summary>Has the workers do all of them.</summary>
    public static IReadOnlyList<RunRecord> Collect(AccuracyOptions options) => WorkerPool.Collect<RunRecord>(options.Processes, options.ForWorker);

    private static RunRecord Run(AccuracyOptions options, CorpusProgram program, int seed)
    {
        if (options.Replay is { } kept)
        {
            return Replay.Run(kept, program, seed);
        }

        if (options.Record is not { } folder)
        {
            return Worker.Run(program, seed, options.IsDense);
        }

        Directory.CreateDirectory(folder);
        var record = Worker.Run(program, seed, options.IsDense, Replay.TelemetryPath(folder, program, seed));
        File.WriteAllText(Replay.RecordPath(folder, program, seed), JsonSerializer.Serialize(record, WorkerPool.Json));
        return record;
    }
}
