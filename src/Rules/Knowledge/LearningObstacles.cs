namespace TrainingDoctor.Rules.Knowledge;

/// <summary>Why a network does not get on, ranked by what was measured, and what to do about it. Shared by the rules on losses that stand still.</summary>
internal static class LearningObstacles
{
    /// <summary>A step that moves weights by more than this share of their norm undoes what it learnt.</summary>
    private const double LargeUpdate = 0.05;

    /// <summary>A step that moves weights by less than this share of their norm moves nothing; a thousandth is usual (Karpathy, CS231n).</summary>
    private const double SmallUpdate = 1e-4;
    private const double UsualUpdate = 1e-3;

    /// <summary>The causes that <see cref="Rank"/> can name.</summary>
    public static IReadOnlyList<Cause> Causes { get; } =
    [
        Cause.LearningRateTooHigh, Cause.LearningRateTooLow, Cause.SaturatingActivation, Cause.TooDeepWithoutSkip, Cause.DyingRelu, Cause.PoorInitialization, Cause.DetachedGraph,
        Cause.FrozenParameters, Cause.WrongOptimizerParameters, Cause.UnscaledData, Cause.LabelError, Cause.UnderCapacity, Cause.TooFewEpochs, Cause.ClassImbalance, Cause.ExcessiveRegularization,
        Cause.ExcessiveClipping,
    ];

    /// <summary>Ranks what keeps the loss where it is.</summary>
    /// <param name="facts">The run.</param>
    /// <param name="neverMoved">Whether the loss never moved at all, which speaks against too small a network.</param>
    public static IReadOnlyList<CauseLikelihood> Rank(RunFacts facts, bool neverMoved)
    {
        double update = facts.Of(Metric.GlobalUpdateRatio)?.Recent ?? double.NaN;
        if (facts.Of(Metric.LearningRate) is { Maximum: <= 0 } || update == 0)
        {
            bool noGradient = facts.Has(Metric.GradientPresent) && facts.All(Metric.GradientPresent).All(item => item.Summary.Maximum <= 0);
            return [new(noGradient ? Cause.DetachedGraph : Cause.WrongOptimizerParameters, 0.6), new(Cause.FrozenParameters, 0.3)];
        }

        var weights = new List<CauseLikelihood>();
        if (facts.All(Metric.DeadFraction).Any(item => item.Summary.Recent > 0.8))
        {
            weights.Add(new(Cause.DyingRelu, 1.2));
            weights.Add(new(Cause.PoorInitialization, 0.3));
        }

        if (Saturating(facts).Count >= 3)
        {
            weights.Add(new(Cause.SaturatingActivation, 1));
            weights.Add(new(Cause.TooDeepWithoutSkip, 0.4));
        }
        else if (facts.Run.Model is null)
        {
            weights.Add(new(Cause.SaturatingActivation, 0.2));
        }

        weights.Add(new(Cause.LearningRateTooHigh, update > LargeUpdate ? 1 : 0.25));
        weights.Add(new(Cause.LearningRateTooLow, update < SmallUpdate ? 1 : 0.25));
        weights.Add(new(Cause.UnscaledData, facts.Of(Metric.InputAbsoluteMaximum) is { Maximum: > 20 } ? 0.7 : 0.05));
        weights.Add(new(Cause.LabelError, update is > SmallUpdate and < LargeUpdate && IsAtGuess(facts) ? 0.8 : 0.15));
        if (facts.Of(Metric.TargetMajorityFraction) is { Last: > 0.8 })
        {
            weights.Add(new(Cause.ClassImbalance, 0.6));
        }

        if (update < UsualUpdate && UpdateObstacles.ClippedNorm(facts) is not null)
        {
            // What is left of the gradient after clipping is outweighed by anything.
            weights.Add(new(Cause.ExcessiveClipping, 4));
        }
        else if (facts.Of(Metric.RegularizationGradientRatio) is { Recent: > 1 })
        {
            weights.Add(new(Cause.ExcessiveRegularization, 1));
        }

        if (!neverMoved)
        {
            weights.Add(new(Cause.UnderCapacity, 0.2));
            weights.Add(new(Cause.TooFewEpochs, 0.1));
        }

        return Normalize(weights);
    }

    /// <summary>Prescribes against what <see cref="Rank"/> put first.</summary>
    /// <param name="causes">The ranked causes.</param>
    /// <param name="facts">The run.</param>
    public static IReadOnlyList<Remedy> Prescribe(IReadOnlyList<CauseLikelihood> causes, RunFacts facts)
    {
        var remedies = new List<Remedy>();
        var saturating = Saturating(facts);
        List<string> layers = [.. saturating.Select(layer => layer.Path)];
        string? from = saturating.Count > 0 ? saturating[0].Activation.ToString() : null;
        foreach (var cause in causes.OrderByDescending(cause => cause.Likelihood))
        {
            switch (cause.Cause)
            {
                case Cause.DyingRelu:
                    remedies.Add(ActivationRemedies.LeakyRelu([.. facts.All(Metric.DeadFraction).Where(item => item.Summary.Recent > 0.5).Select(item => item.Scope.Name)]));
                    break;
                case Cause.SaturatingActivation:
                    remedies.Add(ActivationRemedies.Relu(layers, from));
                    remedies.Add(ActivationRemedies.Silu(layers, from));
                    break;
                case Cause.LearningRateTooHigh:
                    remedies.Add(LearningRateRemedies.Lower(facts, 0.1));
                    break;
                case Cause.LearningRateTooLow:
                    remedies.Add(LearningRateRemedies.Raise(facts, 10));
                    break;
                case Cause.UnscaledData when cause.Likelihood > 0.1:
                    remedies.Add(DataRemedies.StandardizeInputs());
                    break;
                case Cause.LabelError when cause.Likelihood >= causes.Max(other => other.Likelihood):
                    remedies.Add(DataRemedies.Inspect());
                    break;
                case Cause.ClassImbalance:
                    remedies.Add(DataRemedies.BalanceClasses());
                    break;
                case Cause.ExcessiveRegularization:
                    remedies.Add(CapacityRemedies.LessRegularization());
                    break;
                case Cause.ExcessiveClipping when UpdateObstacles.ClippedNorm(facts) is { } norm:
                    remedies.Add(UpdateObstacles.Unclip(norm));
                    break;
                case Cause.UnderCapacity:
                    remedies.Add(CapacityRemedies.MoreCapacity());
                    break;
                case Cause.WrongOptimizerParameters or Cause.DetachedGraph:
                    remedies.Add(CapacityRemedies.ConnectParameters());
                    break;
                case Cause.FrozenParameters:
                    remedies.Add(CapacityRemedies.Unfreeze());
                    break;
                default:
                    break;
            }
        }

        return remedies;
    }

    /// <summary>A network whose steps are of a usual size and that does no better than one that ignores its inputs has targets that do not follow from them, unless something else is seen.</summary>
    private static bool IsAtGuess(RunFacts facts) => LossBaseline.Of(facts) is > 0 and var guess && facts.Of(Metric.Loss) is { Recent: var level } && level > 0.9 * guess && level < 1.05 * guess;

    private static List<LayerDescription> Saturating(RunFacts facts) => facts.Run.Model?.Leaves.SkipLast(1)
        .Where(layer => layer.Activation is ActivationKind.Sigmoid or ActivationKind.Tanh or ActivationKind.Hardtanh or ActivationKind.Softsign).ToList() ?? [];

    private static List<CauseLikelihood> Normalize(List<CauseLikelihood> weights)
    {
        double sum = weights.Sum(cause => cause.Likelihood) / 0.95;
        return [.. weights.Select(cause => cause with { Likelihood = Math.Round(cause.Likelihood / sum, 2) }).Where(cause => cause.Likelihood > 0)];
    }
}
