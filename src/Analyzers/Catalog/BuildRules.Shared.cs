using Microsoft.CodeAnalysis;

namespace TrainingDoctor.Analyzers.Catalog;

/// <summary>The rules of the build: those that share their ID with a rule of runs.</summary>
internal static partial class BuildRules
{
    /// <summary>TD0002: a module is run by forward instead of call.</summary>
    public static readonly BuildRule ForwardInsteadOfCall = new(
        new DiagnosticDescriptor("TD0002", "A module is run by forward instead of call", "{0}", "Training.Diagnosis", DiagnosticSeverity.Info, isEnabledByDefault: true, description: "Hooks fire through `call` only: what a monitor, a profiler or a pruning method attaches to the module sees nothing.", helpLinkUri: PageAddress.Of("TD0002", "layer-not-observed")),
        "layer-not-observed",
        "`forward` of a module is called from outside, where `call` would run the module's hooks and then `forward`.",
        "Hooks fire through `call` only: what a monitor, a profiler or a pruning method attaches to the module sees nothing.",
        "var h = fc.forward(x);",
        "var h = fc.call(x);",
        fix: "Writes `call` instead of `forward`.",
        limitations: "Harmless as long as nothing is attached to the module. Losses are left out.");

    /// <summary>TD1006: targets have a type that the loss does not take.</summary>
    public static readonly BuildRule InvalidTarget = new(
        new DiagnosticDescriptor("TD1006", "Targets have a type that the loss does not take", "{0}", "Training.Inputs", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "The first step throws, or the loss is computed against something else than was meant.", helpLinkUri: PageAddress.Of("TD1006", "invalid-target")),
        "invalid-target",
        "Targets of a loss are followed back to where their type is seen: one-hot integers or 32-bit integers for cross-entropy, integers for binary cross-entropy.",
        "The first step throws, or the loss is computed against something else than was meant.",
        "criterion.call(logits, nn.functional.one_hot(classes, 10));",
        "criterion.call(logits, classes);",
        fix: null,
        limitations: "Only types that are seen in the same method.");

    /// <summary>TD2005: gradients are never cleared.</summary>
    public static readonly BuildRule AccumulatingGradient = new(
        new DiagnosticDescriptor("TD2005", "Gradients are never cleared", "{0}", "Training.Gradients", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "`backward` adds to the gradient that is there: every step repeats all the gradients since the start.", helpLinkUri: PageAddress.Of("TD2005", "accumulating-gradient")),
        "accumulating-gradient",
        "A loop runs `backward` and `step` of an optimizer, and nothing in it clears the gradients: no `zero_grad` of that optimizer or of a module, no method whose name says so.",
        "`backward` adds to the gradient that is there: every step repeats all the gradients since the start.",
        "foreach (var (x, y) in batches)\n{\n    criterion.call(model.call(x), y).backward();\n    optimizer.step();\n}",
        "foreach (var (x, y) in batches)\n{\n    optimizer.zero_grad();\n    criterion.call(model.call(x), y).backward();\n    optimizer.step();\n}",
        fix: "Writes `optimizer.zero_grad()` where the loop begins.",
        limitations: "Accumulation on purpose clears now and then, within the loop, and is not reported. A method that takes one step is judged where it is called in a loop of the same file.");

    /// <summary>TD5008: groupNorm is left uninitialised by this version of TorchSharp.</summary>
    public static readonly BuildRule UninitializedGroupNorm = new(
        new DiagnosticDescriptor("TD5008", "GroupNorm is left uninitialised by this version of TorchSharp", "{0}", "Training.Optimization", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "TorchSharp 0.107 allocates weight and bias and writes nothing into them: they hold whatever memory held, up to 1e32.", helpLinkUri: PageAddress.Of("TD5008", "poor-initialization")),
        "poor-initialization",
        "`nn.GroupNorm` with affine parameters, whose `weight` is not set anywhere in the class or method that makes it. Reported for TorchSharp 0.107 only.",
        "TorchSharp 0.107 allocates weight and bias and writes nothing into them: they hold whatever memory held, up to 1e32.",
        "norm = nn.GroupNorm(4, 16);",
        "norm = nn.GroupNorm(4, 16);\nnn.init.ones_(norm.weight);\nnn.init.zeros_(norm.bias);",
        fix: null,
        limitations: "An initialisation in another class, or from a checkpoint, is not seen.");

    /// <summary>TD6006: a model is validated in training mode, or trained in evaluation mode.</summary>
    public static readonly BuildRule WrongMode = new(
        new DiagnosticDescriptor("TD6006", "A model is validated in training mode, or trained in evaluation mode", "{0}", "Training.Generalization", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "With dropout on, and batch norm on the statistics of each batch, validation measures another model than the one that will be used; training in evaluation mode trains without either.", helpLinkUri: PageAddress.Of("TD6006", "wrong-mode")),
        "wrong-mode",
        "A validation (a method, loop or data whose name says so, or what `monitor.Validation` is told) runs a model that has not been set to `eval()`; or a loop sets it to `eval()` and goes on training without `train()`. Models without dropout and batch statistics are left out where that can be seen.",
        "With dropout on, and batch norm on the statistics of each batch, validation measures another model than the one that will be used; training in evaluation mode trains without either.",
        "double Validate()\n{\n    using var guard = torch.no_grad();\n    return Loss(model.call(x), y);\n}",
        "double Validate()\n{\n    model.eval();\n    using var guard = torch.no_grad();\n    return Loss(model.call(x), y);\n}",
        fix: "Writes `model.eval()` before the validation.",
        limitations: "A validation is recognised by names.");

    /// <summary>TD7001: output and loss do not fit.</summary>
    public static readonly BuildRule OutputLossMismatch = new(
        new DiagnosticDescriptor("TD7001", "Output and loss do not fit", "{0}", "Training.Structure", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "A softmax before cross-entropy squashes what the loss squashes again: gradients shrink, and the loss cannot come near zero.", helpLinkUri: PageAddress.Of("TD7001", "output-loss-mismatch")),
        "output-loss-mismatch",
        "The input of a loss is followed back, through locals, fields, `Sequential` and the `forward` of your own modules, to the operation that it ends with: softmax or sigmoid before a loss that contains it; logits or probabilities where the loss wants log-probabilities; logits where it wants probabilities.",
        "A softmax before cross-entropy squashes what the loss squashes again: gradients shrink, and the loss cannot come near zero.",
        "var criterion = nn.CrossEntropyLoss();\ncriterion.call(nn.functional.softmax(logits, 1), y);",
        "var criterion = nn.CrossEntropyLoss();\ncriterion.call(logits, y);",
        fix: null,
        limitations: "Branches that end differently, and values that come from elsewhere, are not judged.");

    /// <summary>TD7004: the optimizer or the module will not hold these parameters.</summary>
    public static readonly BuildRule UnregisteredParameters = new(
        new DiagnosticDescriptor("TD7004", "The optimizer or the module will not hold these parameters", "{0}", "Training.Structure", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "What is not registered is not trained, not moved, not saved and not set to `eval()`.", helpLinkUri: PageAddress.Of("TD7004", "unregistered-parameters")),
        "unregistered-parameters",
        "A class derived from `nn.Module` has modules or parameters in its fields and never registers them; assigns them after `RegisterComponents()`, or from outside; keeps them in an array, list or dictionary, which `RegisterComponents()` does not look into. Also: a model is moved or replaced after its optimizer was made, which then holds the old parameters.",
        "What is not registered is not trained, not moved, not saved and not set to `eval()`.",
        "layers = new List<Linear> { nn.Linear(4, 4) };\nRegisterComponents();",
        "layers = nn.ModuleList(nn.Linear(4, 4));\nRegisterComponents();",
        fix: "Writes or moves `RegisterComponents()` to the end of the constructor.",
        limitations: "A parent that registers a module registers its fields too; the class is reported all the same, since it fails as soon as it stands alone.");

    /// <summary>TD7011: samples and places of a sequence are exchanged.</summary>
    public static readonly BuildRule SwappedAxes = new(
        new DiagnosticDescriptor("TD7011", "Samples and places of a sequence are exchanged", "{0}", "Training.Structure", DiagnosticSeverity.Warning, isEnabledByDefault: true, description: "Samples of a batch mix as if they were a sequence; the loss falls somewhat, and the model is worthless on single samples.", helpLinkUri: PageAddress.Of("TD7011", "swapped-axes")),
        "swapped-axes",
        "A recurrent layer is given a tensor whose first axes are named (`batchSize, seqLen`) or sized against its `batch_first`, or its output is taken at the last sample instead of the last place.",
        "Samples of a batch mix as if they were a sequence; the loss falls somewhat, and the model is worthless on single samples.",
        "var lstm = nn.LSTM(8, 16);\nlstm.call(torch.randn(batchSize, seqLen, 8));",
        "var lstm = nn.LSTM(8, 16, batchFirst: true);\nlstm.call(torch.randn(batchSize, seqLen, 8));",
        fix: null,
        limitations: "Only sizes and names that are seen in the same method or class.");
}
