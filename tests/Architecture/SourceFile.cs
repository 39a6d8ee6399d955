using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Tests;

/// <summary>A source file: its place, its namespace, and the types that it declares.</summary>
/// <param name="Path">The file, below <c>src</c> or <c>tests</c>, with forward slashes.</param>
/// <param name="Namespace">Its namespace; null where it declares none.</param>
/// <param name="Types">The full names of its outermost types, as reflection spells them.</param>
/// <param name="IsPublic">Whether one of them is public.</param>
internal sealed record SourceFile(string Path, string? Namespace, IReadOnlyList<string> Types, bool IsPublic)
{
    /// <summary>Gets the projects whose rooms are governed.</summary>
    public static IReadOnlyList<string> Projects { get; } = ["Rules", "Diagnostics", "Host"];

    /// <summary>Gets every source file of the projects.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = [.. Projects.SelectMany(project => Below("src", project))];

    /// <summary>Gets every file of their tests.</summary>
    public static IReadOnlyList<SourceFile> Tests { get; } = [.. Projects.SelectMany(project => Below("tests", $"{project}.Tests"))];

    private static IEnumerable<SourceFile> Below(string top, string project)
    {
        top = System.IO.Path.Combine(Repository.Root, top);
        string root = System.IO.Path.Combine(top, project);
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(file => System.IO.Path.GetRelativePath(root, file).Split(System.IO.Path.DirectorySeparatorChar)[0] is not ("obj" or "bin" or "buildTransitive"))
            .Order(StringComparer.Ordinal)
            .Select(file => Read(file, top));
    }

    private static SourceFile Read(string file, string top)
    {
        var types = CSharpSyntaxTree.ParseText(File.ReadAllText(file)).GetCompilationUnitRoot().DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
            .ToList();
        string? space = types.Select(type => (type.Parent as BaseNamespaceDeclarationSyntax)?.Name.ToString()).FirstOrDefault(name => name is not null);
        return new SourceFile(
            System.IO.Path.GetRelativePath(top, file).Replace('\\', '/'),
            space,
            [.. types.Select(type => $"{space}.{NameOf(type)}")],
            types.Any(type => type.Modifiers.Any(SyntaxKind.PublicKeyword)));
    }

    private static string NameOf(MemberDeclarationSyntax type) => type switch
    {
        TypeDeclarationSyntax { TypeParameterList.Parameters.Count: > 0 and var count } generic => $"{generic.Identifier.Text}`{count}",
        DelegateDeclarationSyntax { TypeParameterList.Parameters.Count: > 0 and var count } generic => $"{generic.Identifier.Text}`{count}",
        BaseTypeDeclarationSyntax plain => plain.Identifier.Text,
        DelegateDeclarationSyntax plain => plain.Identifier.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
