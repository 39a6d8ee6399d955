namespace TrainingDoctor;

/// <summary>A symptom that was measured, with its diagnosis and its cures.</summary>
public sealed record Finding
{
    /// <summary>Gets the identity within the report: <c>F1</c>, <c>F2</c>, …</summary>
    public required string Id { get; init; }

    /// <summary>Gets the rule that found it.</summary>
    public required RuleDescriptor Rule { get; init; }

    /// <summary>Gets how serious it is: at least as serious as what follows from it, unless the severity was configured.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Gets a value indicating whether the user chose the severity, so that triage leaves it as it is.</summary>
    internal bool IsSeverityChosen { get; init; }

    /// <summary>Gets how sure the rule is, from 0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>Gets the symptom in a few words.</summary>
    public required Text Title { get; init; }

    /// <summary>Gets what is wrong, why, and what to do, in one sentence or two, as of when the finding opened; null unless a monitor handed the finding over.</summary>
    public Text? Headline { get; init; }

    /// <summary>Gets what was observed: value, limit, layer, steps; no advice.</summary>
    public required Text Message { get; init; }

    /// <summary>Gets the layers or parameters concerned; empty when it is the run's.</summary>
    public IReadOnlyList<string> Layers { get; init; } = [];

    /// <summary>Gets the step at which the symptom was first established; null for facts of the structure.</summary>
    public long? FirstStep { get; init; }

    /// <summary>Gets the last step at which it held; null for facts of the structure.</summary>
    public long? LastStep { get; init; }

    /// <summary>Gets a value indicating whether it held as far as was measured although the run went on: <see cref="LastStep"/> is then no recovery.</summary>
    public bool IsOpenEnded { get; init; }

    /// <summary>Gets the step at which it was gone again; null when it stayed.</summary>
    public long? RecoveredAt { get; init; }

    /// <summary>Gets the finding that this one follows from, e.g. <c>F1</c>; null when it follows from none.</summary>
    public string? ConsequenceOf { get; init; }

    /// <summary>Gets the place in the source that it is about; null where the program's source is not known.</summary>
    public SourcePlace? Location { get; init; }

    /// <summary>Gets the numbers.</summary>
    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>Gets the causes, most likely first.</summary>
    public required IReadOnlyList<CauseLikelihood> Causes { get; init; }

    /// <summary>Gets the remedies, best first.</summary>
    public required IReadOnlyList<Remedy> Remedies { get; init; }

    /// <summary>Returns the finding in one line, in English: severity, rule, title, and where it held.</summary>
    public override string ToString()
    {
        string steps = (FirstStep, LastStep) switch
        {
            ({ } first, { } last) when last > first => FormattableString.Invariant($", steps {first} to {last}"),
            ({ } first, _) => FormattableString.Invariant($", step {first}"),
            _ => string.Empty,
        };
        string layers = Layers switch { [] => string.Empty, [var only] => $", {only}", [var one, ..] => FormattableString.Invariant($", {one} and {Layers.Count - 1} more") };
        return $"{KebabCase.Of(Severity)} {Rule.Id} {Rule.Name}: {Title}{steps}{layers}";
    }
}
