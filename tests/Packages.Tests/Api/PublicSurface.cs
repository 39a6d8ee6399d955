using System.Reflection;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainingDoctor.Tests.Api;

/// <summary>The types and members of a built assembly that its users see, and what the XML file beside it says of them.</summary>
internal static class PublicSurface
{
    private static readonly string[] Loadable = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);

    public static IEnumerable<(ISymbol Symbol, XElement Documentation)> Of(Assembly assembly)
    {
        var comments = XDocument.Load(Path.ChangeExtension(assembly.Location, "xml")).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
        var references = Loadable.Distinct().ToDictionary(path => path, path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("surface", references: references.Values);
        var root = ((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(references[assembly.Location])!).GlobalNamespace;
        return Types(root).SelectMany(type => type.GetMembers().Where(IsSeenMember).Prepend(type)).Select(symbol => (symbol, comments.GetValueOrDefault(symbol.GetDocumentationCommentId()!) ?? new XElement("none")));
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) =>
        container.GetMembers().SelectMany(member => member switch
        {
            INamespaceSymbol space => Types(space),
            INamedTypeSymbol type when IsAccessible(type) => Types(type).Prepend(type),
            _ => [],
        });

    /// <summary>What the compiler adds of itself (a record's equality, a property's accessors, a constructor without parameters, a delegate's methods) needs no words.</summary>
    private static bool IsSeenMember(ISymbol member) =>
        IsAccessible(member)
        && member is not INamedTypeSymbol
        && member.ContainingType.TypeKind != TypeKind.Delegate
        && (member is not IMethodSymbol method || method.MethodKind is MethodKind.Ordinary or MethodKind.UserDefinedOperator or MethodKind.Conversion || method is { MethodKind: MethodKind.Constructor, Parameters.Length: > 0 })
        && !member.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute");

    private static bool IsAccessible(ISymbol symbol) => symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;
}
