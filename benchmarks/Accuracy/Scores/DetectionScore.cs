namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>How soon the illnesses of one part of the corpus are found: steps from the onset, over the ill runs in which one was found.</summary>
internal sealed record DetectionScore
{
    public required string Part { get; init; }

    /// <summary>Gets the number of runs in which the illness was found.</summary>
    public int Found { get; init; }

    /// <summary>Gets the number of those in which it was found by the end of 100 steps of it.</summary>
    public int WithinHundred { get; init; }

    /// <summary>Gets the number of those in which only the end of the run told.</summary>
    public int AtTheEnd { get; init; }

    /// <summary>Gets the steps that passed in a quarter of the runs, at most.</summary>
    public double LowerQuartile { get; init; }

    /// <summary>Gets the steps that passed in half of the runs, at most.</summary>
    public double Median { get; init; }

    /// <summary>Gets the steps that passed in three quarters of the runs, at most.</summary>
    public double UpperQuartile { get; init; }

    /// <summary>Gets the mean share of the run that passed.</summary>
    public double MeanShare { get; init; }

    public static DetectionScore Of(string part, IEnumerable<ScoredRun> runs)
    {
        var found = runs.Where(run => run.Counts && run.IsIll && run.IsCaught).ToList();
        int[] steps = [.. found.Select(run => run.DelaySteps!.Value).Order()];
        return new DetectionScore
        {
            Part = part,
            Found = found.Count,
            WithinHundred = steps.Count(count => count <= 100),
            AtTheEnd = found.Count(run => run.Catches.Min(finding => finding.DetectedAt) >= run.Record.Steps),
            LowerQuartile = Quantile(steps, 0.25),
            Median = Quantile(steps, 0.5),
            UpperQuartile = Quantile(steps, 0.75),
            MeanShare = found.Count > 0 ? found.Average(run => run.Delay!.Value) : double.NaN,
        };
    }

    private static double Quantile(int[] sorted, double share) => sorted.Length > 0 ? sorted[(int)(share * (sorted.Length - 1))] : double.NaN;
}

/// <summary>How soon the illness of one run was found.</summary>
/// <param name="Program">The program.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Steps">The steps of the run.</param>
/// <param name="Delay">The steps from the onset; null where it was not found.</param>
internal sealed record Detection(string Program, int Seed, int Steps, int? Delay);
