using TrainingDoctor.Differences;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Benchmarks.Snapshots;

/// <summary>What a host holds of a run.</summary>
internal sealed class State
{
    private readonly RuleSet _rules;

    public State(RuleSet rules)
    {
        _rules = rules;
        Replay = new TelemetryReplay((_, scopes) => Diagnosis = new SupervisedDiagnosis(_rules, scopes, accompany: new RunTrace(scopes), isLive: true));
    }

    public TelemetryReplay Replay { get; }

    public SupervisedDiagnosis? Diagnosis { get; private set; }
}
