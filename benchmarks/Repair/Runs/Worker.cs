using System.Diagnostics;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>Lets the doctor and AUTOTRAINER repair a program.</summary>
internal static class Worker
{
    public static RepairRecord Run(CorpusProgram program, int seed, RepairOptions options)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            return Repair(program, seed, options) with { Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds };
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new RepairRecord { Program = program.Name, Seed = seed, Failure = exception.ToString() };
        }
    }

    private static RepairRecord Repair(CorpusProgram program, int seed, RepairOptions options)
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
                IsOfFlags = trial.Winner?.Remedies.SelectMany(remedy => remedy.Actions).All(action => PlainFlags.Kinds.Contains(action.Kind)) == true,
                Note = string.Join(" | ", trial.Candidates.Select(candidate => FormattableString.Invariant($"{candidate.Title} [{candidate.Epochs} epochs: {candidate.Score:F3} {candidate.Primary} {string.Join(" ", candidate.Skipped)}]"))),
            },
        };
        if (options.Foreign)
        {
            record = record with
            {
                Foreign = options.Through is "flags" ? null : ForeignRepair.Run(program, seed, isPlain: false),
                Plain = options.Through is "monitor" ? null : ForeignRepair.Run(program, seed, isPlain: true),
            };
        }

        if (!options.WithBaseline || !program.Truth.IsIll)
        {
            return record;
        }

        double? target = record.Doctor.IsRepaired ? after!.Skill : null;
        double score = SearchRepair.ScoreOf(outcome!);
        return record with
        {
            AutoTrainer = AutoTrainerRepair.Run(program, seed, before),
            Random = SearchRepair.Run(new RandomSearch(), program, seed, before, score, target),
            Parzen = SearchRepair.Run(new ParzenSearch(), program, seed, before, score, target),
        };
    }
}
