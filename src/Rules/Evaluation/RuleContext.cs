namespace TrainingDoctor;

/// <summary>What an evaluator knows of its surroundings.</summary>
public sealed class RuleContext
{
    private readonly Action<Symptom> _open;

    internal RuleContext(RunFacts facts, Scope scope, Action<Symptom> open)
    {
        Facts = facts;
        Scope = scope;
        _open = open;
    }

    /// <summary>Gets what is known of the run by now.</summary>
    public RunDescription Run => Facts.Run;

    /// <summary>Gets the summaries of everything measured so far.</summary>
    public RunFacts Facts { get; }

    /// <summary>Gets the scope of the evaluator.</summary>
    public Scope Scope { get; }

    /// <summary>Gets the layer that the scope names, when the model's structure is known.</summary>
    public LayerDescription? Layer => Scope.Kind switch
    {
        ScopeKind.Layer => Run.Model?.FindLayer(Scope.Name),
        ScopeKind.Parameter => Parameter is { } parameter ? Run.Model?.FindLayer(parameter.LayerPath) : null,
        _ => null,
    };

    /// <summary>Gets the parameter that the scope names, when the model's structure is known.</summary>
    public ParameterDescription? Parameter => Scope.Kind == ScopeKind.Parameter ? Run.Model?.FindParameter(Scope.Name) : null;

    /// <summary>Asks for the next steps to be measured: what was measured looks ill, and takes further measurements to be certain. A monitor that leaves steps out then leaves out none.</summary>
    public void Doubt() => Facts.Doubt();

    /// <summary>Reports a symptom. It stays reported: later evidence may extend it or mark it as recovered, never take it back.</summary>
    /// <param name="symptom">The symptom; keep it to extend it.</param>
    /// <returns>The same symptom.</returns>
    public Symptom Open(Symptom symptom)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        symptom.Layers = symptom.Layers.Count == 0 && Scope.Kind is ScopeKind.Layer or ScopeKind.Parameter ? [Scope.Name] : symptom.Layers;
        _open(symptom);
        return symptom;
    }
}
