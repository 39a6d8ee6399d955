namespace TrainingDoctor.Reports.Runs;

/// <summary>
/// The step at which a run's trouble began, which is marked in its curve: where the root finding was first established, or, where validation no longer improves or the loss rises, where the best was left, which lies before that.
/// </summary>
internal static class TroubleOnset
{
    /// <summary>Of a loss that rises it is certain only later that it does.</summary>
    private const string Rising = "TD4003";

    /// <summary>Returns the step of a report that is being made.</summary>
    /// <param name="report">The report.</param>
    /// <returns>Null when nothing at warning or above was found, or the finding is a fact of the structure.</returns>
    public static long? Of(DiagnosisReport report) =>
        Of(report.Primary?.FirstStep, report.Diagnosis.Price is { } price && (price.OfValidation || report.Primary?.Rule.Id == Rising) ? price.Since : null);

    /// <summary>Returns the step of a report as it is written.</summary>
    /// <param name="document">The report.</param>
    /// <returns>Null when nothing at warning or above was found, or the finding is a fact of the structure.</returns>
    public static long? Of(ReportDocument document) =>
        document.Findings.FirstOrDefault(finding => finding.Id == document.Primary) is { } primary
            ? Of(primary.FirstStep, (primary.RuleId.StartsWith("TD6", StringComparison.Ordinal) || primary.RuleId == Rising) ? document.Price?.SinceStep : null)
            : null;

    private static long? Of(long? established, long? best) => established is { } step && best is { } since ? Math.Min(step, since) : established;
}
