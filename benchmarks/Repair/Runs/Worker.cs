using System.Diagnostics;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Lets the doctor and AUTOTRAINER repair a program.</summary>
internal static class Worker
{
    public static RepairRecord Run(CorpusProgram program, int seed, bool withBaseline)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            return Repair(program, seed, withBaseline) with { Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds };
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new RepairRecord { Program = program.Name, Seed = seed, Failure = exception.ToString() };
        }
    }

    private static RepairRecord Repair(CorpusProgram program, int seed, bool withBaseline)
    {
        var judge = new Judge(program);
        TrainingOutcome? outcome = null;
        var trial = RemedyTrial.RunAsync(program.ToProgram(), new RemedyTrialOptions { Seed = seed, Observer = judge, OnBaseline = result => outcome = result }).GetAwaiter().GetResult();
        var before = judge.With(0, trial.Before);
        var after = trial.After is null ? null : judge.With(^1, trial.After);
        var record = new RepairRecord
        {
            Program = program.Name,
            Seed = seed,
            Before = before,
            Holds = program.Truth.HoldsWhen?.Invoke(new RunOutcome(before.TrainingSkill, outcome!)) ?? true,
            Doctor = new Attempt
            {
                After = after,
                IsRepaired = after is not null && Judgement.IsRepaired(before, after, Unrepairable.CostsNothing(program)),
                Cost = trial.TrainingsSpent,
                Repair = trial.Winner?.Title,
                Note = string.Join(" | ", trial.Candidates.Select(candidate => FormattableString.Invariant($"{candidate.Title} [{candidate.Epochs} epochs: {candidate.Score:F3} {candidate.Primary} {string.Join(" ", candidate.Skipped)}]"))),
            },
        };
        return withBaseline && program.Truth.IsIll ? record with { AutoTrainer = AutoTrainerRepair.Run(program, seed, before) } : record;
    }
}
