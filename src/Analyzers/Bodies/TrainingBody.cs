using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Bodies;

/// <summary>What a method does to a training run, in the order of the source.</summary>
internal sealed class TrainingBody
{
    private static readonly HashSet<string> Names =
    [
        "backward", "step", "zero_grad", "eval", "train", "no_grad", "inference_mode", "set_grad_enabled", "call", "forward", "NewDisposeScope", "DisposeEverything", "DisposeEverythingBut",
        "Validation", "Step", "to", "cuda", "parameters", "zero_",
    ];

    private static readonly HashSet<string> Tests = ["Fact", "Theory", "Test", "TestMethod", "TestCase", "SkippableFact"];

    private TrainingBody(SyntaxNode node, ISymbol? method, SourceModels sources, IReadOnlyList<TrainingEvent> events)
    {
        Node = node;
        Method = method;
        Sources = sources;
        Events = events;
        Loops = [.. InnerNodes(node).Where(inner => inner.IsLoop())];
        IsInModule = sources.Types.IsModule(method?.ContainingType);
        IsTest = node.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => Tests.Contains(attribute.Name.ToString())) ?? false;
    }

    /// <summary>Gets the method, accessor, local function or program of top-level statements.</summary>
    public SyntaxNode Node { get; }

    /// <summary>Gets the method's symbol; null for the initialiser of a member.</summary>
    public ISymbol? Method { get; }

    /// <summary>Gets where names get their values.</summary>
    public SourceModels Sources { get; }

    /// <summary>Gets what is done, in the order of the source.</summary>
    public IReadOnlyList<TrainingEvent> Events { get; }

    /// <summary>Gets the loops, outer ones first.</summary>
    public IReadOnlyList<SyntaxNode> Loops { get; }

    /// <summary>Gets a value indicating whether it belongs to a module: its loops run within the scope of whoever calls it.</summary>
    public bool IsInModule { get; }

    /// <summary>Gets a value indicating whether it is a unit test.</summary>
    public bool IsTest { get; }

    /// <summary>Gets a value indicating whether it is where the program begins.</summary>
    public bool IsProgram => Node is CompilationUnitSyntax || Method?.Name is "Main" or "<Main>$";

    /// <summary>Reads a body; null when it does nothing of interest.</summary>
    public static TrainingBody? Read(SyntaxNode node, SemanticModel model, SourceModels sources)
    {
        bool isOfInterest = node.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && (Names.Contains(token.ValueText) || sources.TrainingMethods.Contains(token.ValueText)));
        return isOfInterest ? new TrainingBody(node, model.GetDeclaredSymbol(node), sources, EventReader.Read(node, sources)) : null;
    }

    /// <summary>The nodes of a body without those of its local functions, which are bodies of their own, and, of a program, without its types.</summary>
    public static IEnumerable<SyntaxNode> InnerNodes(SyntaxNode body) =>
        body.DescendantNodes(node => node == body || node is not (LocalFunctionStatementSyntax or BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax));

    /// <summary>The events within a node, whatever is nested in it.</summary>
    public IEnumerable<TrainingEvent> Within(SyntaxNode node) => Events.Where(item => node.Span.Contains(item.Call.Span));

    /// <summary>The innermost loop around a node; null outside of loops.</summary>
    public SyntaxNode? InnermostLoop(SyntaxNode node) => node.LoopsAround(Node).FirstOrDefault();

    /// <summary>The events whose innermost loop is the given one; null for those outside of loops.</summary>
    public IEnumerable<TrainingEvent> Directly(SyntaxNode? loop) => Events.Where(item => InnermostLoop(item.Call) == loop);

    /// <summary>Whether graphs are not recorded at a place, because of what encloses or precedes it in this body.</summary>
    public bool IsWithoutGraph(SyntaxNode place)
    {
        foreach (var item in Events.Where(item => item.Kind == EventKind.NoGrad && item.Callee is null))
        {
            var holder = item.Call.FirstAncestorOrSelf<SyntaxNode>(node => node is UsingStatementSyntax or LocalDeclarationStatementSyntax or ExpressionStatementSyntax);
            bool covers = holder switch
            {
                UsingStatementSyntax block => block.Span.Contains(place.Span),
                { Parent: GlobalStatementSyntax } => item.Position < place.SpanStart,
                { Parent: { } scope } => scope.Span.Contains(place.Span) && item.Position < place.SpanStart,
                _ => false,
            };
            if (covers)
            {
                return true;
            }
        }

        return false;
    }
}
