using TrainingDoctor.Differences;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Reporting;

/// <summary>A run as a comparison takes it: what was found in it, and what was measured.</summary>
/// <param name="Report">What was found.</param>
/// <param name="Trace">What was measured.</param>
internal sealed record ComparedRun(DiagnosisReport Report, RunTrace Trace)
{
    /// <summary>Reads every run of a log.</summary>
    /// <param name="source">The log.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="LogFormatException">The log cannot be read, or holds nothing of a training.</exception>
    public static IReadOnlyList<ComparedRun> ReadAll(LogSource source, RuleSet rules, CancellationToken cancellation)
    {
        var runs = new List<(SupervisedDiagnosis Diagnosis, RunTrace Trace)>();
        source.Read((_, scopes) =>
        {
            var trace = new RunTrace(scopes);
            runs.Add((new SupervisedDiagnosis(rules, scopes, accompany: trace), trace));
            return runs[^1].Diagnosis;
        }, cancellation);
        return [.. runs.Select(run => new ComparedRun(run.Diagnosis.Finish(), run.Trace))];
    }
}
