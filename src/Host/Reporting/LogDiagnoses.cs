using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Reporting;

/// <summary>Diagnoses logs: each run of each, a log that fails at its own cost.</summary>
internal static class LogDiagnoses
{
    /// <summary>Diagnoses every run of many logs, with their curves, on all processors.</summary>
    /// <param name="sources">The logs.</param>
    /// <param name="request">The rules.</param>
    /// <param name="progress">Told how far each log has been read, if anybody looks.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>What came of each log.</returns>
    /// <exception cref="LogFormatException">None of the logs can be read.</exception>
    public static IReadOnlyList<DiagnosedLog> Of(IReadOnlyList<LogSource> sources, ReportRequest request, ReadingProgress? progress, CancellationToken cancellation)
    {
        var outcomes = new DiagnosedLog[sources.Count];
        Parallel.For(
            0,
            sources.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation },
            index =>
            {
                var options = sources[index].Options with { Progress = progress?.Of(index) };
                outcomes[index] = OfOne(sources[index].With(sources.Count > 1 ? options with { Parallelism = 1 } : options), request.Rules, cancellation);
                progress?.Finish(index);
            });
        return Checked(outcomes);
    }

    /// <summary>Returns what came of logs, unless none of them could be read.</summary>
    /// <param name="outcomes">What came of each.</param>
    /// <exception cref="LogFormatException">None of the logs can be read.</exception>
    public static IReadOnlyList<DiagnosedLog> Checked(IReadOnlyList<DiagnosedLog> outcomes) =>
        outcomes.All(log => log.Error is not null) && outcomes is [{ Error: { } first }, ..] ? throw new LogFormatException(first.Message, first) : outcomes;

    /// <summary>Diagnoses every run of one log.</summary>
    /// <param name="source">The log.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public static DiagnosedLog OfOne(LogSource source, RuleSet rules, CancellationToken cancellation)
    {
        var runs = new List<EndingReport>();
        try
        {
            source.Read((_, scopes) =>
            {
                var run = new EndingReport(new SupervisedDiagnosis(rules, scopes));
                runs.Add(run);
                return run;
            }, cancellation);
            return new DiagnosedLog([.. runs.Select(run => run.Finish())], null);
        }
        catch (LogFormatException exception)
        {
            return new DiagnosedLog([], exception);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
        {
            // A reader that fails costs its own log; what it had read before stands.
            return new DiagnosedLog([.. runs.Select(run => run.Finish()), SupervisedDiagnosis.Failed(new RunDescription { Name = source.Name, Path = source.Path }, exception)], null);
        }
    }
}

/// <summary>What came of one log.</summary>
/// <param name="Reports">The reports of its runs.</param>
/// <param name="Error">Why it could not be read; null when it could.</param>
internal sealed record DiagnosedLog(IReadOnlyList<DiagnosisReport> Reports, LogFormatException? Error);
