using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Activations;

/// <summary>TD3006: the scale of activations grows through depth or time.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ExplodingActivation(ExplodingActivationOptions options) : Rule<ExplodingActivationOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD3006",
        Name = "exploding-activation",
        Category = RuleCategory.Activations,
        Severity = Severity.Error,
        Summary = $"The scale of activations grows by orders of magnitude through depth or time.",
        Explanation = $"Depth: the largest standard deviation of any layer's output in the first steps is compared with the larger of the first layer's and 1. Time: each layer's standard deviation is "
            + $"compared with its own in the first steps, and counts while the loss is above where it began.",
        Why = $"Outputs that grow from layer to layer or step to step end beyond the range of the number type, and their gradients before that.",
        Inputs = [Metric.OutputStandardDeviation, Metric.CallOrder, Metric.Loss],
        RequiredInputs = [Metric.OutputStandardDeviation],
        Granularity = ScopeKind.Run,
        Causes = [Cause.PoorInitialization, Cause.MissingNormalization, Cause.TooDeepWithoutSkip, Cause.LearningRateTooHigh, Cause.UnscaledData],
        Remedies =
        [
            new($"Initialise by He or Xavier, so that every layer keeps the scale of its input.", $"Weights too large multiply the scale at every layer."),
            new($"Normalise between layers.", $"Normalisation sets the scale back at every layer."),
            new($"Lower the learning rate.", $"Growth in time follows steps that are too large."),
        ],
        Sources = [RemedySources.He, RemedySources.Glorot, "TheDeepChecker (TOSEM 2022): activation scale out of range"],
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
        var worst = symptom.Evidence[0];
        bool depth = symptom.Variant == "depth";
        bool unscaled = DataFacts.HasUnscaledInputs(facts);
        List<CauseLikelihood> causes = depth
            ? [new(Cause.PoorInitialization, 0.5), new(Cause.MissingNormalization, 0.3), new(Cause.TooDeepWithoutSkip, 0.15)]
            : unscaled ? [new(Cause.UnscaledData, 0.5), new(Cause.LearningRateTooHigh, 0.4)]
            : [new(Cause.LearningRateTooHigh, 0.7), new(Cause.MissingNormalization, 0.15), new(Cause.UnscaledData, 0.05)];
        List<Remedy> remedies = depth
            ? [GradientRemedies.Reinitialize(ModelFacts.HiddenPaths(facts)), ActivationRemedies.Normalize(ModelFacts.HiddenPaths(facts), "LayerNorm"), LearningRateRemedies.Lower(facts, 0.1)]
            : [LearningRateRemedies.Lower(facts, 0.1), LearningRateRemedies.Clip(facts), ActivationRemedies.Normalize(ModelFacts.HiddenPaths(facts), "LayerNorm")];
        return new Diagnosis(
            depth ? (Text)$"Activations grow through depth up to {worst.Layer}" : $"The activations of {worst.Layer} grow from step to step",
            depth
                ? (Text)$"In the first steps the outputs of {worst.Layer} had a standard deviation of {worst.Value:G3}; the limit is {worst.Limit:G3} for a model that begins at this scale."
                : $"{Quotation.Span(symptom, facts, Metric.OutputStandardDeviation)} the outputs of {worst.Layer} had a standard deviation of up to {worst.Value:G3} (limit {worst.Limit:G3}, from its first steps) while the loss was above where it began.",
            causes,
            remedies);
    }

    private sealed class Evaluator(ExplodingActivationOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly SymptomTracker _depth = new(context, 1, "depth");
        private readonly SymptomTracker _time = new(context, options.Patience, "time");
        private readonly PerScope<Layer> _layers = new();
        private long _steps;
        private bool _measured;
        private double _loss = double.NaN;
        private double _firstLoss = double.NaN;
        private double _scale = double.PositiveInfinity;
        private int _first = -1;
        private double _firstOrder = double.PositiveInfinity;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_steps, options.FirstSteps, Metric.OutputStandardDeviation);

        public override void Observe(in Measurement measurement)
        {
            switch (measurement.Metric)
            {
                case Metric.Loss:
                    if (measurement.Scope == ScopeTable.Run)
                    {
                        _loss = measurement.Value;
                        _firstLoss = double.IsNaN(_firstLoss) ? measurement.Value : _firstLoss;
                    }

                    break;
                case Metric.CallOrder:
                    if (measurement.Value < _firstOrder)
                    {
                        _firstOrder = measurement.Value;
                        _first = measurement.Scope;
                    }

                    break;
                default:
                    _measured = true;
                    ref var layer = ref _layers[measurement.Scope];
                    layer.Now = measurement.Value;
                    layer.Step = measurement.Step;
                    if (_steps < options.FirstSteps && double.IsFinite(measurement.Value))
                    {
                        (layer.Start, layer.StartStep) = measurement.Value > layer.Start ? (measurement.Value, measurement.Step) : (layer.Start, layer.StartStep);
                    }

                    break;
            }
        }

        public override void StepCompleted(long step)
        {
            if (!_measured)
            {
                return;
            }

            _measured = false;
            if (++_steps == options.FirstSteps)
            {
                JudgeDepth(step);
            }
            else if (_steps > options.FirstSteps)
            {
                JudgeTime(step);
            }
        }

        public override void Complete()
        {
            if (_steps < options.FirstSteps && _steps > 0 && !double.IsFinite(context.Facts.Of(Metric.Loss)?.Last ?? 0))
            {
                JudgeDepth(context.Facts.LastStep);
            }

            var progress = LossProgress.Of(context.Facts);
            if (progress.IsWorse)
            {
                _time.Raise(Severity.Error, 0.95);
            }

            if (progress.IsBad)
            {
                _depth.Raise(Severity.Error, 0.95);
            }
        }

        private void JudgeDepth(long step)
        {
            if (_first < 0 || _layers[_first].Start <= 0)
            {
                return;
            }

            _scale = Math.Max(_layers[_first].Start, 1);
            int worst = -1;
            for (int scope = 0; scope < _layers.Length; scope++)
            {
                if (_layers[scope].Start > (worst < 0 ? options.DepthFactor * _scale : _layers[worst].Start))
                {
                    worst = scope;
                }
            }

            if (worst >= 0)
            {
                _depth.Observe(_layers[worst].StartStep, true, new Reading(Metric.OutputStandardDeviation, _layers[worst].Start, options.DepthFactor * _scale, ">", context.Facts.Scopes[worst].Name));
            }
        }

        private void JudgeTime(long step)
        {
            bool isWorse = !double.IsFinite(_loss) ? !double.IsNaN(_firstLoss) : _loss > _firstLoss;
            int worst = -1;
            double worstRatio = 0;
            for (int scope = 0; scope < _layers.Length; scope++)
            {
                ref var layer = ref _layers[scope];
                double ratio = layer.Start > 0 && layer.Step == step ? layer.Now / layer.Start : 0;
                if (ratio > worstRatio)
                {
                    (worst, worstRatio) = (scope, ratio);
                }
            }

            if (worst >= 0)
            {
                double limit = options.TimeFactor * _layers[worst].Start;
                _time.Observe(step, isWorse && worstRatio > options.TimeFactor, new Reading(Metric.OutputStandardDeviation, _layers[worst].Now, limit, ">", context.Facts.Scopes[worst].Name));
            }
        }

        private struct Layer
        {
            public double Start;
            public long StartStep;
            public double Now;
            public long Step;
        }
    }
}

/// <summary>Thresholds of <see cref="ExplodingActivation"/>.</summary>
public sealed class ExplodingActivationOptions
{
    /// <summary>Gets or sets how many times the scale of the first layer (at least 1) an output may have in the first steps.</summary>
    /// <value>The default is 1,000: a factor of two at each of ten layers, where initialisation by He or Xavier keeps a factor of one; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double DepthFactor { get; set; } = 1000;

    /// <summary>Gets or sets how many times its own scale in the first steps an output may reach while the loss is above where it began.</summary>
    /// <value>The default is 100; at least 1.</value>
    [Range(1.0, double.MaxValue)]
    public double TimeFactor { get; set; } = 100;

    /// <summary>Gets or sets the number of measured steps at the start that scales are taken from.</summary>
    /// <value>The default is 3; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int FirstSteps { get; set; } = 3;

    /// <summary>Gets or sets how many measurements in a row must exceed the limit in time.</summary>
    /// <value>The default is 5; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int Patience { get; set; } = 5;
}
