using System.ComponentModel.DataAnnotations;
using TrainingDoctor.Rules.Curves;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>TD9006: the reward rises while what it stands for falls.</summary>
/// <param name="options">Its thresholds.</param>
public sealed class RewardHacking(RewardHackingOptions options) : TaskRule<RewardHackingOptions>(options)
{
    /// <summary>Gets what is known of the rule.</summary>
    public static RuleDescriptor Metadata { get; } = new()
    {
        Id = "TD9006",
        Name = "reward-hacking",
        Category = RuleCategory.Tasks,
        Severity = Severity.Warning,
        Summary = $"The reward rises while what it stands for falls.",
        Explanation = $"The reward as a whole is compared with the reward on held-out tasks, the rate of success, and that part of the reward that pays for being right. The rule fires when the whole ends higher than it began, beyond chance, and one of the others has lost a good share of its best level.",
        Why = $"The policy has found what pays instead of what is wanted; more training makes it better at that.",
        Inputs = [Metric.Reward, Metric.HeldOutReward, Metric.SuccessRate, Metric.RewardPart],
        RequiredInputs = [Metric.Reward],
        Granularity = ScopeKind.Run,
        Causes = [Cause.MisspecifiedReward, Cause.WeakPolicyConstraint],
        Remedies =
        [
            new($"Read answers of the last steps, and pay for what they lack.", $"A reward that can be earned without the task must change."),
            new($"Reweigh the parts of the reward (reward_weights).", $"The easy part drowns the one that counts."),
            new($"Hold the policy closer to its reference (beta), or stop at the best held-out reward.", $"A reward model is right only near what it was trained on."),
        ],
        Sources = [TaskRemedies.Sources.Overoptimization, "Skalse et al. 2022, Defining and characterizing reward hacking, arXiv 2209.13085"],
        Limitations = $"A part is taken for the one that counts by its name: correct, accuracy, answer, success, exact, solve, task, pass, match.",
    };

    private static readonly string[] Wanted = ["correct", "accura", "answer", "success", "exact", "solve", "goal", "verif"];

    private static readonly string[] WantedWords = ["acc", "task", "match", "pass", "tests", "win", "won"];

    /// <inheritdoc/>
    public override RuleDescriptor Descriptor => Metadata;

    /// <inheritdoc/>
    public override Diagnosis Diagnose(Symptom symptom, RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(symptom);
        ArgumentNullException.ThrowIfNull(facts);
        Text what = symptom.Variant switch { "held-out" => $"the reward on held-out tasks", "success" => $"the rate of success", var part => $"the part '{part}'" };
        return new Diagnosis(
            $"The reward rises while what it stands for falls",
            $"Until step {symptom.LastStep} the mean reward rose from {symptom.Values["rewardStart"]:G4} to {symptom.Values["rewardEnd"]:G4}, while {what} fell from a best level of {symptom.Values["best"]:G4} to {symptom.Values["end"]:G4}.",
            [new(Cause.MisspecifiedReward, 0.65), new(Cause.WeakPolicyConstraint, 0.25)],
            [
                new Remedy
                {
                    Title = $"Reweigh the parts of the reward",
                    Actions = [TaskRemedies.Setting("reward_weights")],
                    Rationale = $"The policy earns what pays most for the least effort: being right must pay more than all other parts together (reward_weights).",
                    Sources = Metadata.Sources,
                },
                TaskRemedies.HoldCloser,
                TaskRemedies.KeepBest((long)symptom.Values["bestStep"]),
            ]);
    }

    /// <summary>Words of the part that counts, whatever their ending: <c>correctness</c>, <c>solved</c>. Words of which a part is another one must be whole.</summary>
    private static bool IsWanted(string word) => Array.Exists(Wanted, stem => word.StartsWith(stem, StringComparison.Ordinal)) || WantedWords.Contains(word);

    internal override Text? WhyNotJudged(RunFacts facts) => facts.Fewer(Metric.Reward, Options.MinimumSamples)
        ?? (facts.Has(Metric.HeldOutReward) || facts.Has(Metric.SuccessRate) || facts.Has(Metric.RewardPart) ? null : (Text)$"needs a held-out reward, a rate of success or parts of the reward");

    internal override Symptom? Judge(RunFacts facts)
    {
        if (RewardCourse.Of(facts) is not { HasGained: true, Lost: < 0.3 } course)
        {
            return null;
        }

        var others = new List<(string Name, CompactedSeries Series)>();
        others.AddRange(facts.Series(Metric.HeldOutReward) is { } heldOut ? [("held-out", heldOut)] : []);
        others.AddRange(facts.Series(Metric.SuccessRate) is { } success ? [("success", success)] : []);
        others.AddRange(facts.Parts(Metric.RewardPart).Where(part => part.Part.Split(' ').Any(IsWanted)));
        foreach (var (name, series) in others.Where(other => other.Series.BlockCount >= 5))
        {
            int width = Math.Max(1, series.BlockCount / 10);
            var (best, index) = series.Best(width, -1);
            double end = series.MeanOf(0.85, 1);
            double start = series.MeanOf(0, 0.1);
            double error = Math.Max(series.BlockNoiseOf(0, 1), series.Noise / Math.Sqrt(series.Stride)) * Math.Sqrt(2.0 / width);
            double lowest = Math.Min(start, facts.Series(Metric.HeldOutReward) == series ? start : 0);
            if (best - end > Options.Lost * (best - lowest) && best - end > 5 * error && (end < start || best - end > 0.5 * Math.Abs(best)))
            {
                return new Symptom
                {
                    Severity = Severity.Warning,
                    Confidence = 0.7,
                    Variant = name,
                    FirstStep = series.Steps[index],
                    LastStep = series.LastStep,
                    Evidence = [new Evidence("wanted_reward", null, series.LastStep, end, best, "<")],
                    Values = { ["rewardStart"] = course.Start, ["rewardEnd"] = course.End, ["best"] = best, ["end"] = end, ["bestStep"] = series.Steps[index] },
                };
            }
        }

        return null;
    }
}

/// <summary>Thresholds of <see cref="RewardHacking"/>.</summary>
public sealed class RewardHackingOptions
{
    /// <summary>Gets or sets how many rewards are needed.</summary>
    /// <value>The default is 20; at least 10.</value>
    [Range(10, int.MaxValue)]
    public int MinimumSamples { get; set; } = 20;

    /// <summary>Gets or sets the share of its best level that what is wanted must have lost.</summary>
    /// <value>The default is 0.3; bounds 0 to 1.</value>
    [Range(0.0, 1.0)]
    public double Lost { get; set; } = 0.3;
}
