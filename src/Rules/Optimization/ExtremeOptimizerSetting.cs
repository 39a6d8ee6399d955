using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5010: a setting of the optimizer, not the learning rate, decides how long steps are: a momentum next to 1, or an epsilon above the gradients.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ExtremeOptimizerSetting(ExtremeOptimizerSettingOptions options) : Rule<ExtremeOptimizerSettingOptions>(options)
{
    private const string Momentum = "momentum";
    private const string Epsilon = "epsilon";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5010",
        Name = "extreme-optimizer-setting",
        Category = RuleCategory.Optimization,
        Severity = Severity.Warning,
        Summary = $"Momentum or epsilon, not the learning rate, decides how long steps are.",
        Explanation = $"With a momentum of m a steady gradient moves the weights by 1 / (1 - m) times the learning rate, and for that many steps after it has turned: above 0.995 that is more than 200 times. Adam and its kin divide gradients by their own size plus epsilon: where epsilon is many times the size of the gradients, "
            + $"steps are that many times shorter than the learning rate says. Either is a warning where the loss has not come down by half, and a hint where it has.",
        Why = $"A learning rate that is right for usual settings is a hundred times too high, or too low, with these.",
        Inputs = [Metric.GlobalGradientNorm],
        RequiredInputs = [Metric.GlobalGradientNorm],
        Granularity = ScopeKind.Run,
        Causes = [Cause.OptimizerMismatch, Cause.LearningRateTooHigh, Cause.LearningRateTooLow],
        Remedies =
        [
            new($"Set momentum to 0.9.", $"Steps then reach ten times the rate at most."),
            new($"Set epsilon to 1e-8.", $"It is there to keep a division by zero away, not to shorten steps."),
        ],
        Sources = ["Kingma and Ba 2015, Adam", "Sutskever et al. 2013, On the importance of initialization and momentum in deep learning, ICML"],
        Limitations = $"Gradients are taken at their root mean square over all weights; layers whose gradients are far smaller or larger are not looked at one by one.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(Options, context);

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var evidence = symptom.Evidence[0];
        string type = facts.Run.Optimizer?.TypeName ?? "Adam";
        return symptom.Variant == Momentum
            ? new Diagnosis(
                $"A momentum of {evidence.Value:G5} makes steps {symptom.Values["factor"]:N0} times the learning rate",
                $"With a momentum of {evidence.Value:G5} a steady gradient moves the weights by {symptom.Values["factor"]:N0} times the learning rate, and goes on to do so for as many steps after it has turned (usual is 0.9, ten times).",
                [new(Cause.OptimizerMismatch, 0.8), new(Cause.LearningRateTooHigh, 0.15)],
                [
                    new Remedy
                    {
                        Title = $"Set the momentum to 0.9",
                        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = type }],
                        Rationale = $"Steps then reach ten times the learning rate at most, and turn when the gradient does.",
                        Caveat = $"The learning rate may be raised where it had been lowered for the momentum's sake.",
                        Code = "var optimizer = optim.SGD(model.parameters(), rate, momentum: 0.9);",
                        Sources = ["Sutskever et al. 2013, On the importance of initialization and momentum in deep learning, ICML"],
                    },
                ])
            : new Diagnosis(
                $"Epsilon makes steps {symptom.Values["factor"]:G2} times shorter than the learning rate says",
                $"The optimizer divides gradients by their own size plus an epsilon of {symptom.Values["epsilon"]:G3}, and their size was {evidence.Value:G2} (root mean square of all weights' gradients, mean of {symptom.Values["count"]:N0} steps): steps are {symptom.Values["factor"]:G2} times shorter than the learning rate says.",
                [new(Cause.OptimizerMismatch, 0.8), new(Cause.LearningRateTooLow, 0.15)],
                [
                    new Remedy
                    {
                        Title = $"Set epsilon to 1e-8",
                        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = type }],
                        Rationale = $"Epsilon is there to keep a division by zero away. Where it is larger than the gradients, the optimizer no longer adapts its steps to them.",
                        Caveat = $"Lower the learning rate to 0.001 where it had been raised against the epsilon.",
                        Code = "var optimizer = optim.Adam(model.parameters(), 0.001, eps: 1e-8);",
                        Sources = ["Kingma and Ba 2015, Adam"],
                    },
                ]);
    }

    private sealed class Evaluator(ExtremeOptimizerSettingOptions options, RuleContext context) : RuleEvaluator
    {
        private long _samples;
        private double _sum;
        private long _firstStep;
        private long _lastStep;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_samples, options.MinimumSamples, Metric.GlobalGradientNorm);

        public override void Observe(in Measurement measurement)
        {
            if (double.IsFinite(measurement.Value))
            {
                _firstStep = _samples == 0 ? measurement.Step : _firstStep;
                _lastStep = measurement.Step;
                _samples++;
                _sum += measurement.Value;
            }
        }

        public override void Complete()
        {
            if (_samples < options.MinimumSamples || context.Run.Optimizer is not { } optimizer)
            {
                return;
            }

            if (optimizer.Momentum is { } momentum && momentum >= options.MaximumMomentum && momentum < 1)
            {
                Open(Momentum, new Evidence(Momentum, null, _firstStep, momentum, options.MaximumMomentum, ">="), 1 / (1 - momentum));
            }

            long weights = context.Run.Model?.Parameters.Where(parameter => parameter.IsTrainable).Sum(parameter => parameter.Count) ?? 0;
            double size = _sum / _samples / Math.Sqrt(weights);
            if (optimizer.Epsilon is { } epsilon && size > 0 && double.IsFinite(size) && epsilon > options.MaximumEpsilon * size)
            {
                var symptom = Open(Epsilon, new Evidence("gradient_size", null, _lastStep, size, epsilon / options.MaximumEpsilon, "<") { MeanOf = _samples, FromStep = _firstStep }, 1 + (epsilon / size));
                (symptom.Values[Epsilon], symptom.Values["count"]) = (epsilon, _samples);
            }
        }

        private Symptom Open(string variant, Evidence evidence, double factor) => context.Open(new Symptom
        {
            Severity = LossProgress.Of(context.Facts) is { IsKnown: true, IsGood: false } ? Severity.Warning : Severity.Info,
            Confidence = 0.85,
            Variant = variant,
            FirstStep = _firstStep,
            LastStep = _lastStep,
            Evidence = [evidence],
            Values = { ["factor"] = factor },
        });
    }
}

/// <summary>Thresholds of <see cref="ExtremeOptimizerSetting"/>.</summary>
public sealed class ExtremeOptimizerSettingOptions
{
    /// <summary>Gets or sets the momentum at and above which it is extreme.</summary>
    /// <value>The default is 0.995: steps of two hundred times the learning rate; 0.99 is in use. Bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumMomentum { get; set; } = 0.995;

    /// <summary>Gets or sets how many times the size of the gradients epsilon may be.</summary>
    /// <value>The default is 10: some networks are trained with an epsilon as large as their gradients; above 0.</value>
    [Range(0.0, double.MaxValue)]
    public double MaximumEpsilon { get; set; } = 10;

    /// <summary>Gets or sets how many gradients it takes to judge.</summary>
    /// <value>The default is 10; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;
}
