namespace TrainingDoctor.Host.Commands;

/// <summary>When findings make the program exit with 1.</summary>
/// <param name="Threshold">The lowest severity that counts; null for never.</param>
/// <param name="OnlyNew">Whether only findings that the baseline does not have count.</param>
/// <param name="Required">Rules that must have been evaluated.</param>
internal sealed record FailPolicy(Severity? Threshold, bool OnlyNew, IReadOnlyList<RuleEntry> Required)
{
    /// <summary>The words that <c>--fail-on</c> takes.</summary>
    public static readonly IReadOnlyList<string> Words = ["error", "warning", "info", "never", "new-error", "new-warning", "new-info"];

    /// <summary>Reads <c>--fail-on</c>.</summary>
    /// <param name="word">One of <see cref="Words"/>.</param>
    /// <param name="required">The rules of <c>--require</c>.</param>
    /// <exception cref="UsageException">It is none of the words.</exception>
    public static FailPolicy Parse(string word, IReadOnlyList<RuleEntry> required)
    {
        bool onlyNew = word.StartsWith("new-", StringComparison.Ordinal);
        string severity = onlyNew ? word["new-".Length..] : word;
        if (severity == "never" && !onlyNew)
        {
            return new FailPolicy(null, false, required);
        }

        return KebabCase.TryParse(severity, out Severity threshold)
            ? new FailPolicy(threshold, onlyNew, required)
            : throw new UsageException($"--fail-on: '{word}' is not known; expected {string.Join(", ", Words)}.");
    }

    /// <summary>Judges one run.</summary>
    /// <param name="diagnosis">What was found.</param>
    /// <param name="isNew">Tells whether a finding is absent from the baseline.</param>
    /// <param name="explain">Is told each required rule that could not be evaluated.</param>
    /// <returns>Whether the program must exit with 1.</returns>
    public bool Fails(RunDiagnosis diagnosis, Func<Finding, bool> isNew, Action<string> explain)
    {
        bool missing = false;
        foreach (var entry in Required)
        {
            var status = diagnosis.Rules.FirstOrDefault(s => s.Rule.Id == entry.Descriptor.Id);
            if (status?.Outcome is not (RuleOutcome.Passed or RuleOutcome.Found))
            {
                missing = true;
                explain($"required rule {entry.Descriptor.Id} ({entry.Descriptor.Name}) was not evaluated: {status?.Reason?.ToString() ?? "it is not part of this diagnosis"}");
            }
        }

        return missing || (Threshold is { } threshold && diagnosis.Findings.Any(finding => finding.Severity >= threshold && (!OnlyNew || isNew(finding))));
    }
}
