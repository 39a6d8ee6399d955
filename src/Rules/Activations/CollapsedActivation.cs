using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Activations;

/// <summary>TD3004: outputs are (nearly) the same for every sample.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class CollapsedActivation(CollapsedActivationOptions options) : Rule<CollapsedActivationOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD3004",
        Name = "collapsed-activation",
        Category = RuleCategory.Activations,
        Severity = Severity.Error,
        Summary = $"The outputs are (nearly) the same for every sample.",
        Explanation = $"The spread of each unit across the samples of a batch is compared with the spread of the whole output, and for a single unit with its magnitude. The rule fires when it stays "
            + $"near zero for long after the start, and soon when the output is constant to the last digit, as softmax over one unit is. In hidden layers it is info. Samples that are alike themselves are answered alike.",
        Why = $"A model that answers every sample alike has learnt nothing about its inputs.",
        Inputs = [Metric.BatchVariation, Metric.OutputStandardDeviation, Metric.OutputAbsoluteMaximum],
        RequiredInputs = [Metric.BatchVariation],
        Granularity = ScopeKind.Layer,
        Causes = [Cause.WrongOutputActivation, Cause.DyingRelu, Cause.SaturatingActivation, Cause.UnscaledData, Cause.LearningRateTooHigh, Cause.PoorInitialization, Cause.UnderCapacity, Cause.NumericOverflow],
        Remedies =
        [
            new($"Use an output that fits the task: no softmax over one unit, no softmax over the batch.", $"Softmax over a single unit is 1 whatever goes in."),
            new($"Lower the learning rate and look for dead or saturated layers before.", $"What no layer passes on cannot reach the output."),
        ],
        Sources = ["DeepLocalize (ICSE 2021): constant outputs", "TheDeepChecker (TOSEM 2022): outputs constant over periods"],
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
        var worst = symptom.Evidence.MinBy(evidence => evidence.Value)!;
        var last = facts.Run.Model?.Leaves.LastOrDefault();
        bool softmax = last?.Activation is ActivationKind.Softmax or ActivationKind.LogSoftmax;
        bool dead = facts.All(Metric.DeadFraction).Any(item => item.Summary.Maximum > 0.8);
        bool longSteps = facts.Of(Metric.GlobalUpdateRatio) is { Maximum: > 0.3 };
        List<CauseLikelihood> causes = (softmax, dead, longSteps) switch
        {
            (true, _, _) => [new(Cause.WrongOutputActivation, 0.7), new(Cause.DyingRelu, dead ? 0.2 : 0.05), new(Cause.LearningRateTooHigh, 0.1)],
            (_, true, _) => [new(Cause.DyingRelu, 0.6), new(Cause.LearningRateTooHigh, 0.25), new(Cause.PoorInitialization, 0.1)],
            (_, _, true) => [new(Cause.LearningRateTooHigh, 0.6), new(Cause.SaturatingActivation, 0.15), new(Cause.UnscaledData, 0.1)],
            _ => [new(Cause.SaturatingActivation, 0.3), new(Cause.PoorInitialization, 0.25), new(Cause.UnderCapacity, 0.2), new(Cause.WrongOutputActivation, 0.15)],
        };
        var remedies = new List<Remedy>();
        if (causes[0].Cause == Cause.WrongOutputActivation)
        {
            remedies.Add(FitOutput(facts.Run.Task));
        }

        if (dead && ModelFacts.Rectified(facts) is { Count: > 0 } rectified)
        {
            remedies.Add(ActivationRemedies.LeakyRelu([.. rectified.Select(layer => layer.Path)]));
        }

        remedies.Add(LearningRateRemedies.Lower(facts, 0.1));
        remedies.Add(ActivationRemedies.Normalize(ModelFacts.HiddenPaths(facts), "LayerNorm"));
        return new Diagnosis(
            $"{worst.Layer} gives every sample the same answer",
            worst.Value == 0
                ? (Text)$"{Quotation.Span(symptom, facts, Metric.BatchVariation)} the outputs of {worst.Layer} did not differ between the samples of a batch, or by less than {worst.Limit:G2} of their size; at step {worst.Step} not at all."
                : $"{Quotation.Span(symptom, facts, Metric.BatchVariation)} the outputs of {worst.Layer} hardly differed between the samples of a batch: by {worst.Value:G2} of their size at step {worst.Step} (limit {worst.Limit:G2}).",
            causes,
            CauseAnswers.First(causes[0].Cause, remedies));
    }

    private static Remedy FitOutput(TrainingTask? task) => new()
    {
        Title = task is TrainingTask.Regression ? (Text)$"End the network without an activation" : $"End the network in raw logits, and choose the loss that takes them",
        Actions =
        [
            new RemedyAction
            {
                Kind = RemedyActionKind.ChangeOutputActivation,
                To = task is TrainingTask.BinaryClassification or TrainingTask.MultilabelClassification ? "Sigmoid" : "Identity",
            },
        ],
        Rationale = $"Softmax over one unit is always 1: its gradient is zero and nothing can be learnt. One unit wants a sigmoid (two classes) or nothing (regression).",
        Caveat = $"BCEWithLogitsLoss and CrossEntropyLoss have the output function inside; BCELoss wants a sigmoid before it.",
        Code = "var model = nn.Sequential(body, nn.Linear(features, 1)); // and nn.BCEWithLogitsLoss() for two classes",
        Sources = ["活性化関数 (activation functions explained), romptn ai, in Japanese: output activations by task", "DeepLocalize: Stack Overflow 34311586, 45442843"],
    };

    private sealed class Evaluator(CollapsedActivationOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _tracker = new(context, options.Patience) { Opening = Severity.Info };
        private int _constant;
        private long _step = -1;
        private double _variation = double.NaN;
        private double _deviation = double.NaN;
        private double _magnitude = double.NaN;

        public override Text? WhyNotEvaluated => _tracker.WhyNotEvaluated(options.ConstantPatience, Metric.BatchVariation);

        public override void Observe(in Measurement measurement)
        {
            if (measurement.Step != _step)
            {
                Judge();
                _step = measurement.Step;
            }

            switch (measurement.Metric)
            {
                case Metric.BatchVariation:
                    _variation = measurement.Value;
                    break;
                case Metric.OutputStandardDeviation:
                    _deviation = measurement.Value;
                    break;
                default:
                    _magnitude = measurement.Value;
                    break;
            }
        }

        public override void Complete()
        {
            Judge();
            if (_tracker.Symptom is not { RecoveredAt: null } || !IsOutput())
            {
                return;
            }

            var progress = LossProgress.Of(context.Facts);
            if (!progress.IsGood)
            {
                _tracker.Raise(Severity.Warning);
            }

            if (progress.IsBad && _constant >= options.ConstantPatience)
            {
                _tracker.Raise(Severity.Error, 0.97);
            }
        }

        private void Judge()
        {
            if (!double.IsNaN(_variation))
            {
                // A single unit spreads as the whole output does, so that only its magnitude tells.
                double spread = _deviation >= 0 && _magnitude > 0 ? Math.Min(_variation, _deviation / _magnitude) : _variation;
                var reading = new Reading(Metric.BatchVariation, spread, options.MinimumVariation, "<", Name: spread < _variation ? "output_deviation_over_magnitude" : null);
                bool isOwn = !AreInputsAlike();
                _constant = _variation == 0 && isOwn ? _constant + 1 : 0;
                _tracker.Observe(_step, spread < options.MinimumVariation && isOwn, reading);
                if (_constant == options.ConstantPatience && IsOutput())
                {
                    _tracker.Extend(_step, reading);
                    _tracker.Raise(Severity.Warning);
                }
            }

            (_variation, _deviation, _magnitude) = (double.NaN, double.NaN, double.NaN);
        }

        /// <summary>Samples that were alike from the first step on are answered alike, and rightly.</summary>
        private bool AreInputsAlike() => context.Facts.Of(Metric.InputConstantFraction) is { Minimum: >= 1 };

        private bool IsOutput() => context.Run.Model is null || ModelFacts.IsOutput(context.Run, context.Scope.Name);
    }
}

/// <summary>Thresholds of <see cref="CollapsedActivation"/>.</summary>
public sealed class CollapsedActivationOptions
{
    /// <summary>Gets or sets the spread across samples, relative to the output's size, below which outputs count as the same.</summary>
    /// <value>The default is 1e-3: fresh networks of usual depth have above 1e-2; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MinimumVariation { get; set; } = 1e-3;

    /// <summary>Gets or sets how many measurements in a row must lie below it.</summary>
    /// <value>The default is 50, after which networks that start from small weights have left their start; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 50;

    /// <summary>Gets or sets how many measurements in a row an output must be constant to the last digit.</summary>
    /// <value>The default is 10: an output layer that starts at zero leaves it at the first step; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int ConstantPatience { get; set; } = 10;
}
