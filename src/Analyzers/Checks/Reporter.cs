using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using TrainingDoctor.Analyzers.Catalog;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>Takes what a check found.</summary>
internal sealed class Reporter(Action<Diagnostic> report)
{
    /// <summary>The property that holds the name which a code fix has to write.</summary>
    public const string Name = "name";

    /// <summary>Reports a place.</summary>
    public void Report(BuildRule rule, Location place, string message, string? name = null)
    {
        var properties = name is null ? ImmutableDictionary<string, string?>.Empty : ImmutableDictionary<string, string?>.Empty.Add(Name, name);
        report(Diagnostic.Create(rule.Descriptor, place, properties, message));
    }
}
