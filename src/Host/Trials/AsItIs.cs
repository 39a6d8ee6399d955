using TrainingDoctor.Cures;
using TrainingDoctor.Host.Trials.Evidence;
using TrainingDoctor.Host.Trials.Running;

namespace TrainingDoctor.Host.Trials;

/// <summary>The training as it is: what all trials are held against.</summary>
/// <param name="Run">The run.</param>
/// <param name="Reading">What was read of it.</param>
/// <param name="Score">Scores trainings by its measure.</param>
/// <param name="Trial">How it came out.</param>
internal sealed record AsItIs(TrialRun Run, RunReading Reading, ForeignScore Score, Trial Trial)
{
    /// <summary>Gets the number of steps.</summary>
    public long Steps => Math.Max(1, LastStep - FirstStep + 1);

    /// <summary>Gets the first step.</summary>
    public long FirstStep => Reading.Curves.FirstStep ?? 0;

    /// <summary>Gets the last step.</summary>
    public long LastStep => Reading.Curves.LastStep ?? 0;

    /// <summary>Gets a value indicating whether it was stopped before its end, so that this is as far as trials go.</summary>
    public bool IsCut => Run.Stopped is not null;

    /// <summary>Gets the time that it took.</summary>
    public TimeSpan Took => Run.Process.Ran;

    /// <summary>Returns the step at which a part of it ends; far enough for a score.</summary>
    /// <param name="part">The part.</param>
    /// <param name="whole">The whole, in the same unit.</param>
    public long StepAt(int part, int whole) => Math.Max(Math.Min(Score.FirstStep, LastStep), FirstStep + Math.Max(1, (long)Math.Ceiling((double)part / whole * Steps)) - 1);

    /// <summary>Returns the last step of an epoch.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <returns>Null where epochs were not measured or there are fewer.</returns>
    public long? StepAtEpoch(double epoch)
    {
        var epochs = Reading.Curves.Of(Metric.Epoch);
        return epochs.Count > 0 && epochs[^1].Value > epoch ? epochs.Where(point => point.Value <= epoch).Select(point => (long?)point.Step).LastOrDefault() : null;
    }

    /// <summary>Returns what a setting is as it is, as far as it was measured.</summary>
    /// <param name="name">The setting.</param>
    /// <returns>Null where it was not.</returns>
    public double? PresentOf(string name)
    {
        var facts = Reading.Report.Diagnosis.Facts;
        return name switch
        {
            // The rate that a schedule works up to, not the one that it ends with.
            "learning-rate" => facts.Run.Optimizer?.LearningRates is { Count: > 0 } rates ? rates.Max() : facts.Of(Metric.LearningRate)?.Maximum,
            "batch-size" => facts.Of(Metric.BatchSize)?.Maximum,
            "weight-decay" => facts.Run.Optimizer?.WeightDecay,
            "epochs" => facts.Of(Metric.Epoch)?.Last is { } epoch ? Math.Ceiling(epoch) : null,
            _ => null,
        };
    }
}
