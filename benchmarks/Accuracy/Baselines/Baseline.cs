namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>
/// A published detector's rules with their default thresholds, over the measurements that the doctor's own rules get. Where a formula asks for a number that is not
/// measured, the nearest one stands in, and the class says so.
/// </summary>
/// <param name="name">The detector's name.</param>
/// <param name="scopes">The scopes of the run.</param>
internal abstract class Baseline(string name, ScopeTable scopes) : IMeasurementSink
{
    private readonly Dictionary<string, Alarm> _alarms = [];

    public string Name => name;

    /// <summary>Makes all baselines for one run.</summary>
    public static IReadOnlyList<Baseline> All(ScopeTable scopes) => [new SageMakerRules(scopes), new DeepDiagnosisRules(scopes), new AutoTrainerRules(scopes)];

    public IReadOnlyList<Alarm> Alarms => [.. _alarms.Values];

    protected ScopeTable Scopes => scopes;

    protected RunDescription Run { get; private set; } = new();

    public virtual void Begin(RunDescription run) => Run = run;

    public void Update(RunDescription run) => Run = run;

    public void Observe(in Measurement measurement) => Take(measurement);

    public virtual void Complete()
    {
    }

    protected abstract void Take(Measurement measurement);

    protected void Raise(string alarm, long step, params string[] rules) => _alarms.TryAdd(alarm, new Alarm(alarm, rules, step));

    /// <summary>Gets the parameter that a scope names; null when the scope is no parameter.</summary>
    protected ParameterDescription? Parameter(int scope) =>
        scopes[scope] is { Kind: ScopeKind.Parameter } found ? Run.Model?.FindParameter(found.Name) : null;

    /// <summary>Gets the activation function of a layer; null when the scope is no activation.</summary>
    protected ActivationKind? Activation(int scope) =>
        scopes[scope] is { Kind: ScopeKind.Layer } found ? Run.Model?.FindLayer(found.Name)?.Activation : null;
}
