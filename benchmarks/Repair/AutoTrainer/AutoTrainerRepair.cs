using TorchSharp;
using TrainingDoctor.Benchmarks.Accuracy;
using TrainingDoctor.Changes;
using TrainingDoctor.Corpus;

namespace TrainingDoctor.Benchmarks.Repair;

/// <summary>
/// Repairs as AUTOTRAINER does: trains until one of its rules raises an alarm, stops, starts anew with the next repair in its order for that trouble, and so on until a training ends
/// without an alarm or the repairs run out; then the training with the best accuracy is kept.
/// </summary>
internal static class AutoTrainerRepair
{
    private static readonly string[] Priority = ["dying ReLU", "gradient explode", "gradient vanish", "slow convergence", "oscillating loss"];

    public static Attempt Run(CorpusProgram program, int seed, Judgement before)
    {
        double spent = 0;
        if (Train(program, program.ToProgram(), seed, ref spent) is not { Alarms.Count: > 0 } first)
        {
            return new Attempt { Cost = spent, Note = "raised no alarm" };
        }

        string trouble = Priority.FirstOrDefault(name => first.Alarms.Contains(name)) ?? first.Alarms[0];
        Tried? best = null;
        foreach (var (name, change) in Strategies.For(trouble))
        {
            if (Train(program, new CuredProgram(program.ToProgram(), [change]), seed, ref spent) is not { } tried)
            {
                continue;
            }

            tried = tried with { Repair = name };
            if (best is null || (tried.Judgement.Skill ?? double.NegativeInfinity) > (best.Judgement.Skill ?? double.NegativeInfinity))
            {
                best = tried;
            }

            if (tried.Alarms.Count == 0)
            {
                best = tried;
                break;
            }
        }

        return new Attempt
        {
            Cost = spent,
            After = best?.Judgement,
            IsRepaired = best is { Alarms.Count: 0 } && Judgement.IsRepaired(before, best.Judgement, Unrepairable.CostsNothing(program)),
            Repair = best?.Repair,
            Note = trouble,
        };
    }

    private static Tried? Train(CorpusProgram program, ITrainingProgram runnable, int seed, ref double spent)
    {
        var judge = new Judge(program);
        AutoTrainerRules? rules = null;
        using var observer = new MonitoringObserver(options => options.Tap = scopes => rules = new AutoTrainerRules(scopes), new Stopper(() => rules!.Alarms.Count > 0, judge));
        try
        {
            TrainingLoop.Run(runnable, seed, observer);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The repair does not fit the program.
            return null;
        }

        double steps = program.Epochs * StepsPerEpoch(program, seed);
        spent += Math.Min(1, judge.Steps / Math.Max(1, steps));
        return new Tried([.. rules!.Alarms.Select(alarm => alarm.Name)], judge.With(^1, observer.Report!), null);
    }

    private static double StepsPerEpoch(CorpusProgram program, int seed)
    {
        using var data = program.Data(seed).Training.Input;
        return Math.Ceiling(data.shape[0] / (double)(program.BatchSize > 0 ? program.BatchSize : data.shape[0]));
    }

    private sealed record Tried(IReadOnlyList<string> Alarms, Judgement Judgement, string? Repair);

    /// <summary>Ends a training at the first alarm.</summary>
    private sealed class Stopper(Func<bool> isAlarmed, ITrainingObserver next) : ITrainingObserver
    {
        public void Started(TrainingState state) => next.Started(state);

        public void Stepped(TrainingState state, TrainingBatch batch, torch.Tensor loss) => next.Stepped(state, batch, loss);

        public void Validated(TrainingState state, ValidationScore score)
        {
            next.Validated(state, score);
            state.IsCutShort = isAlarmed();
        }

        public void Completed(TrainingState state) => next.Completed(state);
    }
}
