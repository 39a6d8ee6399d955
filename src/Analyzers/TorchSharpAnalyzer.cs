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

            // File by file, not node by node: most files of most projects do not train, and are done with at their first look.
            var sources = new SourceModels(types);
            start.RegisterSemanticModelAction(file => Check(file, sources));
        });
    }

    private static void Check(SemanticModelAnalysisContext file, SourceModels sources)
    {
        if (!sources.MayTrain(file.SemanticModel.SyntaxTree))
        {
            return;
        }

        sources.Take(file.SemanticModel);
        var reporter = new Reporter(file.ReportDiagnostic);
        foreach (var node in file.SemanticModel.SyntaxTree.GetRoot(file.CancellationToken).DescendantNodesAndSelf())
        {
            file.CancellationToken.ThrowIfCancellationRequested();
            switch (node)
            {
                case MethodDeclarationSyntax or ConstructorDeclarationSyntax or LocalFunctionStatementSyntax or CompilationUnitSyntax:
                    Body(node, file.SemanticModel, sources, reporter);
                    break;
                case InvocationExpressionSyntax call:
                    LossInputs.Check(call, sources, reporter);
                    ModuleCalls.Check(call, sources, reporter);
                    SequenceAxes.Check(call, sources, reporter);
                    break;
                case ClassDeclarationSyntax declaration:
                    ModuleClasses.Check(declaration, sources, reporter);
                    break;
                case AssignmentExpressionSyntax assignment when assignment.IsKind(SyntaxKind.SimpleAssignmentExpression):
                    ModuleClasses.CheckReplacement(assignment, sources, reporter);
                    break;
            }
        }
    }

    private static void Body(SyntaxNode node, SemanticModel model, SourceModels sources, Reporter reporter)
    {
        if (node is CompilationUnitSyntax program && !program.Members.Any(SyntaxKind.GlobalStatement))
        {
            return;
        }

        if (TrainingBody.Read(node, model, sources) is not { } body)
        {
            return;
        }

        GradientLoops.Check(body, reporter);
        Validations.Check(body, reporter);
        Schedules.Check(body, reporter);
        KeptTensors.Check(body, reporter);
        DisposeScopes.Check(body, reporter);
        StaleOptimizers.Check(body, reporter);
        if (node is MethodDeclarationSyntax forward)
        {
            ChangedInputs.Check(forward, sources, reporter);
        }
    }
}
