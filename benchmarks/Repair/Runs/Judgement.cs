namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>How a training came out, measured the same way for every repairer and by none of the measures that they choose by.</summary>
/// <param name="Skill">What the model knows beyond a constant answer, on the held-back samples (on the training samples where none are held back); null where the program defines none.</param>
/// <param name="TrainingSkill">The same on the training samples.</param>
/// <param name="Loss">The last validation loss, in the units of the loss that was trained with.</param>
/// <param name="LossName">The loss that was trained with.</param>
/// <param name="Verdict">The doctor's verdict.</param>
/// <param name="Primary">The doctor's primary finding; null for none.</param>
/// <param name="Rules">The rules found at warning or error.</param>
internal sealed record Judgement(double? Skill, double? TrainingSkill, double? Loss, string? LossName, Verdict Verdict, string? Primary, IReadOnlyList<string> Rules)
{
    private const double Margin = 0.01;
    private const double Good = 0.9;
    private const double LossMargin = 0.05;
    private const double Worst = -1;

    /// <summary>Tells whether a training repaired the one before: the problem is gone, the validation is not worse, and it is better by the stated margin.</summary>
    /// <param name="before">The training as it was.</param>
    /// <param name="after">The training with the repair.</param>
    /// <param name="costsNothing">Whether the fault is declared to cost the model nothing, so that no gain is asked.</param>
    public static bool IsRepaired(Judgement before, Judgement after, bool costsNothing) =>
        IsGone(before, after) && (IsBetter(before, after) || (costsNothing && !IsWorse(before, after)));

    /// <summary>Tells whether the problem is gone, and no error has come in its place.</summary>
    public static bool IsGone(Judgement before, Judgement after) => after.Verdict != Verdict.Ill && before.Primary is { } problem && !after.Rules.Contains(problem);

    /// <summary>
    /// Better by a point of skill, or by a twentieth of the validation loss at a skill that is not worse by more than the same point and not at its floor; where the fault costs the model nothing (a skill of 0.9
    /// as it is), not worse.
    /// </summary>
    public static bool IsBetter(Judgement before, Judgement after)
    {
        double gain = Gain(before, after);
        bool isUseless = before.Skill is not null && Bounded(after.Skill) <= Worst;
        bool loses = !isUseless && before.LossName == after.LossName && !(after.Loss > (1 - LossMargin) * before.Loss) && after.Loss is { } loss && double.IsFinite(loss);
        return gain >= Margin || (gain >= -Margin && (loses || before.Skill >= Good));
    }

    /// <summary>Tells whether a cure did harm: it lost more than the margin.</summary>
    public static bool IsWorse(Judgement before, Judgement after) => Gain(before, after) < -Margin;

    /// <summary>Returns the skill gained. Skill is held at -1 from below: how badly a useless model fails is of no interest.</summary>
    public static double Gain(Judgement before, Judgement after) => Bounded(after.Skill) - Bounded(before.Skill);

    private static double Bounded(double? skill) => skill is { } value && double.IsFinite(value) ? Math.Max(Worst, value) : Worst;
}
