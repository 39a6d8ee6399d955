using TrainingDoctor.Readers;

namespace TrainingDoctor;

/// <summary>What came of one log.</summary>
/// <param name="Source">The log.</param>
/// <param name="Runs">Its runs, in order, each with what was found.</param>
/// <param name="Error">Why it could not be read; null when it could.</param>
public sealed record LogOutcome(LogSource Source, IReadOnlyList<RunDiagnosis> Runs, LogFormatException? Error);

/// <summary>Diagnoses logs: reads each once and sends its runs through the rules while it is read.</summary>
public static class LogDiagnosis
{
    /// <summary>Diagnoses every run of one log.</summary>
    /// <param name="source">The log.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="accompany">Makes a further sink for a run, as for the series of its plots; null for none.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What was found, run by run.</returns>
    /// <exception cref="LogFormatException">The log cannot be read, or holds nothing of a training.</exception>
    public static IReadOnlyList<RunDiagnosis> Diagnose(LogSource source, RuleSet rules, RunSinkFactory? accompany = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rules);
        var runs = new List<EndingDiagnosis>();
        source.Read((run, scopes) =>
        {
            var ending = new EndingDiagnosis(new RuleEngine(rules, scopes));
            runs.Add(ending);
            return accompany?.Invoke(run, scopes) is { } further ? new CompositeSink(ending, further) : ending;
        }, cancellationToken);
        return [.. runs.Select(run => run.Outcome)];
    }

    /// <summary>Diagnoses many logs, on all processors. A log that cannot be read costs only itself.</summary>
    /// <param name="sources">The logs.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="completed">Told of each log when it is done, on any thread, never twice at a time.</param>
    /// <param name="parallelism">How many logs are read at a time; 0 for the number of processors.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The outcomes in the order of the logs.</returns>
    public static IReadOnlyList<LogOutcome> DiagnoseAll(
        IReadOnlyList<LogSource> sources, RuleSet rules, Action<LogOutcome>? completed = null, int parallelism = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(rules);
        var outcomes = new LogOutcome[sources.Count];
        var telling = new Lock();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = parallelism > 0 ? parallelism : Environment.ProcessorCount, CancellationToken = cancellationToken };
        Parallel.For(0, sources.Count, limits, index =>
        {
            // With many logs the parallelism is between them.
            var source = sources.Count > 1 ? sources[index].With(sources[index].Options with { Parallelism = 1 }) : sources[index];
            outcomes[index] = DiagnoseOne(source, rules, cancellationToken);
            lock (telling)
            {
                completed?.Invoke(outcomes[index]);
            }
        });
        return outcomes;
    }

    private static LogOutcome DiagnoseOne(LogSource source, RuleSet rules, CancellationToken cancellationToken)
    {
        try
        {
            return new LogOutcome(source, Diagnose(source, rules, cancellationToken: cancellationToken), null);
        }
        catch (LogFormatException exception)
        {
            return new LogOutcome(source, [], exception);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            // A disk that fails midway, or a fault of a reader: of many logs it costs one.
            return new LogOutcome(source, [], new LogFormatException($"{source.Path}: it cannot be read to its end: {exception.Message}", exception));
        }
    }
}
