namespace TrainingDoctor.Cures;

/// <summary>Puts the remedies of a report together into sets worth trying, best first.</summary>
internal static class RemedyCandidates
{
    /// <summary>Lists the sets: each remedy of the root, the root's first together with those of other roots, then the others' own.</summary>
    /// <param name="report">The report.</param>
    /// <param name="most">How many at most.</param>
    public static IReadOnlyList<RemedyCandidate> Of(DiagnosisReport report, int most)
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

        candidates.AddRange(roots[0].Remedies.Select((_, index) => Together([(roots[0], index)])));
        if (roots[0].Remedies.Count > 1)
        {
            candidates.Add(Together([(roots[0], 0), (roots[0], 1)]));
        }

        candidates.AddRange(roots.Skip(1).SelectMany(root => root.Remedies.Take(2).Select((_, index) => Together([(root, index)]))));
        return [.. candidates.Where(candidate => RemedyPlan.Of(candidate.Remedies.SelectMany(remedy => remedy.Actions)).Changes.Count > 0).DistinctBy(candidate => candidate.Title).Take(most)];
    }

    private static RemedyCandidate Together(IReadOnlyList<(Finding Finding, int Index)> parts) => new(
        [.. parts.Select(part => new RemedyReference(part.Finding.Id, RemedyReference.IdOf(part.Index)))],
        [.. parts.Select(part => part.Finding.Remedies[part.Index])]);
}
