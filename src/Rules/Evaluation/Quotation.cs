using System.Globalization;

namespace TrainingDoctor;

/// <summary>
/// How numbers of a run are told in sentences, so that each is true: a single value as it was measured, a mean as a mean, a share without impossible percents, a span up to where measuring went.
/// </summary>
public static class Quotation
{
    private const double SharesEnd = 10;

    /// <summary>Words for a size relative to another, to stand before that other: <c>45 % of</c> (its size) or <c>530,000 times</c> (its size).</summary>
    /// <param name="ratio">The one divided by the other, not negative.</param>
    /// <returns>Percents below tenfold, a multiple from there on.</returns>
    public static Text RelativeTo(double ratio) => ratio switch
    {
        double.PositiveInfinity => $"beyond any multiple of",
        >= SharesEnd => $"{Rounded(ratio):N0} times",
        >= 0.01 or 0 => $"{ratio:P0} of",
        >= 0.0001 => $"{ratio:P2} of",
        _ => $"{ratio:G2} of",
    };

    /// <summary>Words for a change relative to where it started: <c>12 %</c> below tenfold, <c>33-fold</c> from there on.</summary>
    /// <param name="ratio">The change divided by the start, not negative.</param>
    public static Text Change(double ratio) => ratio switch
    {
        >= SharesEnd => $"{Rounded(ratio):N0}-fold",
        >= 0.01 or 0 => $"{ratio:P0}",
        >= 0.0001 => $"{ratio:P2}",
        _ => $"less than 0.01 %",
    };

    /// <summary>Words for a number of values: <c>1 value</c>, <c>66,820 values</c>.</summary>
    /// <param name="count">How many, at least 0.</param>
    public static Text Values(double count) => count == 1 ? (Text)$"1 value" : $"{count:N0} values";

    /// <summary>A multiple as it is told with "about": two digits, and no more than there are.</summary>
    /// <param name="ratio">How many times, above 0.</param>
    /// <returns>E.g. <c>1,000</c> or <c>2.5</c>.</returns>
    public static Text Multiple(double ratio) => ratio >= SharesEnd ? (Text)$"{Rounded(ratio):N0}" : $"{ratio:G2}";

    /// <summary>Words for a value that is a mean: <c>2.574 (mean of 5)</c>; a single measurement stands for itself.</summary>
    /// <param name="value">The value.</param>
    /// <param name="count">Of how many measurements it is the mean, at least 1.</param>
    public static Text Mean(double value, long count) => count == 1 ? (Text)$"{value:G4}" : $"{value:G4} (mean of {count:N0})";

    /// <summary>Words for the value of evidence: as it was measured, or as a mean.</summary>
    /// <param name="evidence">The evidence.</param>
    public static Text Of(Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return Mean(evidence.Value, evidence.MeanOf ?? 1);
    }

    /// <summary>
    /// Words for the steps in which a symptom held: up to where it ended, or up to the last measurement where measuring was sparse, so that nobody reads a recovery into it.
    /// </summary>
    /// <param name="symptom">The symptom, whose last step is the last at which it was seen.</param>
    /// <param name="facts">The run.</param>
    /// <param name="metric">What it was seen in.</param>
    /// <returns>E.g. <c>From step 6 until the last measurement, step 103,</c> or <c>From step 6 to step 41</c>: the beginning of a sentence.</returns>
    public static Text Span(Symptom symptom, RunFacts facts, Metric metric)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        bool isPartial = symptom.Parts.Any(part => part.RecoveredAt is not null) && symptom.Parts.Any(part => part.RecoveredAt is null);
        return symptom.FirstStep == symptom.LastStep ? (Text)$"At step {symptom.FirstStep}"
            : isPartial ? $"From step {symptom.FirstStep} to step {symptom.LastStep}, though not everywhere to the end,"
            : IsOpenEnded(symptom.LastStep, symptom.RecoveredAt, facts, metric) ? $"From step {symptom.FirstStep} until the last measurement, step {symptom.LastStep},"
            : (Text)$"From step {symptom.FirstStep} to step {symptom.LastStep}";
    }

    /// <summary>Tells whether a symptom held as far as was measured although the run went on.</summary>
    internal static bool IsOpenEnded(long? lastStep, long? recoveredAt, RunFacts facts, Metric metric) =>
        recoveredAt is null && lastStep is { } last && last < facts.LastStep
        && facts.All(metric).Select(item => item.Summary.LastStep).DefaultIfEmpty(last).Max() <= last;

    /// <summary>Two digits are enough for a multiple.</summary>
    private static double Rounded(double ratio) => double.Parse(ratio.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
