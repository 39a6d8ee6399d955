using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9007: answers run into the length limit, or shrink to nothing.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class ResponseLengthDrift(ResponseLengthDriftOptions options) : TaskRule<ResponseLengthDriftOptions>(options)
{
    private const string Shrunk = "shrunk";

    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9007",
        Name = "response-length-drift",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"Answers run into the length limit, or shrink to nothing.",
        Explanation = $"The rule fires when most answers of the last quarter were cut off at the length limit, or when their length fell to a tenth of what it was in the beginning. Answers of half their length whose reward rises are left alone.",
        Why = $"An answer that is cut off earns its reward by chance, and one of a few tokens says nothing.",
        Inputs = [Metric.TruncatedFraction, Metric.ResponseLength, Metric.Reward],
        RequiredInputs = [],
        Granularity = ScopeKind.Run,
        Causes = [Cause.TightLengthLimit, Cause.LearningRateTooHigh, Cause.MisspecifiedReward],
        Remedies =
        [
            new($"Raise the limit (max_completion_length, max_response_length), or leave truncated answers out of the loss (mask_truncated_completions, overlong_filtering).", $"A reward for an answer without an end misleads."),
            new($"Take a length out of the reward, or put one in.", $"Sums over tokens favour length, means over answers brevity."),
            new($"Go back to a checkpoint before answers lost their end, with a smaller learning rate.", $"A policy that never ends its answers has often been destroyed by its steps."),
        ],
        Sources = [TaskRemedies.Sources.TrlGrpo, "Yu et al. 2025, DAPO: overlong reward shaping, arXiv 2503.14476", "Liu et al. 2025, Understanding R1-Zero-like training: length bias, arXiv 2503.20783"],
        Limitations = $"A template of fixed length is not a limit; where the log tells no share of truncated answers only shrinking is seen.",
    };

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        var raise = new Remedy
        {
            Title = $"Leave truncated answers out of the loss (mask_truncated_completions), and double the limit (max_completion_length, max_response_length)",
            Actions = [TaskRemedies.Setting("mask_truncated_completions", value: 1), TaskRemedies.Setting("max_completion_length", factor: 2)],
            Rationale = $"What an answer without an end earns says nothing of the answer.",
            Caveat = $"Longer answers take more memory and time.",
            Sources = Metadata.Sources,
        };
        return symptom.Variant == Shrunk
            ? new Diagnosis(
                $"Answers have shrunk to nothing",
                $"The mean length of answers fell from {symptom.Values["start"]:G4} in the beginning to {symptom.Evidence[0].Value:G4} in the last quarter of the run, until step {symptom.LastStep}.",
                [new(Cause.MisspecifiedReward, 0.5), new(Cause.LearningRateTooHigh, 0.35)],
                [TaskRemedies.HoldCloser, TaskRemedies.SmallerSteps])
            : new Diagnosis(
                $"Answers are cut off at the length limit",
                $"In the last quarter of the run, until step {symptom.LastStep}, {Quotation.RelativeTo(symptom.Evidence[0].Value)} the answers were cut off at the length limit, {Quotation.RelativeTo(symptom.Values["start"])} them in the beginning.",
                symptom.Values["start"] > 0.5 ? [new(Cause.TightLengthLimit, 0.65), new(Cause.LearningRateTooHigh, 0.25)] : [new(Cause.LearningRateTooHigh, 0.45), new(Cause.TightLengthLimit, 0.25), new(Cause.MisspecifiedReward, 0.2)],
                symptom.Values["start"] > 0.5 ? [raise, TaskRemedies.SmallerSteps] : [TaskRemedies.SmallerSteps, raise, TaskRemedies.HoldCloser]);
    }

    internal override Text? WhyNotJudged(RunFacts facts)
    {
        long count = Math.Max(facts.Of(Metric.TruncatedFraction)?.Count ?? 0, facts.Of(Metric.ResponseLength)?.Count ?? 0);
        return count >= Options.MinimumSamples ? null : (Text)$"needs {Options.MinimumSamples} lengths of answers, had {count}";
    }

    internal override Symptom? Judge(RunFacts facts)
    {
        bool isGood = RewardCourse.Of(facts) is { HasGained: true, IsWon: true };
        if (facts.Series(Metric.TruncatedFraction) is { BlockCount: >= 4 } truncated && truncated.MeanOf(0.75, 1) is var share && share > Options.Truncated && !isGood)
        {
            return new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.85,
                FirstStep = truncated.Steps[truncated.Longest(value => value > Options.Truncated).First],
                LastStep = truncated.LastStep,
                Evidence = [truncated.Level("truncated_level", 0.75, Options.Truncated, ">")],
                Values = { ["start"] = truncated.MeanOf(0, 0.05) },
            };
        }

        if (facts.Series(Metric.ResponseLength) is { BlockCount: >= 4 } lengths && lengths.MeanOf(0, 0.1) is var start && lengths.MeanOf(0.75, 1) < Options.Shrunk * start && !isGood)
        {
            return new Symptom
            {
                Severity = Severity.Warning,
                Confidence = 0.75,
                Variant = Shrunk,
                FirstStep = lengths.FirstStep,
                LastStep = lengths.LastStep,
                Evidence = [lengths.Level("length_level", 0.75, Options.Shrunk * start, "<")],
                Values = { ["start"] = start },
            };
        }

        return null;
    }
}

/// <summary>Thresholds of <see cref="ResponseLengthDrift"/>.</summary>
public sealed class ResponseLengthDriftOptions
{
    /// <summary>Gets or sets how many lengths are needed.</summary>
    /// <value>The default is 10; at least 4.</value>
    [Range(4, int.MaxValue)]
    public int MinimumSamples { get; set; } = 10;

    /// <summary>Gets or sets the share of answers cut off in the last quarter.</summary>
    /// <value>The default is 0.8: a half occurs in runs that go well on long problems; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Truncated { get; set; } = 0.8;

    /// <summary>Gets or sets the share of its beginning to which the length must fall.</summary>
    /// <value>The default is 0.1: a third is healthy where answers were wordy; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Shrunk { get; set; } = 0.1;
}
