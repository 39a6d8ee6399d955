using System.Diagnostics;
using TorchSharp;
using TrainingDoctor.Corpus;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Tests.Laws;

namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>Runs programs under the doctor and the baselines at once: all judge the same numbers.</summary>
internal static class Worker
{
    public static RunRecord Run(CorpusProgram program, int seed, bool isDense, string? recordTo = null)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            return Observe(program, seed, isDense, recordTo) with { Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds };
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new RunRecord { Program = program.Name, Seed = seed, Failure = exception.ToString() };
        }
    }

    private static RunRecord Observe(CorpusProgram program, int seed, bool isDense, string? recordTo)
    {
        var clock = new StepClock();
        var opened = new Dictionary<string, int>();
        IReadOnlyList<Baseline> baselines = [];
        QuotationLaw? law = null;
        using var observer = new MonitoringObserver(
            options =>
            {
                options.Name = "run";
                options.Task = program.TellsTask ? options.Task : null;
                options.RecordTo = recordTo;
                options.Sampling = isDense ? new SamplingSchedule { DenseSteps = options.Sampling.DenseSteps } : options.Sampling;
                options.OnFinding = finding => opened.TryAdd(finding.Rule.Name, clock.Steps);
                options.Tap = scopes =>
                {
                    baselines = Baseline.All(scopes);
                    law = new QuotationLaw(scopes);
                    return new CompositeSink([law, .. baselines]);
                };
            },
            clock);
        var outcome = CorpusRunner.Run(program, seed, observer);
        var report = observer.Report!;
        int steps = outcome.Training.Losses.Count;
        return new RunRecord
        {
            Program = program.Name,
            Seed = seed,
            Holds = program.Truth.HoldsWhen?.Invoke(outcome) ?? true,
            Steps = steps,
            Skill = outcome.Skill,
            Findings = Findings(report.Diagnosis, opened, steps),
            QuotationFaults = law?.Violations(report.Diagnosis) ?? [],
            Contradictions = PrescriptionLaw.Violations(report.Diagnosis),
            NotEvaluated = [.. report.Rules.Where(rule => rule.Outcome == RuleOutcome.NotEvaluated).Select(rule => rule.Rule.Name)],
            Baselines = baselines.ToDictionary(baseline => baseline.Name, baseline => baseline.Alarms),
        };
    }

    /// <summary>Takes from a diagnosis what is scored.</summary>
    public static IReadOnlyList<RecordedFinding> Findings(RunDiagnosis diagnosis, Dictionary<string, int> opened, int steps) =>
    [
        .. diagnosis.Findings.Select(finding => new RecordedFinding(
            finding.Rule.Name,
            finding.Severity,
            opened.GetValueOrDefault(finding.Rule.Name, steps),
            finding.Id == diagnosis.Primary?.Id,
            finding.ConsequenceOf is not null,
            [.. finding.Causes.Select(cause => cause.Cause)],
            finding.Message.ToString())
        {
            FirstLikelihood = finding.Causes.Count > 0 ? finding.Causes[0].Likelihood : 0,
        }),
    ];

    /// <summary>Counts steps. The loop tells of a step after the monitor saw it, so a finding opened in a step carries the number of steps before it.</summary>
    private sealed class StepClock : ITrainingObserver
    {
        public int Steps { get; private set; }

        public void Started(TrainingState state) => Steps = 0;

        public void Stepped(TrainingState state, TrainingBatch batch, torch.Tensor loss) => Steps++;

        public void Validated(TrainingState state, ValidationScore score)
        {
        }

        public void Completed(TrainingState state)
        {
        }
    }
}
