using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Tests.Api;

/// <summary>
/// What a public method or constructor throws by itself stands in its comment; only that null is refused is said by the types already. Read from the sources: an assembly keeps no comments.
/// </summary>
public sealed partial class ExceptionTests
{
    [Theory]
    [InlineData("Rules")]
    [InlineData("Diagnostics")]
    public void EveryExceptionIsExplained(string project)
    {
        string folder = Path.Combine(Repository.Root, "src", project);
        var members = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "buildTransitive"))
            .SelectMany(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), path: Path.GetRelativePath(Repository.Root, file)).GetRoot().DescendantNodes().OfType<BaseMethodDeclarationSyntax>())
            .Where(member => IsPublic(member) && !Comment(member).Contains("<inheritdoc", StringComparison.Ordinal))
            .ToList();

        var missing = members.SelectMany(member => Thrown(member).Distinct().Except(Documented(member)).Select(exception => $"{member.GetLocation().GetLineSpan()}: {exception}")).ToList();

        Assert.True(members.Count > 50, "the sources were not read");
        Assert.True(missing.Count == 0, $"{missing.Count} exceptions are not explained:\n{string.Join('\n', missing)}");
    }

    private static bool IsPublic(BaseMethodDeclarationSyntax member) =>
        member.Modifiers.Any(SyntaxKind.PublicKeyword) && member.Ancestors().OfType<BaseTypeDeclarationSyntax>().All(type => type.Modifiers.Any(SyntaxKind.PublicKeyword));

    /// <summary>"throw new X(…)" and "X.ThrowIfNull(…)" of the member's own; a lambda's belong to whoever calls it.</summary>
    private static IEnumerable<string> Thrown(BaseMethodDeclarationSyntax member)
    {
        var own = member.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).ToList();
        var thrown = own.Select(node => node switch
        {
            ThrowStatementSyntax { Expression: ObjectCreationExpressionSyntax creation } => creation.Type.ToString(),
            ThrowExpressionSyntax { Expression: ObjectCreationExpressionSyntax creation } => creation.Type.ToString(),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ThrowIfCancellationRequested" } } => nameof(OperationCanceledException),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax type, Name.Identifier.Text: var name } } when name.StartsWith("ThrowIf", StringComparison.Ordinal) => type.Identifier.Text,
            _ => null,
        });
        return thrown.OfType<string>().Where(exception => exception != nameof(ArgumentNullException));
    }

    private static IEnumerable<string> Documented(BaseMethodDeclarationSyntax member) => Exception().Matches(Comment(member)).Select(match => match.Groups["type"].Value);

    private static string Comment(BaseMethodDeclarationSyntax member) => member.GetLeadingTrivia().ToFullString();

    [GeneratedRegex("<exception cref=\"(?<type>[^\"]+)\">[^<]*\\w")]
    private static partial Regex Exception();
}
