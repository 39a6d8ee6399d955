using Microsoft.CodeAnalysis;

namespace TrainingDoctor.Analyzers.Catalog;

/// <summary>The rules of the build: those without a counterpart among the rules of runs.</summary>
internal static partial class BuildRules
{
    /// <summary>TD9501: the optimizer steps without the gradients of this batch.</summary>
    public static readonly BuildRule MisplacedStep = new(
        new DiagnosticDescriptor("TD9501", "The optimizer steps without the gradients of this batch", "{0}", "Training.Gradients", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "The optimizer steps along the gradient of the batch before, or along none.", helpLinkUri: PageAddress.Of("TD9501", "misplaced-step")),
        "misplaced-step",
        "In a loop, `step()` of the optimizer stands before the first `backward()`, or `zero_grad()` stands between the two.",
        "The optimizer steps along the gradient of the batch before, or along none.",
        "loss.backward();\noptimizer.zero_grad();\noptimizer.step();",
        "optimizer.zero_grad();\nloss.backward();\noptimizer.step();",
        fix: null,
        limitations: null);

    /// <summary>TD9502: the monitor is told of a step after its gradients were cleared.</summary>
    public static readonly BuildRule LateMeasurement = new(
        new DiagnosticDescriptor("TD9502", "The monitor is told of a step after its gradients were cleared", "{0}", "Training.Diagnosis", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "Gradients are read in `Step`: after `zero_grad()` there are none, and the rules for gradients have nothing to judge.", helpLinkUri: PageAddress.Of("TD9502", "late-measurement")),
        "late-measurement",
        "`monitor.Step` stands after the next `zero_grad()`.",
        "Gradients are read in `Step`: after `zero_grad()` there are none, and the rules for gradients have nothing to judge.",
        "optimizer.step();\noptimizer.zero_grad();\nmonitor.Step(loss);",
        "optimizer.step();\nmonitor.Step(loss);\noptimizer.zero_grad();",
        fix: null,
        limitations: null);

    /// <summary>TD9503: a validation records the graph for a backward pass that never comes.</summary>
    public static readonly BuildRule RecordedValidation = new(
        new DiagnosticDescriptor("TD9503", "A validation records the graph for a backward pass that never comes", "{0}", "Training.Generalization", DiagnosticSeverity.Info, isEnabledByDefault: true, description: "Every activation is kept until it is collected: memory and time for nothing.", helpLinkUri: PageAddress.Of("TD9503", "recorded-validation")),
        "recorded-validation",
        "A validation runs a model outside of `no_grad()` and `inference_mode()`, here and in its callers in the same file.",
        "Every activation is kept until it is collected: memory and time for nothing.",
        "foreach (var (x, y) in validationBatches)\n{\n    total += Loss(model.call(x), y);\n}",
        "using var guard = torch.no_grad();\nforeach (var (x, y) in validationBatches)\n{\n    total += Loss(model.call(x), y);\n}",
        fix: "Writes `using var guard = torch.no_grad();` before the validation.",
        limitations: "A validation is recognised by names.");

    /// <summary>TD9504: the schedule is stepped at another cadence than it was made for.</summary>
    public static readonly BuildRule SchedulerCadence = new(
        new DiagnosticDescriptor("TD9504", "The schedule is stepped at another cadence than it was made for", "{0}", "Training.Optimization", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "The rate falls to nothing within the first epochs, or never moves; the first value of a schedule that is stepped first is left out.", helpLinkUri: PageAddress.Of("TD9504", "scheduler-cadence")),
        "scheduler-cadence",
        "A schedule that counts epochs is stepped with every batch; one that counts batches is stepped once an epoch; or a schedule is stepped before the optimizer.",
        "The rate falls to nothing within the first epochs, or never moves; the first value of a schedule that is stepped first is left out.",
        "foreach (var batch in batches)\n{\n    Train(batch);\n    scheduler.step(); // CosineAnnealingLR(optimizer, epochs)\n}",
        "foreach (var batch in batches)\n{\n    Train(batch);\n}\nscheduler.step();",
        fix: null,
        limitations: "What a schedule counts is told by the names and sizes of its arguments.");

    /// <summary>TD9505: a tensor is kept together with its graph.</summary>
    public static readonly BuildRule RetainedGraph = new(
        new DiagnosticDescriptor("TD9505", "A tensor is kept together with its graph", "{0}", "Training.Loss", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "Every step's graph stays in memory: memory grows until the run ends or dies.", helpLinkUri: PageAddress.Of("TD9505", "retained-graph")),
        "retained-graph",
        "A loss or an output is added to a list or a sum that outlives the step, in a loop that runs `backward()` for each of them.",
        "Every step's graph stays in memory: memory grows until the run ends or dies.",
        "losses.Add(loss);",
        "losses.Add(loss.detach());",
        fix: "Writes `.detach()`.",
        limitations: "Sums whose `backward()` comes after the loop, as through time or in reinforcement learning, are not reported.");

    /// <summary>TD9506: tensors are made in a loop without a dispose scope.</summary>
    public static readonly BuildRule UndisposedTensors = new(
        new DiagnosticDescriptor("TD9506", "Tensors are made in a loop without a dispose scope", "{0}", "Training.Diagnosis", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "The garbage collector does not see native memory: it grows from step to step, on a GPU until the run dies.", helpLinkUri: PageAddress.Of("TD9506", "undisposed-tensors")),
        "undisposed-tensors",
        "A loop that runs a model makes tensors that nothing disposes of: no `NewDisposeScope()` in the loop, no `using`, no `Dispose()`.",
        "The garbage collector does not see native memory: it grows from step to step, on a GPU until the run dies.",
        "foreach (var (x, y) in batches)\n{\n    var loss = criterion.call(model.call(x), y);\n}",
        "foreach (var (x, y) in batches)\n{\n    using var scope = torch.NewDisposeScope();\n    var loss = criterion.call(model.call(x), y);\n}",
        fix: "Writes `using var scope = torch.NewDisposeScope();` where the loop begins.",
        limitations: "Loops within a module run in the scope of their caller and are not reported; a scope around one loop of a method, there or where the method is called, is taken to be enough. Where tensors have to outlive the iteration, use `MoveToOuterDisposeScope()`.");

    /// <summary>TD9507: functional dropout does not know the module's mode.</summary>
    public static readonly BuildRule UntiedDropout = new(
        new DiagnosticDescriptor("TD9507", "Functional dropout does not know the module's mode", "{0}", "Training.Generalization", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "Its default does not follow `train()` and `eval()`: dropout goes on in validation and use (`alpha_dropout`: never works at all).", helpLinkUri: PageAddress.Of("TD9507", "untied-dropout")),
        "untied-dropout",
        "`nn.functional.dropout` (or one of its kind) is called without its argument `training`.",
        "Its default does not follow `train()` and `eval()`: dropout goes on in validation and use (`alpha_dropout`: never works at all).",
        "h = nn.functional.dropout(h, 0.3);",
        "h = nn.functional.dropout(h, 0.3, training);",
        fix: "Adds `training: training` within a module.",
        limitations: "Dropout at inference may be wanted (Monte Carlo dropout): say `training: true`.");

    /// <summary>TD9508: forward changes its input in place.</summary>
    public static readonly BuildRule ChangedInput = new(
        new DiagnosticDescriptor("TD9508", "forward changes its input in place", "{0}", "Training.Inputs", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "The caller's batch is changed with it: the second epoch, the monitor and the loss see other data. On a tensor that needs its gradient, backward throws.", helpLinkUri: PageAddress.Of("TD9508", "changed-input")),
        "changed-input",
        "In `forward`, an in-place method or an assignment to elements changes the tensor that was passed in.",
        "The caller's batch is changed with it: the second epoch, the monitor and the loss see other data. On a tensor that needs its gradient, backward throws.",
        "public override Tensor forward(Tensor input)\n{\n    input.div_(255);\n    return fc.call(input);\n}",
        "public override Tensor forward(Tensor input)\n{\n    input = input.div(255);\n    return fc.call(input);\n}",
        fix: "Uses the method that returns a new tensor.",
        limitations: null);
}
