using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Faults;

/// <summary>TD0002: a layer never reported, so that nothing could be said of it.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class LayerNotObserved(LayerNotObservedOptions options) : Rule<LayerNotObservedOptions>(options)
{
    private const string Unhookable = "unhookable";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD0002",
        Name = "layer-not-observed",
        Category = RuleCategory.Diagnosis,
        Severity = Severity.Info,
        Summary = $"A layer never reported, so that its activations could not be judged.",
        Explanation = $"TorchSharp runs hooks only when a module is called through call(…); forward(…) passes them by. A layer that was not called once in a run of several steps is named here. "
            + $"It is info, not an illness: the training may be in order, but rules about activations have not seen this layer.",
        Why = $"A check that saw nothing must not read as health.",
        Inputs = [Metric.CallCount, Metric.OutputMean, Metric.GradientNorm],
        RequiredInputs = [Metric.CallCount],
        Granularity = ScopeKind.Run,
        NeedsModel = true,
        Causes = [],
        Remedies = [new($"Call layers with call(x) instead of forward(x).", $"Only call runs the hooks through which the monitor sees.")],
        Sources = ["TorchSharp issues 1203 and 1059"],
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override TrainingDoctor.Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        string names = ModelFacts.Names(symptom.Layers);
        int total = facts.Run.Model?.Leaves.Count() ?? 0;
        bool trains = facts.Run.Model?.Parameters.Any(parameter => symptom.Layers.Contains(parameter.LayerPath) && facts.Of(Metric.GradientNorm, parameter.Name) is { Maximum: > 0 }) ?? false;
        if (symptom.Variant == Unhookable)
        {
            return new TrainingDoctor.Diagnosis(
                $"{names} cannot be observed",
                $"No hook could be placed on {symptom.Layers.Count} of {total} layers: {names}. Their activations were not judged.",
                [],
                [CallWithCall(symptom.Layers)]);
        }

        return new TrainingDoctor.Diagnosis(
            $"{names} never reported",
            (trains, symptom.Layers.Count == total) switch
            {
                (true, true) => (Text)$"None of the {total} layers was seen in {facts.StepCount} steps, although gradients reach them: {names}. They are run with forward(…), which passes hooks by; their activations were not judged.",
                (false, true) => $"None of the {total} layers was seen in {facts.StepCount} steps: {names}. They are run with forward(…), which passes hooks by, or not at all; their activations were not judged.",
                (true, false) => $"{symptom.Layers.Count} of {total} layers were not seen in {facts.StepCount} steps, although gradients reach them: {names}. They are run with forward(…), which passes hooks by; their activations were not judged.",
                _ => $"{symptom.Layers.Count} of {total} layers were not seen in {facts.StepCount} steps: {names}. They are run with forward(…), which passes hooks by, or not at all; their activations were not judged.",
            },
            [],
            [CallWithCall(symptom.Layers)]);
    }

    private static Remedy CallWithCall(IReadOnlyList<string> layers)
    {
        string layer = layers[0][(layers[0].LastIndexOf('.') + 1)..];
        string field = layer.Length > 0 && !char.IsAsciiDigit(layer[0]) ? layer : "layer";
        return new Remedy
        {
            Title = $"Call {ModelFacts.Names(layers)} with call(x) instead of forward(x)",
            Actions = [new RemedyAction { Kind = RemedyActionKind.CallModulesWithCall, Layers = layers }],
            Rationale = $"TorchSharp runs hooks, through which the monitor sees, only from call.",
            Caveat = $"Nothing else changes: call runs forward between the hooks. Layers used through their weights alone cannot be seen at all.",
            Code = FormattableString.Invariant($"x = {field}.call(x);   // instead of: x = {field}.forward(x);"),
            Sources = ["TorchSharp issues 1203 and 1059"],
        };
    }

    private sealed class Evaluator(LayerNotObservedOptions options, RuleContext context) : RuleEvaluator
    {
        public override Text? WhyNotEvaluated => context.Facts.StepCount >= options.MinimumSteps ? null : (Text)$"needs {options.MinimumSteps} steps, had {context.Facts.StepCount}";

        public override void Complete()
        {
            if (context.Run.Model is not { } model || context.Facts.StepCount < options.MinimumSteps || !context.Facts.Has(Metric.CallCount))
            {
                return;
            }

            var silent = new List<string>();
            var unhookable = new List<string>();
            foreach (var layer in model.Leaves)
            {
                var calls = context.Facts.Of(Metric.CallCount, layer.Path);
                bool reported = calls is { Maximum: > 0 } || context.Facts.Of(Metric.OutputMean, layer.Path) is not null;
                if (!reported)
                {
                    (calls is null ? unhookable : silent).Add(layer.Path);
                }
            }

            Open(string.Empty, silent);
            Open(Unhookable, unhookable);
        }

        private void Open(string variant, List<string> layers)
        {
            if (layers.Count > 0)
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Info,
                    Confidence = 1,
                    Variant = variant,
                    Layers = layers,
                    FirstStep = context.Facts.FirstStep,
                    LastStep = context.Facts.LastStep,
                    Evidence = [new Evidence("calls_seen", layers[0], context.Facts.LastStep, 0, 1, "<")],
                });
            }
        }
    }
}

/// <summary>Thresholds of <see cref="LayerNotObserved"/>.</summary>
public sealed class LayerNotObservedOptions
{
    /// <summary>Gets or sets how many steps must have been taken.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumSteps { get; set; } = 3;
}
