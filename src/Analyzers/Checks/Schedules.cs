using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainingDoctor.Analyzers.Bodies;
using TrainingDoctor.Analyzers.Catalog;
using TrainingDoctor.Analyzers.Torch;

namespace TrainingDoctor.Analyzers.Checks;

/// <summary>TD9504: a schedule is stepped with every batch though it counts epochs, or the other way round, or before the optimizer.</summary>
internal static class Schedules
{
    private enum Counts
    {
        Unknown,
        Epochs,
        Batches,
    }

    private static readonly HashSet<string> AllEpochs = ["epoch", "epochs"];
    private static readonly HashSet<string> AllBatches = ["step", "steps", "batch", "batches", "iteration", "iterations", "iters", "iter", "loader", "count", "length", "updates"];

    // A schedule by epochs that is stepped with every batch of a thousand has come to its end within the first.
    private const double ShortStepSize = 50;
    private const double SteepGamma = 0.99;

    public static void Check(TrainingBody body, Reporter reporter)
    {
        foreach (var schedule in body.Events.Where(item => item.Kind == EventKind.Schedule && item.Callee is null))
        {
            string name = schedule.Receiver?.Name ?? "The schedule";
            var loop = body.InnermostLoop(schedule.Call);
            if (loop is null)
            {
                continue;
            }

            var within = body.Within(loop).ToList();
            var counts = CountsOf(schedule.Call.Receiver()!, body.Sources);
            bool isWithBatch = within.Any(item => item.Kind == EventKind.Step && body.InnermostLoop(item.Call) == loop && IsOneBatch(item)) && IsLoopOverBatches(loop, body);
            bool isWithEpoch = !isWithBatch && within.Any(item => item.Kind == EventKind.Step && (body.InnermostLoop(item.Call) != loop || !IsOneBatch(item)));
            if (isWithBatch && counts == Counts.Epochs)
            {
                reporter.Report(BuildRules.SchedulerCadence, schedule.Call.GetLocation(), $"'{name}' counts epochs and is stepped with every batch");
            }
            else if (isWithEpoch && counts == Counts.Batches)
            {
                reporter.Report(BuildRules.SchedulerCadence, schedule.Call.GetLocation(), $"'{name}' counts batches and is stepped once an epoch");
            }
            else if (within.FirstOrDefault(item => item.Kind is EventKind.Step or EventKind.Schedule) == schedule && within.Any(item => item.Kind == EventKind.Step) && IsUnconditional(schedule, loop))
            {
                reporter.Report(BuildRules.SchedulerCadence, schedule.Call.GetLocation(), $"'{name}' is stepped before the optimizer: its first value is left out");
            }
        }
    }

    // Of a method that is called, only one without a loop of its own takes a single step.
    private static bool IsOneBatch(TrainingEvent step) => step.Callee is null || !step.Callee.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax().DescendantNodes().Any(SourceSyntax.IsLoop));

    // The loop of a method that is given an epoch's batches, or a loop within a loop; one loop alone may take whole data as its batch.
    private static bool IsLoopOverBatches(SyntaxNode loop, TrainingBody body) =>
        loop.LoopsAround(body.Node).Any()
        || (loop is CommonForEachStatementSyntax each && !each.Expression.MentionsWord(AllEpochs) && body.Method is IMethodSymbol method && CalledMethod.CallsOf(method, body.Node).Any(call => call.Ancestors().Any(SourceSyntax.IsLoop)));

    private static bool IsUnconditional(TrainingEvent item, SyntaxNode loop) => !item.Call.Ancestors().TakeWhile(node => node != loop).Any(node => node is IfStatementSyntax or SwitchStatementSyntax);

    private static Counts CountsOf(ExpressionSyntax schedule, SourceModels sources)
    {
        if (sources.ValueOf(schedule)?.Bare() is not InvocationExpressionSyntax made || sources.MethodOf(made) is not { } method)
        {
            return Counts.Unknown;
        }

        switch (method.Name)
        {
            case "ReduceLROnPlateau":
                return Counts.Epochs;
            case "OneCycleLR":
                return made.Argument(method, "total_steps") is { } total && IsOfEpochs(total) ? Counts.Epochs : Counts.Batches;
            case "CyclicLR":
                return made.Argument(method, "step_size_up") is { } up && IsOfEpochs(up) ? Counts.Unknown : Counts.Batches;
            case "ExponentialLR":
                return made.Argument(method, "gamma") is { } gamma && sources.Of(gamma).GetConstantValue(gamma).Value is double rate && rate < SteepGamma ? Counts.Epochs : Counts.Unknown;
            case "StepLR" or "CosineAnnealingLR":
                var length = made.Argument(method, "step_size", "T_max");
                return length is null ? Counts.Unknown : OfLength(length, sources);
            default:
                return made.ArgumentList.Arguments.Skip(1).Any(argument => IsOfEpochs(argument.Expression)) ? Counts.Epochs : Counts.Unknown;
        }
    }

    private static Counts OfLength(ExpressionSyntax length, SourceModels sources)
    {
        if (IsOfEpochs(length))
        {
            return Counts.Epochs;
        }

        if (length.MentionsWord(AllBatches))
        {
            return Counts.Batches;
        }

        return sources.Of(length).GetConstantValue(length).Value is { } value && Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) <= ShortStepSize ? Counts.Epochs : Counts.Unknown;
    }

    private static bool IsOfEpochs(ExpressionSyntax length) =>
        length.MentionsWord(AllEpochs) && !length.MentionsWord(AllBatches) && !length.DescendantNodesAndSelf().Any(node => node.IsKind(SyntaxKind.MultiplyExpression));
}
