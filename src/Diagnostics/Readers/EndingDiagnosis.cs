namespace TrainingDoctor.Readers;

/// <summary>Sends a run through the rules, and lets go of what they keep of it as soon as it is over: a log of many runs costs the memory of one, and what was found in each.</summary>
/// <param name="engine">The rules.</param>
internal sealed class EndingDiagnosis(RuleEngine engine) : IMeasurementSink
{
    private RuleEngine? _engine = engine;
    private RunDiagnosis? _outcome;

    /// <summary>Gets what was found.</summary>
    public RunDiagnosis Outcome => _outcome ?? _engine!.Diagnose();

    public void Begin(RunDescription run) => _engine?.Begin(run);

    public void Update(RunDescription run) => _engine?.Update(run);

    public void Observe(in Measurement measurement) => _engine?.Observe(measurement);

    public void Complete()
    {
        if (_engine is { } engine)
        {
            engine.Complete();
            _outcome = engine.Diagnose();
            _engine = null;
        }
    }
}
