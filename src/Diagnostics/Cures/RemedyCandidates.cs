namespace TrainingDoctor.Cures;

/// <summary>Puts the remedies of a report together into sets worth trying, best first.</summary>
internal static class RemedyCandidates
{
    private static readonly double[] ProbedFactors = [0.1, 10];

    /// <summary>Lists the sets: each remedy of the root, the root's first together with those of other roots, then the others' own.</summary>
    /// <param name="report">The report.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="training">Tells what of a set can be applied.</param>
    public static IReadOnlyList<RemedyCandidate> Of(DiagnosisReport report, int most, ITrialTraining training)
    {
        var roots = report.Findings.Where(finding => finding.Severity >= Severity.Warning && finding.ConsequenceOf is null && finding.Remedies.Any(remedy => remedy.Actions.Count > 0))
            .OrderByDescending(finding => finding.Id == report.Primary?.Id)
            .ToList();
        if (roots.Count == 0)
        {
            return [];
        }

        var candidates = new List<RemedyCandidate>();
        if (roots.Count > 1)
        {
            candidates.Add(Together([.. roots.Select(root => (root, 0))]));
        }

        candidates.AddRange(roots[0].Remedies.SelectMany((_, index) => Tried(roots[0], index)));
        if (roots[0].Remedies.Count > 1)
        {
            candidates.Add(Together([(roots[0], 0), (roots[0], 1)]));
        }

        candidates.AddRange(roots.Skip(1).SelectMany(root => root.Remedies.Take(2).SelectMany((_, index) => Tried(root, index))));

        // Of sets that come to the same the one that claims least says what is done.
        return [.. candidates.Where(training.IsApplicable).GroupBy(training.EffectOf).Select(same => same.MinBy(candidate => candidate.Remedies.Sum(remedy => remedy.Actions.Count))!).Take(most)];
    }

    /// <summary>A range test is for a person; a trial can do what it is for, and tries a lower and a higher rate.</summary>
    private static IEnumerable<RemedyCandidate> Tried(Finding finding, int index)
    {
        var remedy = finding.Remedies[index];
        return remedy.Actions.All(action => action.Kind != RemedyActionKind.TestLearningRates)
            ? [Together([(finding, index)])]
            : ProbedFactors.Select(factor => new RemedyCandidate([new RemedyReference(finding.Id, RemedyReference.IdOf(index))], [Scaled(remedy, factor)]));
    }

    /// <summary>Returns a remedy that multiplies the learning rate.</summary>
    /// <param name="remedy">The remedy whose reasons stay.</param>
    /// <param name="factor">What to multiply by.</param>
    public static Remedy Scaled(Remedy remedy, double factor) => remedy with
    {
        Title = $"Multiply the learning rate by {factor:G3}",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = factor }],
        Code = null,
    };

    private static RemedyCandidate Together(IReadOnlyList<(Finding Finding, int Index)> parts) => new(
        [.. parts.Select(part => new RemedyReference(part.Finding.Id, RemedyReference.IdOf(part.Index)))],
        [.. parts.Select(part => part.Finding.Remedies[part.Index])]);
}
