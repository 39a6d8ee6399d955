using TrainingDoctor.Changes;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>
/// Repairs by a search over knobs, in the same process as the doctor and with the same budget: whole trainings, the first as the program is, and of all the best by its validation. It goes on beyond the budget to
/// find out when it comes to the skill that the doctor came to.
/// </summary>
internal static class SearchRepair
{
    /// <summary>The budget of <see cref="RemedyTrialOptions"/>.</summary>
    private const int Budget = 6;

    /// <summary>How many trainings it is given to come to the doctor's skill.</summary>
    public const int Most = 18;

    private const double Margin = 0.01;

    /// <summary>Repairs a program.</summary>
    /// <param name="search">The search.</param>
    /// <param name="program">The program.</param>
    /// <param name="seed">The seed of trainings and search.</param>
    /// <param name="before">The program as it is.</param>
    /// <param name="scoreBefore">Its score.</param>
    /// <param name="target">The skill that the doctor came to; null where it repaired nothing, so that there is nothing to come to.</param>
    public static Attempt Run(ISearch search, CorpusProgram program, int seed, Judgement before, double scoreBefore, double? target)
    {
        var random = new Random(seed);
        var tried = new List<(KnobSetting Setting, double Score)>();
        (Judgement Judgement, double Score)? best = null;
        double? reached = null;
        for (int trainings = 2; trainings <= (target is null ? Budget : Most) && (trainings <= Budget || reached is null); trainings++)
        {
            var setting = search.Propose(tried, random);
            var result = Train(program, SearchSpace.Changes(setting), seed);
            tried.Add((setting, result?.Score ?? double.NegativeInfinity));
            if (result is not { } one)
            {
                continue;
            }

            if (trainings <= Budget && one.Score > (best?.Score ?? scoreBefore))
            {
                best = one;
            }

            if (reached is null && one.Judgement.Skill >= target - Margin)
            {
                reached = trainings;
            }
        }

        return new Attempt
        {
            After = best?.Judgement,
            IsRepaired = best is { } kept && Judgement.IsRepaired(before, kept.Judgement, Unrepairable.CostsNothing(program)),
            Cost = Budget,
            ToTheDoctorsSkill = target is null ? null : reached ?? Most,
        };
    }

    /// <summary>Returns what a search sees of a training: accuracy where there is one, otherwise how low the loss is; higher is better.</summary>
    /// <param name="outcome">The training.</param>
    public static double ScoreOf(TrainingOutcome outcome)
    {
        double score = outcome.FinalValidation?.Accuracy ?? -(outcome.FinalValidation?.Loss ?? outcome.Losses.Skip(outcome.Losses.Count * 9 / 10).DefaultIfEmpty(double.NaN).Average());
        return double.IsFinite(score) ? score : double.NegativeInfinity;
    }

    private static (Judgement Judgement, double Score)? Train(CorpusProgram program, IReadOnlyList<ProgramChange> changes, int seed)
    {
        var judge = new Judge(program);
        using var observer = new MonitoringObserver(next: judge);
        try
        {
            var outcome = TrainingLoop.Run(new CuredProgram(program.ToProgram(), changes), seed, observer);
            return (judge.With(^1, observer.Report!), ScoreOf(outcome));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The setting does not fit the program.
            return null;
        }
    }
}
