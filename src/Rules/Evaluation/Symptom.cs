namespace TrainingDoctor;

/// <summary>What an evaluator saw: numbers and steps, no words. Symptoms of one rule and variant in several layers become one finding.</summary>
public sealed class Symptom
{
    private long? _firstStep;

    /// <summary>Gets or sets how serious it is; never above the rule's own severity.</summary>
    public required Severity Severity { get; set; }

    /// <summary>Gets or sets how sure the evaluator is, from 0 to 1.</summary>
    public double Confidence { get; set; } = 0.9;

    /// <summary>Gets what tells apart findings of one rule that are not one story, e.g. the kind of mismatch. Empty when there is only one kind.</summary>
    public string Variant { get; init; } = string.Empty;

    /// <summary>Gets the layers or parameters concerned; filled from the evaluator's scope when empty.</summary>
    public IReadOnlyList<string> Layers { get; set; } = [];

    /// <summary>Gets the step at which the symptom was first established; null for facts of the structure.</summary>
    public long? FirstStep { get => _firstStep; init => _firstStep = value; }

    /// <summary>Gets or sets the last step at which it held.</summary>
    public long? LastStep { get; set; }

    /// <summary>Gets or sets the step at which it was gone again.</summary>
    public long? RecoveredAt { get; set; }

    /// <summary>Gets the numbers, the most telling first.</summary>
    public required IList<Evidence> Evidence { get; init; }

    /// <summary>Gets values that the rule's diagnosis needs and that are no evidence; named by the rule.</summary>
    public IDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

    /// <summary>Gets or sets what the symptom is about, where the rule's diagnosis needs more than numbers; null where numbers do.</summary>
    public object? Subject { get; set; }

    /// <summary>Gets the scope it was seen in; the run's own scope for symptoms merged over several.</summary>
    public IReadOnlyList<Symptom> Parts { get; init; } = [];

    /// <summary>Takes over what a later look at the same symptom saw.</summary>
    /// <param name="later">The later symptom, of the same variant.</param>
    internal void Become(Symptom later)
    {
        (Severity, Confidence, _firstStep, LastStep, RecoveredAt, Subject) = (later.Severity, later.Confidence, later._firstStep, later.LastStep, later.RecoveredAt, later.Subject);
        Evidence.Clear();
        foreach (var evidence in later.Evidence)
        {
            Evidence.Add(evidence);
        }

        Values.Clear();
        foreach (var (name, value) in later.Values)
        {
            Values.Add(name, value);
        }
    }
}
