using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace TrainingDoctor.Tests.Api;

/// <summary>Everything public is explained where an editor shows it. That there is a comment at all is the compiler's business (CS1591); these tests look into it.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<Type> Assemblies => [typeof(Finding), typeof(DiagnosisReport)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void EveryPublicSymbolHasASummary(Type inAssembly) =>
        AssertAll(inAssembly, (symbol, documentation) => IsInherited(documentation) || IsSaid(documentation.Descendants("summary").SingleOrDefault()) ? [] : ["its summary"]);

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void EveryParameterIsExplained(Type inAssembly) =>
        AssertAll(inAssembly, (symbol, documentation) => IsInherited(documentation) ? [] : Parameters(symbol).Where(name => !documentation.Descendants().Any(element => element.Attribute("name")?.Value == name && IsSaid(element))));

    /// <summary>A caller has to know when there is nothing: the member says so, or its type says it of all members.</summary>
    [Theory]
    [MemberData(nameof(Assemblies))]
    public void EveryNullIsExplained(Type inAssembly)
    {
        var types = PublicSurface.Of(inAssembly.Assembly).Where(entry => entry.Symbol is INamedTypeSymbol && entry.Documentation.Value.Contains("null", StringComparison.Ordinal)).Select(entry => entry.Symbol.ToDisplayString()).ToHashSet();

        AssertAll(inAssembly, (symbol, documentation) => !MayBeNull(symbol) || IsInherited(documentation) || Condition().IsMatch(documentation.Value) || types.Contains(symbol.ContainingType.ToDisplayString()) ? [] : ["when it is null"]);
    }

    private static void AssertAll(Type inAssembly, Func<ISymbol, XElement, IEnumerable<string>> findMissing)
    {
        var surface = PublicSurface.Of(inAssembly.Assembly).ToList();
        var missing = surface.SelectMany(entry => findMissing(entry.Symbol, entry.Documentation).Select(what => $"{entry.Symbol.ToDisplayString()}: {what}")).ToList();

        Assert.True(surface.Count > 300, "the public surface was not read");
        Assert.True(missing.Count == 0, $"{missing.Count} are not explained:\n{string.Join('\n', missing)}");
    }

    private static IEnumerable<string> Parameters(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.Parameters.Select(parameter => parameter.Name).Concat(method.TypeParameters.Select(parameter => parameter.Name)),
        IPropertySymbol indexer => indexer.Parameters.Select(parameter => parameter.Name),
        INamedTypeSymbol { DelegateInvokeMethod: { } invoke } => invoke.Parameters.Select(parameter => parameter.Name),
        INamedTypeSymbol type => type.TypeParameters.Select(parameter => parameter.Name),
        _ => [],
    };

    private static bool MayBeNull(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => method.ReturnType.NullableAnnotation == NullableAnnotation.Annotated,
        IPropertySymbol { SetMethod: null or { IsInitOnly: true } } property => property.Type.NullableAnnotation == NullableAnnotation.Annotated,
        _ => false,
    };

    [GeneratedRegex(@"\b(null|when|where|if)\b")]
    private static partial Regex Condition();

    private static bool IsInherited(XElement documentation) => documentation.Descendants("inheritdoc").Any();

    private static bool IsSaid(XElement? element) => element is not null && (!string.IsNullOrWhiteSpace(element.Value) || element.HasElements);
}
