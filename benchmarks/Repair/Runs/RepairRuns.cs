using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>The runs of the benchmark: which there are, one worker's part of them, and all of them from all workers.</summary>
internal static class RepairRuns
{
    /// <summary>Gets the runs that the options ask for.</summary>
    public static IReadOnlyList<(CorpusProgram Program, int Seed)> Of(RepairOptions options)
    {
        var programs = TrainingCorpus.All
            .Where(program => !program.IsContested && program.Name.Contains(options.Filter, StringComparison.Ordinal) && (options.WithHealthy || program.Truth.IsIll) && !(options.ValidationOnly && TrainingCorpus.IsForTuning(program)))
            .ToList();
        int stride = Math.Max(1, programs.Count / Math.Max(1, options.Limit));
        return
        [
            .. programs.Where((_, index) => index % stride == 0).Take(options.Limit).SelectMany(program => Enumerable.Range(1, options.Seeds).Select(seed => (program, seed))),
        ];
    }

    /// <summary>Does this process' part.</summary>
    public static void Work(RepairOptions options)
    {
        var runs = Of(options);
        WorkerPool.Work(options.Into, options.Part!.Value, options.Processes, runs.Count, i => Worker.Run(runs[i].Program, runs[i].Seed, options));
    }

    /// <summary>Has the workers do all of them.</summary>
    public static IReadOnlyList<RepairRecord> Collect(RepairOptions options) =>
        [.. WorkerPool.Collect<RepairRecord>(options.Processes, options.ForWorker).OrderBy(record => record.Program, StringComparer.Ordinal).ThenBy(record => record.Seed)];
}
