using Microsoft.CodeAnalysis;

namespace TrainingDoctor.Analyzers.Catalog;

/// <summary>A rule of the build: what is reported, and what its page says.</summary>
internal sealed class BuildRule(DiagnosticDescriptor descriptor, string name, string explanation, string why, string ill, string healthy, string? fix, string? limitations)
{
    /// <summary>Gets what the compiler is told of it.</summary>
    public DiagnosticDescriptor Descriptor => descriptor;

    /// <summary>Gets the ID, shared with the rule of runs that measures the same fault, where there is one.</summary>
    public string Id => descriptor.Id;

    /// <summary>Gets the name in kebab case.</summary>
    public string Name => name;

    /// <summary>Gets what is looked for.</summary>
    public string Explanation => explanation;

    /// <summary>Gets why it matters.</summary>
    public string Why => why;

    /// <summary>Gets code that is reported.</summary>
    public string Ill => ill;

    /// <summary>Gets the same code as it should be.</summary>
    public string Healthy => healthy;

    /// <summary>Gets what the editor's code fix does; null where none is safe.</summary>
    public string? Fix => fix;

    /// <summary>Gets when it may be wrong or silent; null for nothing of note.</summary>
    public string? Limitations => limitations;

    /// <summary>Gets a value indicating whether a rule of runs has the same ID.</summary>
    public bool IsMeasuredToo => !Id.StartsWith("TD95", StringComparison.Ordinal);
}
