namespace TrainingDoctor.Rules.Gradients;

/// <summary>The rules about gradients.</summary>
public static class GradientRules
{
    /// <summary>Gets them, in the order of their IDs.</summary>
    public static IReadOnlyList<RuleEntry> All { get; } =
    [
        RuleEntry.Of<VanishingGradientOptions>(VanishingGradient.Metadata, options => new VanishingGradient(options)),
        RuleEntry.Of<ExplodingGradientOptions>(ExplodingGradient.Metadata, options => new ExplodingGradient(options)),
        RuleEntry.Of<NonFiniteGradientOptions>(NonFiniteGradient.Metadata, options => new NonFiniteGradient(options)),
        RuleEntry.Of<MissingGradientOptions>(MissingGradient.Metadata, options => new MissingGradient(options)),
        RuleEntry.Of<AccumulatingGradientOptions>(AccumulatingGradient.Metadata, options => new AccumulatingGradient(options)),
    ];
}
