using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainingDoctor.Tests.Reports;

/// <summary>Every sentence for people in the sources: all interpolated strings that the compiler turns into a <see cref="Text"/>.</summary>
internal static class TextHarvest
{
    private const string ImplicitUsings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    /// <summary>Returns the templates with the first file that each is in.</summary>
    public static IReadOnlyDictionary<string, string> Templates()
    {
        var templates = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string project in new[] { "Rules", "Diagnostics" })
        {
            foreach (var (template, file) in Harvest(Path.Combine(Repository.Root, "src", project)))
            {
                templates.TryAdd(template, file);
            }
        }

        return templates;
    }

    private static IEnumerable<(string Template, string File)> Harvest(string folder)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var trees = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !file.Contains("buildTransitive", StringComparison.Ordinal))
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings, options))
            .ToList();
        var assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("TrainingDoctor.Diagnostics", StringComparison.Ordinal))
            .Where(path => !(folder.EndsWith("Rules", StringComparison.Ordinal) && Path.GetFileName(path).StartsWith("TrainingDoctor.", StringComparison.Ordinal)));
        var compilation = CSharpCompilation.Create(
            "harvest",
            trees,
            assemblies.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        foreach (var tree in trees)
        {
            var model = compilation.GetSemanticModel(tree);
            foreach (var expression in tree.GetRoot().DescendantNodes().OfType<ExpressionSyntax>().Where(IsWholeString))
            {
                if (IsText(model.GetTypeInfo(expression).ConvertedType) || IsText(CastTarget(model, expression)))
                {
                    yield return (TemplateOf(expression), Path.GetRelativePath(Repository.Root, tree.FilePath));
                }
            }
        }
    }

    private static bool IsText(ITypeSymbol? type) => type?.ToDisplayString().TrimEnd('?') == "TrainingDoctor.Text";

    private static ITypeSymbol? CastTarget(SemanticModel model, ExpressionSyntax expression)
    {
        var parent = expression.Parent;
        while (parent is ParenthesizedExpressionSyntax)
        {
            parent = parent.Parent;
        }

        return parent is CastExpressionSyntax cast ? model.GetTypeInfo(cast.Type).Type : null;
    }

    /// <summary>A sum of interpolated strings is one sentence: the outermost sum counts.</summary>
    private static bool IsWholeString(ExpressionSyntax expression) =>
        (expression is InterpolatedStringExpressionSyntax || (expression is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } && Parts(expression).All(part => part is InterpolatedStringExpressionSyntax)))
        && expression.Parent is not BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression };

    private static IEnumerable<ExpressionSyntax> Parts(ExpressionSyntax expression) => expression switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => [.. Parts(sum.Left), .. Parts(sum.Right)],
        ParenthesizedExpressionSyntax inner => Parts(inner.Expression),
        _ => [expression],
    };

    private static string TemplateOf(ExpressionSyntax expression)
    {
        var template = new StringBuilder();
        int places = 0;
        foreach (var content in Parts(expression).Cast<InterpolatedStringExpressionSyntax>().SelectMany(part => part.Contents))
        {
            if (content is InterpolatedStringTextSyntax text)
            {
                template.Append(text.TextToken.ValueText.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
            }
            else if (content is InterpolationSyntax place)
            {
                template.Append('{').Append(places++);
                if (place.FormatClause is { } format)
                {
                    template.Append(':').Append(format.FormatStringToken.ValueText);
                }

                template.Append('}');
            }
        }

        return template.ToString();
    }
}
