using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Operation;

/// <summary>TD8503: steps take longer and longer.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class SlowingSteps(SlowingStepsOptions options) : Rule<SlowingStepsOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD8503",
        Name = "slowing-steps",
        Category = RuleCategory.Operation,
        Severity = Severity.Warning,
        Summary = $"The steps of a run take longer and longer.",
        Explanation = $"The mean time of a step is noted about once a second. Without the first quarter of the run, the medians of the early, the middle and the last part must rise, must go on rising, and the trend must be sure (Mann-Kendall).",
        Why = $"Each step of a training does the same work. If it takes longer every time, something grows with the number of steps: a list, a graph, a log, or memory that nobody gives back.",
        Inputs = [Metric.StepTime, Metric.DataTime],
        RequiredInputs = [Metric.StepTime],
        Granularity = ScopeKind.Run,
        Causes = [Cause.GrowingWork, Cause.UndisposedTensors, Cause.SlowDataLoading],
        Remedies =
        [
            new($"Look for what grows with the number of steps.", $"Losses that are kept with their graph, lists of outputs, and tensors that nobody disposes of are the usual ones."),
            new($"Dispose of what a step makes when the step is over.", $"Allocation gets slower as memory fills."),
        ],
        Sources = ["PyTorch documentation: frequently asked questions", "Mohan et al. 2021, Analyzing and mitigating data stalls in DNN training, PVLDB 14, https://arxiv.org/abs/2007.06775"],
        Limitations = $"Sequences that get longer on purpose (a curriculum), and a machine that others begin to use as well, look the same.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        bool waits = symptom.Values["waiting"] > 0;
        var (early, late) = (symptom.Values["early"], symptom.Values["late"]);
        return new Diagnosis(
            $"Steps became {late / early:G2} times as slow",
            $"Around step {symptom.FirstStep} a step took {early:G3} s, around step {symptom.LastStep} {late:G3} s (medians of a part of the run each), and it still grew at the end.",
            waits ? [new(Cause.SlowDataLoading, 0.6), new(Cause.GrowingWork, 0.3)] : [new(Cause.GrowingWork, 0.6), new(Cause.UndisposedTensors, 0.3)],
            waits ? [ResourceRemedies.FindGrowth, ResourceRemedies.Dispose] : [ResourceRemedies.Detach, ResourceRemedies.Dispose]);
    }

    private sealed class Evaluator(SlowingStepsOptions options, RuleContext context) : RuleEvaluator
    {
        /// <summary>So much of the growth must lie between the steps for the data to be the cause.</summary>
        private const double MostOfIt = 0.7;

        private readonly ResourceDrift _steps = new();
        private readonly ResourceDrift _waiting = new();
        private Symptom? _symptom;
        private long _next;

        public override Text? WhyNotEvaluated => _steps.Count >= options.MinimumReports ? null : (Text)$"needs {options.MinimumReports} reports of the time of steps, about one a second, had {_steps.Count}";

        public override void Observe(in Measurement measurement) => (measurement.Metric == Metric.StepTime ? _steps : _waiting).Add(measurement.Step, measurement.Value);

        public override void StepCompleted(long step)
        {
            if (_steps.Count >= Math.Max(_next, options.MinimumReports))
            {
                _next = _steps.Count + (_steps.Count / 4);
                Judge();
            }
        }

        public override void Complete() => Judge();

        private void Judge()
        {
            if (_steps.Count < options.MinimumReports || _steps.Measure(options.MinimumCertainty) is not { } growth || growth.Late < options.MinimumGrowth * growth.Early)
            {
                return;
            }

            var evidence = new Evidence("median_step_time", null, growth.LastStep, growth.Late, options.MinimumGrowth * growth.Early, ">=");
            _symptom ??= context.Open(new Symptom { Severity = Severity.Warning, FirstStep = growth.FirstStep, Evidence = [evidence] });
            _symptom.LastStep = growth.LastStep;
            _symptom.Evidence[0] = evidence;
            _symptom.Values["early"] = growth.Early;
            _symptom.Values["late"] = growth.Late;
            _symptom.Values["waiting"] = _waiting.Measure(options.MinimumCertainty) is { } waiting && waiting.Late - waiting.Early >= MostOfIt * (growth.Late - growth.Early) ? 1 : 0;
        }
    }
}

/// <summary>Thresholds of <see cref="SlowingSteps"/>.</summary>
public sealed class SlowingStepsOptions
{
    /// <summary>Gets or sets how many times as long a step must take at the end as behind the warm-up.</summary>
    /// <value>The default is 1.5: machines vary by less from hour to hour; at least 1.</value>
    [Range(1.0, 1e6)]
    public double MinimumGrowth { get; set; } = 1.5;

    /// <summary>Gets or sets how many standard deviations the trend must stand out.</summary>
    /// <value>The default is 4: chance alone does that in one of 30,000 looks; at least 1.</value>
    [Range(1.0, 100.0)]
    public double MinimumCertainty { get; set; } = 4;

    /// <summary>Gets or sets how many times the time of steps must have been reported.</summary>
    /// <value>The default is 120: about two minutes, behind which caches are warm; at least 16.</value>
    [Range(16, int.MaxValue)]
    public int MinimumReports { get; set; } = 120;
}
