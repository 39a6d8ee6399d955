using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Operation;

/// <summary>TD8502: the training needs ever more memory.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class GrowingMemory(GrowingMemoryOptions options) : Rule<GrowingMemoryOptions>(options)
{
    private const string OfTensors = "tensors";
    private const double Mebibyte = 1 << 20;

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD8502",
        Name = "growing-memory",
        Category = RuleCategory.Operation,
        Severity = Severity.Warning,
        Summary = $"Tensors that are alive, or the memory of the process, grow from step to step.",
        Explanation = $"The number of live tensors and the memory of the process are noted about once a second. Without the first quarter, in which caches fill, the medians of the early, the middle and the last part must rise, must go on rising, and the trend must be sure (Mann-Kendall).",
        Why = $"A run that leaks ends when the memory does, often hours later and without a word of what was wrong; before that it becomes slow.",
        Inputs = [Metric.LiveTensors, Metric.ProcessMemory],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.UndisposedTensors, Cause.GrowingWork],
        Remedies =
        [
            new($"Dispose of what a step makes when the step is over.", $"A tensor's memory lies outside of the runtime's: its garbage collector sees a small object and lets it live."),
            new($"Add losses up as numbers, not as tensors.", $"A sum of tensors keeps the graph of every step that went into it."),
        ],
        Sources = ["TorchSharp documentation: memory management", "PyTorch documentation: frequently asked questions"],
        Limitations = $"A buffer that is meant to grow, as for replay, looks the same until it is full, and so does a cache that still fills after the first two minutes: let the run go on, and see whether the growth ends.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        bool isOfTensors = symptom.Variant == OfTensors;
        var (early, late) = (symptom.Values["early"], symptom.Values["late"]);
        Text from = isOfTensors ? (Text)$"{early:N0}" : $"{early / Mebibyte:N0} MiB";
        Text to = isOfTensors ? (Text)$"{late:N0}" : $"{late / Mebibyte:N0} MiB";
        return new Diagnosis(
            isOfTensors ? (Text)$"Live tensors pile up: {from} became {to}" : $"The memory of the process grew from {from} to {to}",
            isOfTensors
                ? (Text)$"Around step {symptom.FirstStep} {from} tensors were alive, around step {symptom.LastStep} {to} (medians of a part of the run each), and the number still grew at the end."
                : $"Around step {symptom.FirstStep} the process held {from}, around step {symptom.LastStep} {to} (medians of a part of the run each), and it still grew at the end.",
            isOfTensors ? [new(Cause.UndisposedTensors, 0.85), new(Cause.GrowingWork, 0.1)] : [new(Cause.GrowingWork, 0.55), new(Cause.UndisposedTensors, 0.35)],
            [ResourceRemedies.Dispose, ResourceRemedies.Detach]);
    }

    private sealed class Evaluator(GrowingMemoryOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly ResourceDrift _tensors = new();
        private readonly ResourceDrift _memory = new();
        private Symptom? _ofTensors;
        private Symptom? _ofMemory;
        private long _next;

        public override Text? WhyNotEvaluated => Math.Max(_tensors.Count, _memory.Count) is var count && count >= options.MinimumReports ? null
            : (Text)$"needs {options.MinimumReports} reports of memory, about one a second, had {count}";

        public override void Observe(in Measurement measurement) => (measurement.Metric == Metric.LiveTensors ? _tensors : _memory).Add(measurement.Step, measurement.Value);

        public override void StepCompleted(long step)
        {
            long count = Math.Max(_tensors.Count, _memory.Count);
            if (count >= Math.Max(_next, options.MinimumReports))
            {
                // Looks get rarer as the run gets longer, so that many of them make no chance finding likely.
                _next = count + (count / 4);
                Judge();
            }
        }

        public override void Complete() => Judge();

        private void Judge()
        {
            Judge(_tensors, OfTensors, "median_live_tensors", options.MinimumTensors, ref _ofTensors);

            // Memory that tensors hold is told with them.
            if (_ofTensors is null)
            {
                Judge(_memory, "memory", "median_process_memory", options.MinimumMebibytes * Mebibyte, ref _ofMemory);
            }
        }

        private void Judge(ResourceDrift drift, string variant, string name, double least, ref Symptom? symptom)
        {
            if (drift.Count < options.MinimumReports || drift.Measure(options.MinimumCertainty) is not { } growth || growth.Late - growth.Early < least || growth.Late < options.MinimumGrowth * growth.Early)
            {
                return;
            }

            var evidence = new Evidence(name, null, growth.LastStep, growth.Late, options.MinimumGrowth * growth.Early, ">=");
            symptom ??= context.Open(new Symptom { Severity = Severity.Warning, Variant = variant, FirstStep = growth.FirstStep, Evidence = [evidence] });
            symptom.LastStep = growth.LastStep;
            symptom.Evidence[0] = evidence;
            symptom.Values["early"] = growth.Early;
            symptom.Values["late"] = growth.Late;
        }
    }
}

/// <summary>Thresholds of <see cref="GrowingMemory"/>.</summary>
public sealed class GrowingMemoryOptions
{
    /// <summary>Gets or sets how many times as much must be needed at the end as behind the warm-up.</summary>
    /// <value>The default is 1.3: a third more within a run, and growing; at least 1.</value>
    [Range(1.0, 1e6)]
    public double MinimumGrowth { get; set; } = 1.3;

    /// <summary>Gets or sets how many more tensors must be alive at the end.</summary>
    /// <value>The default is 1000: a few hundred come and go with batches and evaluations; at least 1.</value>
    [Range(1.0, 1e12)]
    public double MinimumTensors { get; set; } = 1000;

    /// <summary>Gets or sets by how many mebibytes the memory of the process must have grown.</summary>
    /// <value>The default is 256: below lies what runtimes and allocators keep for later; at least 1.</value>
    [Range(1.0, 1e12)]
    public double MinimumMebibytes { get; set; } = 256;

    /// <summary>Gets or sets how many standard deviations the trend must stand out.</summary>
    /// <value>The default is 4: chance alone does that in one of 30,000 looks; at least 1.</value>
    [Range(1.0, 100.0)]
    public double MinimumCertainty { get; set; } = 4;

    /// <summary>Gets or sets how many times memory must have been reported.</summary>
    /// <value>The default is 120: about two minutes, behind which caches are warm; at least 16.</value>
    [Range(16, int.MaxValue)]
    public int MinimumReports { get; set; } = 120;
}
