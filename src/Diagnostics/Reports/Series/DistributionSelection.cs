namespace TrainingDoctor.Reports.Series;

/// <summary>Chooses the distributions that a report carries: those of the layers and parameters that findings at warning or above name first.</summary>
internal static class DistributionSelection
{
    /// <summary>As many layers as a person looks at.</summary>
    private const int MostLayers = 6;

    public static IReadOnlyList<DistributionDocument> Of(DiagnosisReport report)
    {
        string[] layers = [.. report.Findings.Where(finding => finding.Severity >= Severity.Warning).SelectMany(finding => finding.Layers).Select(name => LayerOf(name, report)).Distinct().Take(MostLayers)];
        return
        [
            .. layers.SelectMany(layer => report.Series.Distributions.Where(one => one.Count > 1 && LayerOf(one[0].Scope, report) == layer)).Select(ToDocument),
        ];
    }

    /// <summary>Returns the layer that a name belongs to: a parameter's own, or the name itself.</summary>
    public static string LayerOf(string name, DiagnosisReport report) => report.Run.Model?.Parameters.FirstOrDefault(parameter => parameter.Name == name)?.LayerPath ?? name;

    private static DistributionDocument ToDocument(IReadOnlyList<Distribution> all)
    {
        var known = all.Where(one => one.Counts.Count > 0).DefaultIfEmpty(all[0]).ToList();
        int first = known.Min(one => one.First);
        int last = known.Max(one => one.First + one.Counts.Count - 1);
        return new DistributionDocument
        {
            Kind = all[0].Kind,
            Scope = all[0].Scope,
            Steps = [.. all.Select(one => one.Step)],
            FirstBucket = first,
            Counts = [.. all.Select(one => (IReadOnlyList<long>)[.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(bucket => one.Counts.ElementAtOrDefault(bucket - one.First))])],
        };
    }
}
