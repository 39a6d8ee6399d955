namespace TrainingDoctor.Rules.Knowledge;

/// <summary>What makes steps small although the learning rate may be right: gradients that are cut, and weights too coarse for their changes.</summary>
internal static class UpdateObstacles
{
    /// <summary>A norm that changes by less than that from step to step is one that somebody sets.</summary>
    private const double SameNorm = 0.01;
    private const int FewestNorms = 10;
    private const double MostGradients = 0.5;

    /// <summary>Half the distance of neighbouring numbers of 7 and of 10 bits of mantissa: what is less is rounded away.</summary>
    private const double HalfOfBFloat16 = 1 / 512.0;
    private const double HalfOfFloat16 = 1 / 4096.0;

    /// <summary>Ranks the causes of small steps.</summary>
    /// <param name="facts">The run.</param>
    /// <param name="usual">The causes where nothing stands in the way.</param>
    /// <returns>The causes, and the remedy for what stands in the way; null where nothing does.</returns>
    public static (IReadOnlyList<CauseLikelihood> Causes, Remedy? Remedy) Rank(RunFacts facts, IReadOnlyList<CauseLikelihood> usual)
    {
        if (ClippedNorm(facts) is { } norm)
        {
            return ([new(Cause.ExcessiveClipping, 0.7), new(Cause.LearningRateTooLow, 0.2), new(Cause.OptimizerMismatch, 0.05)], Unclip(norm));
        }

        return CoarseType(facts) is { } type
            ? ([new(Cause.InsufficientPrecision, 0.7), new(Cause.LearningRateTooLow, 0.2), new(Cause.TooFewEpochs, 0.05)], KeepFullWeights(type))
            : (usual, null);
    }

    /// <summary>The norm that all gradients are cut to; null where they vary as gradients do. Optimizers that divide by the norm do not mind.</summary>
    /// <param name="facts">The run.</param>
    public static double? ClippedNorm(RunFacts facts) =>
        facts.Run.Optimizer?.TypeName is not { } type || !type.StartsWith("Ada", StringComparison.Ordinal)
            ? facts.Of(Metric.GlobalGradientNorm) is { Count: >= FewestNorms, NonFiniteCount: 0, Maximum: > 0 } norm && norm.Maximum - norm.Minimum <= SameNorm * norm.Maximum ? norm.Mean : null
            : null;

    /// <summary>Finds the element type of the weights, where the mean step is below what it can hold.</summary>
    /// <param name="facts">The run.</param>
    public static string? CoarseType(RunFacts facts)
    {
        if (facts.Of(Metric.GlobalUpdateRatio) is not { Count: >= FewestNorms } update || facts.Of(Metric.GlobalGradientNorm) is not { Mean: > 0 })
        {
            return null;
        }

        var trained = facts.Run.Model?.Parameters.Where(parameter => parameter.IsTrainable).ToList() ?? [];
        return Coarse("bfloat16", HalfOfBFloat16) ?? Coarse("float16", HalfOfFloat16);

        string? Coarse(string type, double half) => trained.Count > 0 && update.Mean < half && trained.TrueForAll(parameter => parameter.DataType == type) ? type : null;
    }

    /// <summary>
    /// Finds half the distance of neighbouring weights, where the mean step is below it and most gradients are not zero: an element that moves at all moves by more, so that few did. Weights that the
    /// optimizer does not hold itself may be copies of finer ones.
    /// </summary>
    /// <param name="facts">The run.</param>
    /// <returns>Null where steps are not lost, or where it is not known.</returns>
    public static double? LosesSteps(RunFacts facts)
    {
        if (CoarseType(facts) is not { } type || facts.Run.Model!.Parameters.Any(parameter => parameter is { IsTrainable: true, IsInOptimizer: not true }))
        {
            return null;
        }

        var zeros = facts.All(Metric.GradientZeroFraction).Where(item => item.Summary.Count > 0).ToList();
        return zeros.Count > 0 && zeros.TrueForAll(item => item.Summary.Mean < MostGradients) ? type == "bfloat16" ? HalfOfBFloat16 : HalfOfFloat16 : null;
    }

    /// <summary>Prescribes a norm that gradients may have.</summary>
    /// <param name="norm">The norm that they are cut to.</param>
    public static Remedy Unclip(double norm) => new()
    {
        Title = $"Clip gradients at a norm that only the exceptions reach, and after unscaling",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 1 }],
        Rationale = $"Every gradient was cut to a norm of {norm:G3}: the step no longer depends on how steep the loss is.",
        Caveat = $"With a scaled loss, divide the gradients by the scale before they are clipped.",
        Code = "scaler.unscale_(optimizer); nn.utils.clip_grad_norm_(model.parameters(), 1.0);",
        Sources = ["Pascanu et al. 2013", "PyTorch documentation: gradient clipping with scaled gradients"],
    };

    /// <summary>Gets the element type of parameters that round small changes away; null where any has another.</summary>
    /// <param name="parameters">The parameters.</param>
    public static string? CoarseTypeOf(IEnumerable<ParameterDescription> parameters) =>
        parameters.Select(parameter => parameter.DataType).Distinct().ToList() is ["bfloat16" or "float16"] types ? types[0] : null;

    /// <summary>Prescribes weights that hold small changes.</summary>
    /// <param name="type">The type that they have.</param>
    public static Remedy KeepFullWeights(string type) => new()
    {
        Title = $"Keep weights and optimizer in float32, and compute in {Text.FromString(type)} only where it pays",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = "master weights in float32" }],
        Rationale = $"A change smaller than half the distance to the next number is rounded to nothing.",
        Caveat = $"A higher learning rate gets over the rounding, too, and may be too high otherwise. An optimizer that rounds at random loses nothing on average.",
        Code = "model.to(ScalarType.Float32); // and run forward and backward under autocast",
        Sources = ["Micikevicius et al. 2018, Mixed precision training: master weights"],
    };
}
