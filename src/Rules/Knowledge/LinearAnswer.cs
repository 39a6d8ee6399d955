namespace TrainingDoctor.Rules.Knowledge;

/// <summary>What the best linear map of the inputs costs, which the monitor fits beside the network: who does no better has not failed where nothing better is known to be possible, and who stays behind it has.</summary>
internal static class LinearAnswer
{
    /// <summary>Batches on which it must have been tried.</summary>
    private const int FewestBatches = 8;

    /// <summary>How much worse than the map, as a share of its cost, a network may be and count as equal.</summary>
    private const double Tolerance = 0.05;

    /// <summary>The share of what a constant answer costs that the map must save, to say that the inputs tell anything.</summary>
    private const double LeastGain = 0.02;

    /// <summary>Computes it in the units of the loss.</summary>
    /// <param name="facts">The run.</param>
    /// <returns>Null where the loss is no mean of squares, or the map was not tried often enough.</returns>
    public static double? Of(RunFacts facts) => IsMeanOfSquares(facts) && facts.Of(Metric.LinearFitError) is { Count: >= FewestBatches } error ? error.Mean : null;

    /// <summary>Tells whether a loss is as low as that of the map, and the map better than a constant.</summary>
    /// <param name="facts">The run.</param>
    /// <param name="level">The loss.</param>
    public static bool IsReached(RunFacts facts, double level) =>
        Of(facts) is { } error && LossBaseline.Of(facts) is { } constant && error < (1 - LeastGain) * constant && level <= (1 + Tolerance) * error;

    /// <summary>Tells what was measured of it.</summary>
    /// <param name="facts">The run, of which <see cref="Of"/> knows the map.</param>
    public static Evidence Evidence(RunFacts facts)
    {
        var error = facts.Of(Metric.LinearFitError)!.Value;
        return new Evidence(MetricCatalog.NameOf(Metric.LinearFitError), null, error.LastStep, error.Mean, null, "<") { MeanOf = error.Count, FromStep = error.FirstStep };
    }

    /// <summary>Tells whether the loss that is told may be higher than that of the network, because parts of it are left out at random while it trains.</summary>
    /// <param name="facts">The run.</param>
    public static bool IsTrainedWithDropout(RunFacts facts) => facts.Run.Model?.Layers.Any(layer => layer.Kind == LayerKind.Dropout) == true;

    private static bool IsMeanOfSquares(RunFacts facts) => facts.Run.Loss is { Kind: LossKind.MeanSquaredError } loss
        ? loss.Reduction is null or "mean"
        : facts.Run.Loss?.Kind is null or LossKind.Other && RecognizedLoss.Of(facts) is { Kind: LossKind.MeanSquaredError, IsMean: true };
}
