using TrainingDoctor.Rules.Findings;

namespace TrainingDoctor;

/// <summary>What is known of a rule without running it. Everything required here is what a finding needs: a rule without a remedy does not compile.</summary>
public sealed record RuleDescriptor
{
    // The analyzer is another assembly, of another framework; a test keeps both lists the same.
    private static readonly HashSet<string> SeenAtBuild = ["TD0002", "TD1006", "TD2005", "TD5008", "TD6006", "TD7001", "TD7004", "TD7011"];

    /// <summary>Gets the ID, <c>TD</c> and four digits; never reused.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name: the symptom, in kebab case; never renamed.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the category; also the folder that the rule lives in.</summary>
    public required RuleCategory Category { get; init; }

    /// <summary>Gets the highest severity that the rule reports unless configured otherwise.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Gets the symptom in one sentence.</summary>
    public required Text Summary { get; init; }

    /// <summary>Gets what is measured and how it is judged.</summary>
    public required Text Explanation { get; init; }

    /// <summary>Gets why it matters.</summary>
    public required Text Why { get; init; }

    /// <summary>
    /// Gets the metrics that the evaluators are given. The rule counts as not evaluated unless each of <see cref="RequiredInputs"/> was measured.
    /// </summary>
    public required IReadOnlyList<Metric> Inputs { get; init; }

    /// <summary>Gets the inputs without which nothing can be said; all of <see cref="Inputs"/> unless set.</summary>
    public IReadOnlyList<Metric> RequiredInputs
    {
        get => field ?? Inputs;
        init;
    }

    /// <summary>
    /// Gets the scope of one evaluator: <see cref="ScopeKind.Run"/> for one evaluator that sees all scopes, otherwise one evaluator for each scope of that kind.
    /// </summary>
    public required ScopeKind Granularity { get; init; }

    /// <summary>Gets a value indicating whether the rule reads the model's structure, so that it cannot work on logs.</summary>
    public bool NeedsModel { get; init; }

    /// <summary>Gets a value indicating whether the analyzer of the source reports such faults under the same ID, so that they can be seen at build.</summary>
    public bool IsSeenAtBuild => SeenAtBuild.Contains(Id);

    /// <summary>Gets the causes that the rule can name.</summary>
    public required IReadOnlyList<Cause> Causes { get; init; }

    /// <summary>Gets the remedies in words, for the rule's page; a finding's own remedies carry this run's numbers.</summary>
    public required IReadOnlyList<RemedySummary> Remedies { get; init; }

    /// <summary>Gets the papers, articles and tools that formula and thresholds come from.</summary>
    public required IReadOnlyList<string> Sources { get; init => field = SourceLinks.Complete(value); }

    /// <summary>Gets when the rule may be wrong or should be switched off.</summary>
    public Text? Limitations { get; init; }

    /// <summary>Gets the address of the rule's page within the repository.</summary>
    public string Page => $"docs/rules/{Id}-{Name}.md";
}

/// <summary>A remedy in words.</summary>
/// <param name="Title">What to do, an imperative.</param>
/// <param name="Rationale">Why it should help.</param>
public sealed record RemedySummary(Text Title, Text Rationale);

/// <summary>Categories of rules; the first digit of a rule's ID, or its first two where a part of those with that digit is a category of its own.</summary>
public enum RuleCategory
{
    /// <summary>TD0: the diagnosis itself.</summary>
    Diagnosis = 0,

    /// <summary>TD1: inputs and targets.</summary>
    Inputs = 1,

    /// <summary>TD2: gradients.</summary>
    Gradients = 2,

    /// <summary>TD3: activations.</summary>
    Activations = 3,

    /// <summary>TD4: the loss curve.</summary>
    Loss = 4,

    /// <summary>TD5: weights and their updates.</summary>
    Optimization = 5,

    /// <summary>TD6: generalisation.</summary>
    Generalization = 6,

    /// <summary>TD7: structure.</summary>
    Structure = 7,

    /// <summary>TD8: distributed training.</summary>
    Distribution = 8,

    /// <summary>TD85: how runs are operated: what they need, and what one's own runs usually do.</summary>
    Operation = 85,

    /// <summary>TD9: what only particular kinds of training show: rewards, preferences, adversaries, codes, views, experts.</summary>
    Tasks = 9,
}
