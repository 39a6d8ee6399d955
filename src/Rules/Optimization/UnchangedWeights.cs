using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Knowledge;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Optimization;

/// <summary>TD5003: a parameter that should train does not move.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class UnchangedWeights(UnchangedWeightsOptions options) : Rule<UnchangedWeightsOptions>(options)
{
    private const double LittleProgress = 0.1;

    /// <summary>The variant of a symptom whose weights are zero and keep each other so.</summary>
    private const string Zeros = "zeros";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD5003",
        Name = "unchanged-weights",
        Category = RuleCategory.Optimization,
        Severity = Severity.Error,
        Summary = $"A trainable parameter does not move.",
        Explanation = $"A weight whose change is exactly zero in every measured step is reported. When none moves although gradients come, the optimizer holds others, which is an error. A model whose "
            + $"parameters are nearly all frozen is reported when its loss gets nowhere. So are two and more matrices of one layer that are zero and get a gradient of zero in every measured step.",
        Why = $"What does not move was not trained, whatever the loss does.",
        Inputs = [Metric.UpdateRatio, Metric.GradientNorm],
        RequiredInputs = [Metric.UpdateRatio],
        Granularity = ScopeKind.Run,
        Causes = [Cause.WrongOptimizerParameters, Cause.FrozenParameters, Cause.DetachedGraph, Cause.LearningRateTooLow, Cause.DyingRelu, Cause.InsufficientPrecision, Cause.PoorInitialization],
        Remedies =
        [
            new($"Give the optimizer all parameters of the model.", $"An optimizer moves only the parameters that it was made with."),
            new($"Call optimizer.step() after the backward pass.", $"Gradients alone move nothing."),
            new($"Unfreeze parameters that should train.", $"Without requires_grad there is no gradient."),
        ],
        Sources = ["SageMaker Debugger: UnchangedTensor", "TrainCheck (OSDI 2025): PyTorch forum 84911", "TorchSharp issue 1481"],
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
        string names = ModelFacts.Names(symptom.Layers);
        if (symptom.Variant == "frozen")
        {
            return new Diagnosis(
                $"{symptom.Evidence[0].Value:P0} of the parameters are frozen",
                $"{symptom.Evidence[0].Value:P0} of the model's parameters have requires_grad off (limit {symptom.Evidence[0].Limit:P0}), {names} among them, and the loss gets nowhere.",
                [new(Cause.FrozenParameters, 0.9)],
                [OptimizationRemedies.Unfreeze(symptom.Layers)]);
        }

        if (symptom.Variant == Zeros)
        {
            return new Diagnosis(
                $"{names} are zero and stay so",
                $"In {symptom.Evidence[0].Value:N0} measured steps {names} were zero, and so were their gradients: each one's gradient is a multiple of the other, so that neither ever leaves zero.",
                [new(Cause.PoorInitialization, 0.95)],
                [
                    new Remedy
                    {
                        Title = $"Initialise one of each pair at random",
                        Actions = [new RemedyAction { Kind = RemedyActionKind.Reinitialize, Layers = symptom.Layers, Scheme = "he" }],
                        Rationale = $"A low-rank adapter begins as nothing where one of its two matrices is zero; with both it ends as nothing.",
                        Caveat = $"Only one of the two: with both at random a model that was trained before is thrown off at once.",
                        Code = "nn.init.kaiming_uniform_(down); nn.init.zeros_(up);",
                        Sources = ["Hu et al. 2021, LoRA: low-rank adaptation of large language models, section 4.1"],
                    },
                ]);
        }

        bool zeroRate = facts.Of(Metric.LearningRate) is { Maximum: <= 0 };
        bool hasGradient = symptom.Layers.Any(layer => facts.Of(Metric.GradientNorm, layer) is { Maximum: > 0 });
        bool isHeld = symptom.Layers.All(layer => facts.Run.Model?.FindParameter(layer)?.IsInOptimizer == true);
        string? coarse = hasGradient && isHeld ? UpdateObstacles.CoarseTypeOf(symptom.Layers.Select(layer => facts.Run.Model?.FindParameter(layer)).OfType<ParameterDescription>()) : null;
        List<CauseLikelihood> causes = (zeroRate, hasGradient) switch
        {
            (false, true) when coarse is not null => [new(Cause.InsufficientPrecision, 0.8), new(Cause.LearningRateTooLow, 0.15)],
            (true, _) => [new(Cause.LearningRateTooLow, 0.9)],
            (_, true) => [new(Cause.WrongOptimizerParameters, 0.8), new(Cause.LearningRateTooLow, 0.15)],
            _ => [new(Cause.DetachedGraph, 0.45), new(Cause.DyingRelu, 0.25), new(Cause.WrongOptimizerParameters, 0.15), new(Cause.FrozenParameters, 0.1)],
        };
        List<Remedy> remedies = zeroRate ? [OptimizationRemedies.RepairSchedule(0.001)]
            : coarse is not null ? [UpdateObstacles.KeepFullWeights(coarse), LearningRateRemedies.Raise(facts, 10)]
            : hasGradient && isHeld ? [OptimizationRemedies.StepOptimizer(), LearningRateRemedies.Raise(facts, 10)]
            : hasGradient ? [OptimizationRemedies.GiveToOptimizer(symptom.Layers), LearningRateRemedies.Raise(facts, 10)]
            : [GradientRemedies.Reattach(symptom.Layers), OptimizationRemedies.GiveToOptimizer(symptom.Layers)];
        return new Diagnosis(
            $"{names} did not move",
            $"In {symptom.Evidence[0].Value:N0} measured steps the change of {names} was exactly zero.",
            causes,
            remedies);
    }

    private sealed class Evaluator(UnchangedWeightsOptions options, RuleContext context) : RuleEvaluator
    {
        private readonly WeightOrder _weights = new(context);
        private readonly PerScope<Movement> _movements = new();
        private long _most;

        public override Text? WhyNotEvaluated => NotEvaluated.Unless(_most, options.MinimumSteps, Metric.UpdateRatio);

        public override void Observe(in Measurement measurement)
        {
            if (!_weights.IsWeight(measurement.Scope))
            {
                return;
            }

            ref var movement = ref _movements[measurement.Scope];
            if (measurement.Metric == Metric.UpdateRatio)
            {
                _most = Math.Max(_most, ++movement.Samples);
                movement.Moves += measurement.Value != 0 ? 1 : 0;
                if (movement.Moves == 0 && movement.Samples < options.MinimumSteps)
                {
                    context.Doubt();
                }
            }
            else
            {
                movement.HasGradient |= measurement.Value > 0;
            }
        }

        public override void Complete()
        {
            ReportFrozen();
            ReportZeros();
            var still = new List<string>();
            int judged = 0;
            bool gradient = false;
            foreach (int scope in _weights.Scopes)
            {
                var movement = _movements[scope];
                if (movement.Samples < options.MinimumSteps)
                {
                    continue;
                }

                judged++;
                if (movement.Moves == 0)
                {
                    still.Add(_weights.NameOf(scope));
                    gradient |= movement.HasGradient;
                }
            }

            if (still.Count == 0)
            {
                return;
            }

            bool none = still.Count == judged && gradient;
            context.Open(new Symptom
            {
                Severity = none ? Severity.Error : Severity.Warning,
                Confidence = 0.97,
                Layers = still,
                FirstStep = context.Facts.FirstStep,
                LastStep = context.Facts.LastStep,
                Evidence = [new Evidence("steps_without_change", still[0], context.Facts.LastStep, _most, options.MinimumSteps, ">=")],
            });
        }

        private void ReportFrozen()
        {
            if (context.Run.Model is not { ParameterCount: > 0 } model || context.Facts.StepCount < options.MinimumSteps || !GetsNowhere())
            {
                return;
            }

            var frozen = model.Parameters.Where(parameter => !parameter.IsTrainable).ToList();
            double share = (double)frozen.Sum(parameter => parameter.Count) / model.ParameterCount;
            if (share > options.MaximumFrozen)
            {
                context.Open(new Symptom
                {
                    Severity = Severity.Warning,
                    Variant = "frozen",
                    Layers = [.. frozen.Select(parameter => parameter.Name)],
                    FirstStep = context.Facts.FirstStep,
                    LastStep = context.Facts.LastStep,
                    Evidence = [new Evidence("frozen_fraction", frozen[0].Name, null, share, options.MaximumFrozen, ">")],
                });
            }
        }

        /// <summary>Products of two zeros: neither gets a gradient while the other is zero.</summary>
        private void ReportZeros()
        {
            var zeros = (context.Run.Model?.Parameters ?? [])
                .Where(parameter => parameter is { IsTrainable: true, IsInOptimizer: not false, Shape.Count: >= 2 } && IsZero(Metric.WeightNorm, parameter.Name) && IsZero(Metric.GradientNorm, parameter.Name))
                .GroupBy(parameter => parameter.LayerPath).Where(layer => layer.Count() >= 2).SelectMany(layer => layer).Select(parameter => parameter.Name).ToList();
            if (zeros.Count > 0)
            {
                context.Open(new Symptom
                {
                    Severity = GetsNowhere() ? Severity.Error : Severity.Warning,
                    Confidence = 0.97,
                    Variant = Zeros,
                    Layers = zeros,
                    FirstStep = context.Facts.FirstStep,
                    LastStep = context.Facts.LastStep,
                    Evidence = [new Evidence("steps_at_zero", zeros[0], context.Facts.LastStep, context.Facts.Of(Metric.WeightNorm, zeros[0])!.Value.Count, options.MinimumSteps, ">=")],
                });
            }
        }

        private bool IsZero(Metric metric, string parameter) => context.Facts.Of(metric, parameter) is { Maximum: 0, NonFiniteCount: 0, Count: var count } && count >= options.MinimumSteps;

        /// <summary>The loss falls by little, or ends no better than that of a network that ignores its inputs.</summary>
        private bool GetsNowhere() => LossProgress.Of(context.Facts) is { IsKnown: true, Fell: < LittleProgress }
            || (LossBaseline.Of(context.Facts) is { } baseline && context.Facts.Of(Metric.Loss) is { } loss && loss.Recent >= 0.98 * baseline);

        private struct Movement
        {
            public long Samples;
            public long Moves;
            public bool HasGradient;
        }
    }
}

/// <summary>Thresholds of <see cref="UnchangedWeights"/>.</summary>
public sealed class UnchangedWeightsOptions
{
    /// <summary>Gets or sets how many measured steps a weight may stand still.</summary>
    /// <value>The default is 20; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int MinimumSteps { get; set; } = 20;

    /// <summary>Gets or sets the share of the parameters that may be frozen while the loss gets nowhere.</summary>
    /// <value>The default is 0.8: a new head on a frozen body trains, and then the loss falls; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double MaximumFrozen { get; set; } = 0.8;
}
