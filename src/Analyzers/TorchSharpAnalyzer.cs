using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainingDoctor.Analyzers.Bodies;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Checks;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers;

/// <summary>Finds faults of training in the source of TorchSharp programs. One analyzer for all rules, so that each method is read once.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TorchSharpAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = BuildCatalog.All.Select(rule => rule.Descriptor).ToImmutableArray();

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (TorchTypes.Find(start.Compilation) is not { } types)
            {
                return;
            }

            var sources = new SourceModels(types);
            start.RegisterSyntaxNodeAction(node => Body(node, sources), SyntaxKind.MethodDeclaration, SyntaxKind.ConstructorDeclaration, SyntaxKind.LocalFunctionStatement, SyntaxKind.CompilationUnit);
            start.RegisterSyntaxNodeAction(node => Call(node, sources), SyntaxKind.InvocationExpression);
            start.RegisterSyntaxNodeAction(node => ModuleClasses.Check((ClassDeclarationSyntax)node.Node, sources, new Reporter(node.ReportDiagnostic)), SyntaxKind.ClassDeclaration);
            start.RegisterSyntaxNodeAction(node => ModuleClasses.CheckReplacement((AssignmentExpressionSyntax)node.Node, sources, new Reporter(node.ReportDiagnostic)), SyntaxKind.SimpleAssignmentExpression);
        });
    }

    private static void Call(SyntaxNodeAnalysisContext context, SourceModels sources)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        var reporter = new Reporter(context.ReportDiagnostic);
        LossInputs.Check(call, sources, reporter);
        ModuleCalls.Check(call, sources, reporter);
        SequenceAxes.Check(call, sources, reporter);
    }

    private static void Body(SyntaxNodeAnalysisContext context, SourceModels sources)
    {
        if (context.Node is CompilationUnitSyntax program && !program.Members.Any(SyntaxKind.GlobalStatement))
        {
            return;
        }

        var method = context.SemanticModel.GetDeclaredSymbol(context.Node);
        if (TrainingBody.Read(context.Node, method, sources) is not { } body)
        {
            return;
        }

        var reporter = new Reporter(context.ReportDiagnostic);
        GradientLoops.Check(body, reporter);
        Validations.Check(body, reporter);
        Schedules.Check(body, reporter);
        KeptTensors.Check(body, reporter);
        DisposeScopes.Check(body, reporter);
        StaleOptimizers.Check(body, reporter);
        if (context.Node is MethodDeclarationSyntax forward)
        {
            ChangedInputs.Check(forward, sources, reporter);
        }
    }
}
