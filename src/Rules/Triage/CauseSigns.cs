using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Triage;

/// <summary>What was measured for and against each cause, whatever the symptom.</summary>
internal static class CauseSigns
{
    /// <summary>A step that moves weights by more than this share of their norm undoes what it learnt; a thousandth is usual (Karpathy, CS231n).</summary>
    private const double LargeUpdate = 0.05;
    private const double UsualUpdate = 0.003;
    private const double SmallUpdate = 1e-4;
    private const double LargeInput = 20;
    private const double TinyInput = 0.02;
    private const double UnevenFeatures = 100;
    private const double Majority = 0.8;
    private const double DeadUnits = 0.5;
    private const double LivingUnits = 0.1;
    private const double SameDirection = 0.9;
    private const double OtherDirection = 0.5;
    private const double UnknownClasses = 0.005;
    private const double LaggingWeights = 0.35;
    private const double FollowingWeights = 0.8;
    private const double OtherInputs = 0.5;
    private const double SameInputs = 0.2;
    private const double KnownRows = 0.95;
    private const double NewRows = 0.05;
    private const double SmallBatch = 4;
    private const double UsualBatch = 16;
    private const double LargeBatch = 256;

    /// <summary>Symptoms that the values of a step show before its update.</summary>
    private static readonly HashSet<string> BeforeUpdate = ["non-finite-loss", "non-finite-gradient", "non-finite-activation", "exploding-activation", "exploding-gradient", "vanishing-gradient"];

    /// <summary>Gathers the signs of a cause.</summary>
    /// <param name="cause">The cause.</param>
    /// <param name="symptom">The symptom that it may be behind.</param>
    /// <param name="rule">The rule that tells of the symptom.</param>
    /// <param name="facts">The run.</param>
    /// <returns>What speaks for it and what against it, each at most twice; nothing where nothing was measured that tells.</returns>
    public static IEnumerable<CauseEvidence> Of(Cause cause, Symptom symptom, RuleDescriptor rule, RunFacts facts) => cause switch
    {
        Cause.LearningRateTooHigh => Impossible(symptom, rule, facts).Concat(LongSteps(symptom, facts)),
        Cause.LearningRateTooLow => Impossible(symptom, rule, facts).Concat(Below(facts.Of(Metric.GlobalUpdateRatio), Metric.GlobalUpdateRatio, SmallUpdate, UsualUpdate)),
        Cause.DyingRelu => Most(facts, Metric.DeadFraction, DeadUnits, LivingUnits),
        Cause.SaturatingActivation when rule.Name == "vanishing-gradient" && Bounded(facts) is > 0 and var bounded => [Count("bounded_activations", bounded)],
        Cause.SaturatingActivation => Most(facts, Metric.SaturatedFraction, DeadUnits, LivingUnits),
        Cause.UnscaledData => Scales(facts),
        Cause.ClassImbalance => Above(facts.Of(Metric.TargetMajorityFraction), Metric.TargetMajorityFraction, Majority, 1.5 / Math.Max(2, facts.Of(Metric.TargetClassCount)?.Last ?? 2)),
        Cause.MissingZeroGrad => Above(LargestCosine(facts), Metric.GradientCosine, SameDirection, OtherDirection),
        Cause.LabelError => Labels(facts),
        Cause.DetachedGraph => Gradients(facts),
        Cause.FrozenParameters => facts.Run.Model is { Parameters.Count: > 0 } model ? [Count("frozen_parameters", model.Parameters.Count(parameter => !parameter.IsTrainable))] : [],
        Cause.WrongOptimizerParameters => Held(facts),
        Cause.ExcessiveRegularization => Regularization(facts),
        Cause.BatchTooSmall => Below(facts.Of(Metric.BatchSize), Metric.BatchSize, SmallBatch, UsualBatch),
        Cause.BatchTooLarge => facts.Of(Metric.BatchSize) is { Last: < LargeBatch } batch ? [Against(Metric.BatchSize, batch.LastStep, batch.Last, LargeBatch, "<")] : [],
        Cause.EvaluationMode => Modes(facts),
        Cause.DataLeak => Above(facts.Of(Metric.ValidationOverlap), Metric.ValidationOverlap, KnownRows, NewRows),
        Cause.MismatchedPreprocessing => Above(facts.Of(Metric.ValidationInputShift), Metric.ValidationInputShift, OtherInputs, SameInputs),
        Cause.MismatchedClasses => Above(facts.Of(Metric.ValidationUnknownClassFraction), Metric.ValidationUnknownClassFraction, UnknownClasses, 0),
        Cause.StaleWeights when facts.Of(Metric.EvaluatedWeightProgress) is not null => Below(facts.Of(Metric.EvaluatedWeightProgress), Metric.EvaluatedWeightProgress, LaggingWeights, FollowingWeights),
        Cause.StaleWeights => facts.Of(Metric.ValidationPassCount) is { } passes
            ? [passes.Maximum == 0 ? For(Metric.ValidationPassCount, passes.LastStep, 0, 0, "<=") : Against(Metric.ValidationPassCount, passes.MaximumStep, passes.Maximum, 0, ">")]
            : [],
        Cause.MissingNormalization => facts.Run.Model?.Layers.Count(layer => layer.Kind is LayerKind.BatchNormalization or LayerKind.Normalization) is { } count
            ? [new CauseEvidence(new Evidence("normalization_layers", null, null, count, 0, count > 0 ? ">" : "<="), count == 0)]
            : [],
        _ => [],
    };

    /// <summary>At step 0 no rate has had an effect, and where the gradient is exactly zero or no target counts, none can have.</summary>
    private static IEnumerable<CauseEvidence> Impossible(Symptom symptom, RuleDescriptor rule, RunFacts facts)
    {
        if (symptom.FirstStep == 0 && facts.Run.Log is null && BeforeUpdate.Contains(rule.Name))
        {
            yield return new CauseEvidence(new Evidence("steps_taken_before", null, null, 0, 0, "<="), false) { IsDecisive = true };
        }

        if (facts.Of(Metric.GlobalGradientNorm) is { Count: > 0, Maximum: 0, NonFiniteCount: 0 } gradient)
        {
            yield return Against(Metric.GlobalGradientNorm, gradient.LastStep, 0, 0, "<=") with { IsDecisive = true };
        }

        if (facts.Of(Metric.TargetIgnoredFraction) is { Minimum: >= 1 } ignored)
        {
            yield return Against(Metric.TargetIgnoredFraction, ignored.LastStep, ignored.Last, 1, ">=") with { IsDecisive = true };
        }
    }

    /// <summary>A bounded activation passes less than all of a gradient on wherever it is fed, a sigmoid a quarter at best: a chain of them loses it without being saturated.</summary>
    private static int Bounded(RunFacts facts) => facts.Run.Model?.Layers.Count(layer => layer.Activation is ActivationKind.Sigmoid or ActivationKind.Hardsigmoid or ActivationKind.Tanh or ActivationKind.Hardtanh or ActivationKind.Softsign) ?? 0;

    /// <summary>Steps that are long beside the weights, to the end, or one that overthrew them before the symptom.</summary>
    private static IEnumerable<CauseEvidence> LongSteps(Symptom symptom, RunFacts facts) =>
        UpdateSizes.Overthrow(facts, symptom.FirstStep) is { } overthrow
            ? [For(Metric.GlobalUpdateRatio, overthrow.MaximumStep, overthrow.Maximum, UpdateSizes.OverthrowingRatio, ">")]
            : Above(facts.Of(Metric.GlobalUpdateRatio), Metric.GlobalUpdateRatio, LargeUpdate, UsualUpdate);

    /// <summary>What is large speaks for the cause, what is small against it.</summary>
    private static IEnumerable<CauseEvidence> Above(SeriesSummary? series, Metric metric, double large, double small)
    {
        if (series is not { } seen || seen.Count <= seen.NonFiniteCount)
        {
            return [];
        }

        return seen.Maximum > large && (seen.Recent > large || seen.Last > large || double.IsNaN(seen.Last)) ? [For(metric, seen.MaximumStep, seen.Maximum, large, ">")]
            : seen.Maximum < small ? [Against(metric, seen.MaximumStep, seen.Maximum, small, "<")]
            : [];
    }

    /// <summary>What is small speaks for the cause, what is large against it.</summary>
    private static IEnumerable<CauseEvidence> Below(SeriesSummary? series, Metric metric, double small, double large) =>
        series is not { } seen || seen.Count <= seen.NonFiniteCount ? []
        : seen.Last < small && seen.Recent < small ? [For(metric, seen.LastStep, seen.Last, small, "<")]
        : seen.Last > large && seen.Recent > large ? [Against(metric, seen.LastStep, seen.Last, large, ">")]
        : [];

    private static IEnumerable<CauseEvidence> Most(RunFacts facts, Metric metric, double large, double small)
    {
        var (scope, worst) = facts.All(metric).Where(item => item.Summary.Count > item.Summary.NonFiniteCount).OrderByDescending(item => item.Summary.Last).ThenBy(item => item.Scope.Name, StringComparer.Ordinal).FirstOrDefault();
        return worst.Count == 0 ? []
            : worst.Last > large ? [For(metric, worst.LastStep, worst.Last, large, ">") is var found ? found with { Evidence = found.Evidence with { Layer = scope.Name } } : found]
            : worst.Last < small ? [Against(metric, worst.LastStep, worst.Last, small, "<") is var none ? none with { Evidence = none.Evidence with { Layer = scope.Name } } : none]
            : [];
    }

    private static IEnumerable<CauseEvidence> Scales(RunFacts facts)
    {
        if (facts.Of(Metric.InputAbsoluteMaximum) is { Maximum: > LargeInput } large)
        {
            return [For(Metric.InputAbsoluteMaximum, large.MaximumStep, large.Maximum, LargeInput, ">")];
        }

        if (facts.Of(Metric.InputFeatureScaleRatio) is { Last: > UnevenFeatures } uneven)
        {
            return [For(Metric.InputFeatureScaleRatio, uneven.LastStep, uneven.Last, UnevenFeatures, ">")];
        }

        if (facts.Of(Metric.TargetStandardDeviation) is { Last: > LargeInput } targets)
        {
            return [For(Metric.TargetStandardDeviation, targets.LastStep, targets.Last, LargeInput, ">")];
        }

        if (facts.Of(Metric.InputAbsoluteMaximum) is { Count: > 0, Maximum: > 0 and < TinyInput } tiny)
        {
            return [For(Metric.InputAbsoluteMaximum, tiny.MaximumStep, tiny.Maximum, TinyInput, "<")];
        }

        return facts.Of(Metric.InputAbsoluteMaximum) is { Count: > 0 } small ? [Against(Metric.InputAbsoluteMaximum, small.MaximumStep, small.Maximum, LargeInput, "<=")] : [];
    }

    private static SeriesSummary? LargestCosine(RunFacts facts) =>
        facts.All(Metric.GradientCosine).Select(item => item.Summary).OrderByDescending(summary => summary.Maximum).FirstOrDefault() is { Count: > 0 } largest ? largest : null;

    private static IEnumerable<CauseEvidence> Labels(RunFacts facts)
    {
        if (facts.Of(Metric.TargetIgnoredFraction) is { Maximum: >= 1 } ignored)
        {
            yield return For(Metric.TargetIgnoredFraction, ignored.MaximumStep, ignored.Maximum, 1, ">=");
        }
        else if (facts.Of(Metric.TargetInvalidCount) is { Maximum: > 0 } invalid)
        {
            yield return For(Metric.TargetInvalidCount, invalid.MaximumStep, invalid.Maximum, 0, ">");
        }
        else if (facts.Of(Metric.ValidationTargetCorrelation) is { Count: >= 3, Maximum: < SameInputs } apart && facts.Of(Metric.OutputTargetCorrelation) is { Recent: > OtherInputs })
        {
            yield return For(Metric.ValidationTargetCorrelation, apart.MaximumStep, apart.Maximum, SameInputs, "<");
        }
    }

    private static IEnumerable<CauseEvidence> Gradients(RunFacts facts)
    {
        var present = facts.All(Metric.GradientPresent).ToList();
        int without = present.Count(item => item.Summary.Maximum <= 0 || facts.Of(Metric.GradientNorm, item.Scope.Name) is { Maximum: 0, NonFiniteCount: 0 });
        return present.Count > 0 ? [Count("parameters_without_gradient", without)] : [];
    }

    private static IEnumerable<CauseEvidence> Held(RunFacts facts)
    {
        var known = facts.Run.Model?.Parameters.Where(parameter => parameter is { IsTrainable: true, IsInOptimizer: not null }).ToList() ?? [];
        return known.Count > 0 ? [Count("parameters_outside_the_optimizer", known.Count(parameter => parameter.IsInOptimizer == false))] : [];
    }

    private static IEnumerable<CauseEvidence> Regularization(RunFacts facts)
    {
        if (facts.Of(Metric.RegularizationGradientRatio) is { Recent: > 1 } ratio)
        {
            return [For(Metric.RegularizationGradientRatio, ratio.LastStep, ratio.Last, 1, ">")];
        }

        var dropout = facts.Run.Model?.Layers.Where(layer => layer.Kind == LayerKind.Dropout).ToList();
        double strongest = dropout?.Select(layer => layer.DropoutRate ?? 0).DefaultIfEmpty().Max() ?? 0;
        return strongest > DeadUnits ? [new CauseEvidence(new Evidence("dropout_rate", dropout!.Find(layer => layer.DropoutRate == strongest)!.Path, null, strongest, DeadUnits, ">"), true)]
            : dropout is { Count: 0 } && facts.Run.Optimizer?.WeightDecay is 0 && RecognizedLoss.Of(facts) is not null ? [new CauseEvidence(new Evidence("weight_decay", null, null, 0, 0, "<="), false)]
            : [];
    }

    private static IEnumerable<CauseEvidence> Modes(RunFacts facts)
    {
        var training = facts.All(Metric.TrainingMode).ToList();
        var validation = facts.All(Metric.ValidationTrainingMode).ToList();
        return training.Count + validation.Count == 0 ? []
            : [Count("layers_in_the_wrong_mode", training.Count(item => item.Summary.Minimum <= 0) + validation.Count(item => item.Summary.Maximum > 0))];
    }

    /// <summary>A number of things that speak for a cause, or their absence, which speaks against it.</summary>
    private static CauseEvidence Count(string name, int count) => new(new Evidence(name, null, null, count, 0, count > 0 ? ">" : "<="), count > 0);

    private static CauseEvidence For(Metric metric, long step, double value, double limit, string comparison) => new(new Evidence(MetricCatalog.NameOf(metric), null, step, value, limit, comparison), true);

    private static CauseEvidence Against(Metric metric, long step, double value, double limit, string comparison) => new(new Evidence(MetricCatalog.NameOf(metric), null, step, value, limit, comparison), false);
}
