namespace TrainingDoctor;

/// <summary>A rule as the catalogue lists it: its metadata, its options' type, and how to make it.</summary>
/// <param name="Descriptor">What is known of the rule.</param>
/// <param name="OptionsType">The type of its options.</param>
/// <param name="Create">Makes the rule from an instance of <paramref name="OptionsType"/>.</param>
public sealed record RuleEntry(RuleDescriptor Descriptor, Type OptionsType, Func<object, Rule> Create)
{
    /// <summary>Lists a rule.</summary>
    /// <typeparam name="TOptions">Its options.</typeparam>
    /// <param name="descriptor">What is known of it.</param>
    /// <param name="create">Makes it from its options.</param>
    public static RuleEntry Of<TOptions>(RuleDescriptor descriptor, Func<TOptions, Rule<TOptions>> create)
        where TOptions : class, new() => new(descriptor, typeof(TOptions), options => create((TOptions)options));

    /// <summary>Makes the rule with default options.</summary>
    public Rule CreateDefault() => Create(Activator.CreateInstance(OptionsType)!);
}
