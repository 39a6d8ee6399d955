namespace TrainingDoctor.Differences;

/// <summary>What two runs are laid over each other by.</summary>
public enum AlignmentAxis
{
    /// <summary>Step by step.</summary>
    Step,

    /// <summary>By samples seen, where batches differ in size.</summary>
    Samples,

    /// <summary>By epochs, where runs take other numbers of steps for one.</summary>
    Epoch,
}

/// <summary>How the steps of one run are laid over those of another.</summary>
/// <param name="Axis">By what.</param>
/// <param name="Stretch">What the steps of the one are multiplied by to be those of the other.</param>
internal sealed record Alignment(AlignmentAxis Axis, double Stretch)
{
    /// <summary>By how much runs must differ in steps an epoch or in samples a step, so that their steps are not the same.</summary>
    private const double Tolerance = 0.02;

    /// <summary>Finds how a run is laid over another.</summary>
    /// <param name="to">The pace of the run whose steps count.</param>
    /// <param name="run">The pace of the run whose steps are turned into the other's.</param>
    public static Alignment Of(Pace to, Pace run)
    {
        if (run.SamplesPerStep / to.SamplesPerStep is { } samples && Differs(samples))
        {
            return new(AlignmentAxis.Samples, samples);
        }

        return to.StepsPerEpoch / run.StepsPerEpoch is { } epochs && Differs(epochs) ? new(AlignmentAxis.Epoch, epochs) : new(AlignmentAxis.Step, 1);
    }

    private static bool Differs(double ratio) => double.IsFinite(ratio) && ratio > 0 && Math.Abs(Math.Log(ratio)) > Tolerance;
}

/// <summary>How much of the data a run sees in a step.</summary>
/// <param name="SamplesPerStep">The size of a batch; null where it is not known.</param>
/// <param name="StepsPerEpoch">The number of steps of an epoch; null where it is not known.</param>
internal sealed record Pace(double? SamplesPerStep, double? StepsPerEpoch)
{
    /// <summary>Finds the pace of a run as far as it went.</summary>
    public static Pace Of(RunTrace run) => new(SamplesPerStepOf(run), StepsPerEpochOf(run));

    private static double? SamplesPerStepOf(RunTrace run)
    {
        // The last batch of an epoch may be smaller: the largest is what was asked for.
        var sizes = run.Of(Metric.BatchSize)?.Finite.Select(bin => bin.Value.Mean).ToList();
        return sizes is { Count: > 0 } ? sizes.Max() : null;
    }

    private static double? StepsPerEpochOf(RunTrace run)
    {
        var epochs = run.Of(Metric.Epoch)?.Finite.ToList();
        if (epochs is not { Count: >= 2 })
        {
            return null;
        }

        var (first, last) = (epochs[0].Value, epochs[^1].Value);
        return last.Mean > first.Mean ? (last.Step - first.Step) / (last.Mean - first.Mean) : null;
    }
}
