using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>The runs of the benchmark: which there are, one worker's part of them, and all of them from all workers.</summary>
internal static class RepairRuns
{
    /// <summary>Gets the runs that the options ask for.</summary>
    public static IReadOnlyList<(CorpusProgram Program, int Seed)> Of(RepairOptions options)
    {
        var programs = TrainingCorpus.All
            .Where(program => !program.IsContested && program.Name.Contains(options.Filter, StringComparison.Ordinal) && (program.Truth.IsIll ? !options.OnlyHealthy : options.WithHealthy) && !(options.ValidationOnly && TrainingCorpus.IsForTuning(program)))
            .ToList();
        return [.. Drawn(programs, options).SelectMany(program => Enumerable.Range(1, options.Seeds).Select(seed => (program, seed)))];
    }

    /// <summary>Draws as many programs as asked for, of every fault one before a second of any; the healthy ones count as one fault. Those that can be repaired by nobody are left out of a sample unless they are asked for.</summary>
    private static IEnumerable<CorpusProgram> Drawn(IReadOnlyList<CorpusProgram> programs, RepairOptions options)
    {
        if (options.Limit >= programs.Count)
        {
            return programs;
        }

        var random = new Random(options.Draw);
        var faults = programs.Where(program => !program.Truth.IsIll || (program.Truth.CaughtAt >= Severity.Warning && (options.WithUnreachable || Unrepairable.Reason(program) is null)))
            .GroupBy(program => program.Truth.Expected is [var fault, ..] ? fault : string.Empty)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => Shuffled(random, [.. group]))
            .ToArray();
        random.Shuffle(faults);
        return Enumerable.Range(0, programs.Count).SelectMany(round => faults.Where(fault => round < fault.Length).Select(fault => fault[round])).Take(options.Limit);
    }

    private static CorpusProgram[] Shuffled(Random random, CorpusProgram[] programs)
    {
        random.Shuffle(programs);
        return programs;
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
