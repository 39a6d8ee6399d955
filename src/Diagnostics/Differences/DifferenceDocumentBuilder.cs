using TrainingDoctor.Reports;
using TrainingDoctor.Reports.Runs;

namespace TrainingDoctor.Differences;

/// <summary>Makes the document of a comparison.</summary>
internal static class DifferenceDocumentBuilder
{
    public static DifferenceDocument Build(DifferenceReport report, ReportLanguage language)
    {
        var comparison = report.Comparison;
        var rows = RunRows.Of([.. report.Good, report.Bad], language);
        var bad = report.Bad.ToDocument(language);
        var changes = report.Good.Select(good => ReportComparison.Between(good.ToDocument(language), bad)).ToList();
        return new DifferenceDocument
        {
            SchemaVersion = DifferenceDocument.CurrentSchemaVersion,
            IsSame = report.Equality?.IsEqual ?? comparison.IsSame,
            Answer = language.Of(report.Equality is { } equality ? EqualityWording.Answer(equality) : DifferenceWording.Answer(comparison)),
            Certainty = language.Of(report.Equality is { } measured ? EqualityWording.Certainty(measured) : DifferenceWording.Certainty(comparison)),
            Place = report.Equality is null ? comparison.Place : report.Equality.First?.Stage,
            PartsAt = report.Equality is null ? comparison.IsSame ? null : comparison.Departures[0].Step : report.Equality.First?.Step,
            Equality = report.Equality is null ? null : Equality(report.Equality),
            IdenticalUntil = comparison.IdenticalUntil,
            Axis = comparison.Axis,
            SeriesCompared = comparison.SeriesCompared,
            Good = [.. rows.SkipLast(1).Select(Run)],
            Bad = Run(rows[^1]),
            Settings = comparison.Settings,
            Departures = [.. comparison.Departures.Select(Departure)],
            OnlyInBad = [.. bad.Findings.Where(finding => changes.TrueForAll(change => change.ChangeOf(finding.Id) == FindingChange.New)).Select(Finding)],
            OnlyInGood = [.. changes[0].Pairs.Where(pair => pair.Change == FindingChange.Fixed).Select(pair => Finding(pair.Before!))],
        };
    }

    private static EqualityDocument Equality(LayerEquality equality) => new()
    {
        IsEqual = equality.IsEqual,
        ElementType = equality.ElementType,
        Allowed = equality.Allowed,
        Largest = equality.Largest,
        SeriesCompared = equality.SeriesCompared,
        LayersCompared = equality.LayersCompared,
        StepsCompared = equality.StepsCompared,
        GrownFrom = equality.GrownFrom,
        First = equality.First is not { } first ? null : new InequalityDocument
        {
            Metric = MetricCatalog.NameOf(first.Metric),
            Scope = first.Scope.Length == 0 ? null : first.Scope,
            LayerType = first.LayerType,
            Stage = first.Stage,
            Step = first.Step,
            Good = first.Original,
            Bad = first.Copy,
            Relative = first.Relative,
            Allowed = first.Allowed,
        },
    };

    private static ComparedRunDocument Run(RunRowDocument row) => new()
    {
        Name = row.Name,
        Path = row.Path,
        Verdict = row.Verdict,
        Steps = row.Steps,
        BestLoss = row.BestLoss,
        LastLoss = row.LastLoss,
    };

    private static DepartureDocument Departure(Departure departure) => new()
    {
        Metric = MetricCatalog.NameOf(departure.Metric),
        Scope = departure.Scope.Length == 0 ? null : departure.Scope,
        Stage = departure.Stage,
        Step = departure.Step,
        Good = departure.Good,
        Bad = departure.Bad,
        Effect = departure.Effect,
        FalseDiscoveryRate = departure.FalseDiscoveryRate,
    };

    private static RowFindingDocument Finding(FindingDocument finding) => new()
    {
        Id = finding.Id,
        RuleId = finding.RuleId,
        Rule = finding.Rule,
        Severity = finding.Severity,
        Title = finding.Title,
    };
}
