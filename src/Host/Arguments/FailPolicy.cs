using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Arguments;

/// <summary>When runs make the program exit with 1.</summary>
/// <param name="Threshold">The lowest severity that counts; null for never.</param>
/// <param name="OnlyNew">Whether only findings that the baseline does not have count.</param>
/// <param name="OnInconclusive">Whether a run counts too of which too little was measured to judge.</param>
/// <param name="Required">Rules that must have been evaluated.</param>
internal sealed record FailPolicy(Severity? Threshold, bool OnlyNew, bool OnInconclusive, IReadOnlyList<RuleEntry> Required)
{
    /// <summary>The words that <c>--fail-on</c> takes.</summary>
    public static readonly IReadOnlyList<string> Words = ["error", "warning", "info", "never", "new-error", "new-warning", "new-info"];

    private const string NewPrefix = "new-";

    /// <summary>Reads <c>--fail-on</c>.</summary>
    /// <param name="word">One of <see cref="Words"/>.</param>
    /// <param name="hasBaseline">Whether there is a baseline, which the words of what is new need.</param>
    /// <param name="onInconclusive">Whether an inconclusive run counts.</param>
    /// <param name="required">The rules of <c>--require</c>.</param>
    /// <exception cref="UsageException">It is none of the words, or one that lacks its baseline.</exception>
    public static FailPolicy Parse(string word, bool hasBaseline, bool onInconclusive, IReadOnlyList<RuleEntry> required)
    {
        bool onlyNew = word.StartsWith(NewPrefix, StringComparison.Ordinal);
        string severity = onlyNew ? word[NewPrefix.Length..] : word;
        if (severity == "never" && !onlyNew)
        {
            return new FailPolicy(null, false, onInconclusive, required);
        }

        if (!KebabCase.TryParse(severity, out Severity threshold) || !Words.Contains(word))
        {
            throw new UsageException($"--fail-on: '{word}' is not known; expected {string.Join(", ", Words)}.");
        }

        return hasBaseline || !onlyNew
            ? new FailPolicy(threshold, onlyNew, onInconclusive, required)
            : throw new UsageException($"--fail-on: '{word}' counts what a baseline does not have; expected --baseline FILE too, or --fail-on {severity}.");
    }
}
