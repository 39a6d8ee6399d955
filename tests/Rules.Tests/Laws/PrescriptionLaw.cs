using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests.Laws;

/// <summary>
/// The law of one prescription: a report has one advice for its learning rate, in its actions as in its words, and no two of its remedies undo each other or set one thing to two values.
/// Written from what contradicts in a training, not from what the triage does about it.
/// </summary>
internal static partial class PrescriptionLaw
{
    private static readonly (RemedyActionKind One, RemedyActionKind Other)[] Opposites =
    [
        (RemedyActionKind.AddDropout, RemedyActionKind.RemoveDropout),
        (RemedyActionKind.ReduceCapacity, RemedyActionKind.IncreaseCapacity),
        (RemedyActionKind.TrainLonger, RemedyActionKind.StopEarly),
        (RemedyActionKind.AddNormalization, RemedyActionKind.RemoveNormalization),
    ];

    /// <summary>Lists what of a diagnosis contradicts itself, a line each.</summary>
    /// <param name="diagnosis">The diagnosis.</param>
    public static IReadOnlyList<string> Violations(RunDiagnosis diagnosis)
    {
        var given = diagnosis.Findings
            .SelectMany(finding => finding.Remedies.Select(remedy => new Given(finding.Rule.Id, remedy)))
            .ToList();
        return
        [
            .. MoreThanOne("learning rates", given.SelectMany(item => item.Remedy.Actions.Where(IsRate).Select(action => (item.Rule, What: Describe(action))))),
            .. MoreThanOne("learning rates in words", given.SelectMany(item => RateInWords().Matches(item.Remedy.Title.ToString()).Select(match => (item.Rule, What: match.Groups["rate"].Value.TrimEnd('.', ','))))),
            .. MoreThanOne("warm-ups", given.SelectMany(item => Of(item, RemedyActionKind.AddWarmup).Select(action => (item.Rule, What: $"{action.Steps}")))),
            .. MoreThanOne("gradient norms", given.SelectMany(item => Of(item, RemedyActionKind.ClipGradientNorm).Select(action => (item.Rule, What: $"{action.MaxNorm}")))),
            .. MoreThanOne("directions of weight decay", given.SelectMany(item => Of(item, RemedyActionKind.AddWeightDecay).Select(action => (item.Rule, What: Direction(action, diagnosis.Facts.Run.Optimizer?.WeightDecay ?? 0, more: true))))),
            .. MoreThanOne("directions of the batch size", given.SelectMany(item => Of(item, RemedyActionKind.ChangeBatchSize).Select(action => (item.Rule, What: Direction(action, diagnosis.Facts.Of(Metric.BatchSize)?.Maximum ?? 0, more: false))))),
            .. Opposites.SelectMany(pair => Undone(given, pair.One, pair.Other)),
        ];
    }

    private static IEnumerable<string> MoreThanOne(string what, IEnumerable<(string Rule, string What)> values)
    {
        var different = values.GroupBy(value => value.What, value => value.Rule).ToList();
        return different.Count > 1
            ? [$"{different.Count} {what}: {string.Join("; ", different.Select(group => $"{group.Key} by {string.Join(", ", group.Distinct())}"))}"]
            : [];
    }

    /// <summary>A remedy that does both puts the one in place of the other, and contradicts nothing.</summary>
    private static IEnumerable<string> Undone(IReadOnlyList<Given> given, RemedyActionKind one, RemedyActionKind other)
    {
        var first = given.Where(item => Has(item, one) && !Has(item, other)).ToList();
        var second = given.Where(item => Has(item, other) && !Has(item, one)).ToList();
        return first.Count > 0 && second.Count > 0 ? [$"{one} by {first[0].Rule} against {other} by {second[0].Rule}"] : [];
    }

    private static bool Has(Given item, RemedyActionKind kind) => Of(item, kind).Any();

    private static IEnumerable<RemedyAction> Of(Given item, RemedyActionKind kind) => item.Remedy.Actions.Where(action => action.Kind == kind);

    private static bool IsRate(RemedyAction action) =>
        action.Kind is RemedyActionKind.SetLearningRate or RemedyActionKind.ScaleLearningRate or RemedyActionKind.TestLearningRates;

    private static string Direction(RemedyAction action, double now, bool more) =>
        (action.Factor is { } factor ? factor > 1 : action.Value is { } value ? value > now : more) ? "up" : "down";

    private static string Describe(RemedyAction action) => action.Kind switch
    {
        RemedyActionKind.SetLearningRate => FormattableString.Invariant($"set to {action.Value:R}"),
        RemedyActionKind.ScaleLearningRate => FormattableString.Invariant($"scaled by {action.Factor:R}"),
        _ => FormattableString.Invariant($"tested from {action.Minimum:R} to {action.Maximum:R}"),
    };

    [GeneratedRegex(@"learning rate to (?<rate>\d[\d.,]*(?:E[+-]?\d+)?)")]
    private static partial Regex RateInWords();

    private sealed record Given(string Rule, Remedy Remedy);
}
