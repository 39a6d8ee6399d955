namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>How often the first cause of a primary diagnosis is right when its likelihood is said to lie in a range.</summary>
/// <param name="From">The least likelihood of the range.</param>
/// <param name="To">What the likelihoods of the range lie below.</param>
/// <param name="Runs">The ill runs whose first cause is said to be so likely.</param>
/// <param name="Said">The mean of what is said.</param>
/// <param name="Right">The share of first causes that are right.</param>
internal sealed record Reliability(double From, double To, int Runs, double Said, double Right)
{
    private static readonly double[] Bounds = [0, 0.4, 0.6, 0.8, 0.9, 1.01];

    /// <summary>Makes the table: of ill runs whose primary diagnosis is right, so that it is the causes that are judged.</summary>
    /// <param name="runs">The runs.</param>
    public static IReadOnlyList<Reliability> Of(IEnumerable<ScoredRun> runs)
    {
        var judged = runs.Where(run => run is { Counts: true, JudgesCauses: true, IsPrimaryRight: true, Primary.Causes.Count: > 0 }).ToList();
        return
        [
            .. Bounds.Zip(Bounds.Skip(1), (from, to) => (from, to, Members: judged.FindAll(run => run.Primary!.FirstLikelihood >= from && run.Primary.FirstLikelihood < to)))
                .Where(range => range.Members.Count > 0)
                .Select(range => new Reliability(range.from, Math.Min(1, range.to), range.Members.Count, range.Members.Average(run => run.Primary!.FirstLikelihood), range.Members.Average(run => run.HasCause(1) ? 1.0 : 0))),
        ];
    }
}
