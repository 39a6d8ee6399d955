using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Optimization.Rates;

/// <summary>The faults that a learning rate may have, and what is to be said of each.</summary>
internal static class RateFault
{
    /// <summary>It is negative or no number.</summary>
    public const string Invalid = "invalid";

    /// <summary>It is exactly zero.</summary>
    public const string Zero = "zero";

    /// <summary>It is next to nothing beside what it was.</summary>
    public const string Vanished = "vanished";

    /// <summary>It was cut down to next to nothing, and the cuts began while the loss fell.</summary>
    public const string Spent = "spent";

    /// <summary>It leaves a steady level for a multiple of all before.</summary>
    public const string Jump = "jump";

    /// <summary>It grows by a factor without end.</summary>
    public const string Growing = "growing";

    /// <summary>It still rises at the end.</summary>
    public const string Warmup = "warmup";

    /// <summary>It turns within an epoch.</summary>
    public const string Cadence = "cadence";

    /// <summary>It begins again.</summary>
    public const string Reset = "reset";

    /// <summary>Puts a fault into words.</summary>
    /// <param name="symptom">The symptom; its variant is the fault.</param>
    /// <param name="facts">The run.</param>
    public static Diagnosis Describe(Symptom symptom, RunFacts facts)
    {
        var evidence = symptom.Evidence[0];
        double usual = symptom.Values.TryGetValue("usual", out double value) ? value : double.NaN;
        var repair = OptimizationRemedies.RepairSchedule(usual > 0 ? usual : symptom.Variant is Zero or Invalid ? 0.001 : double.NaN);
        return symptom.Variant switch
        {
            Zero => new Diagnosis(
                $"The learning rate is zero",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the learning rate was exactly zero: the weights cannot move.",
                [new(Cause.LearningRateTooLow, 0.5), new(Cause.OptimizerMismatch, 0.45)],
                [repair]),
            Vanished when symptom.Values["unlearned"] == 0 => new Diagnosis(
                $"The learning rate vanished long before the run ended",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the learning rate was below {evidence.Limit:G3}, beside the {usual:G3} of before too small for a number of single precision to move by.",
                [new(Cause.LearningRateTooLow, 0.6), new(Cause.OptimizerMismatch, 0.35)],
                [repair]),
            Vanished when symptom.Values.TryGetValue("epoch", out double epoch) => new Diagnosis(
                $"The learning rate vanished by step {symptom.FirstStep}",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the learning rate was below {evidence.Limit:G3}, next to nothing beside the {usual:G3} of before, and the loss has not come down. An epoch has {epoch:N1} steps: so falls a schedule that was meant in epochs and is moved with every batch.",
                [new(Cause.OptimizerMismatch, 0.7), new(Cause.LearningRateTooLow, 0.25)],
                [ScheduleRemedies.MoveWithEpochs(), repair]),
            Vanished => new Diagnosis(
                $"The learning rate vanished before anything was learned",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the learning rate was below {evidence.Limit:G3}, next to nothing beside the {usual:G3} of before, and the loss has not come down.",
                [new(Cause.LearningRateTooLow, 0.6), new(Cause.OptimizerMismatch, 0.35)],
                [repair]),
            Spent => new Diagnosis(
                $"The learning rate was cut down while the loss was still falling",
                symptom.Values.TryGetValue("fall", out double fall)
                ? (Text)$"{symptom.Values["cuts"]:N0} cuts, of which the first came at step {symptom.Values["cutStep"]:F0}, took the learning rate from {usual:G3} to {evidence.Value:G3}. Until the first the loss was falling, by {fall:P0} from the third quarter of that time to the fourth; from step {symptom.FirstStep} to the end the rate was next to nothing."
                : symptom.Values.TryGetValue("improving", out double improving)
                ? (Text)$"{symptom.Values["cuts"]:N0} cuts, of which the first came at step {symptom.Values["cutStep"]:F0}, took the learning rate from {usual:G3} to {evidence.Value:G3}. {improving:N0} of them came while each validation was better than the one before; from step {symptom.FirstStep} to the end the rate was next to nothing."
                : $"{symptom.Values["cuts"]:N0} cuts, of which the first came at step {symptom.Values["cutStep"]:F0}, took the learning rate from {usual:G3} to {evidence.Value:G3}. Until the first each validation was better than the one before, the last by {symptom.Values["validation"]:P0}; from step {symptom.FirstStep} to the end the rate was next to nothing.",
                [new(Cause.OptimizerMismatch, 0.6), new(Cause.LearningRateTooLow, 0.3)],
                [ScheduleRemedies.CutWhenNothingImproves(), repair]),
            Jump => new Diagnosis(
                $"The learning rate jumped to {evidence.Value:G3}",
                $"At step {evidence.Step} the learning rate rose to {evidence.Value:G3}, {evidence.Value / usual:G3} times the largest before it, after it had been steady.",
                [new(Cause.LearningRateTooHigh, 0.55), new(Cause.OptimizerMismatch, 0.4)],
                [repair, LearningRateRemedies.Warmup(facts)]),
            Reset => new Diagnosis(
                $"The learning rate schedule began again at step {evidence.Step}",
                $"The learning rate had come down to {symptom.Values["before"]:G3} at step {symptom.Values["stepBefore"]:F0}; at step {evidence.Step} it was {evidence.Value:G3} again, as at the beginning.",
                [new(Cause.OptimizerMismatch, 0.75), new(Cause.LearningRateTooHigh, 0.2)],
                [ScheduleRemedies.RestoreSchedule()]),
            Cadence => new Diagnosis(
                $"The learning rate goes up and down every {symptom.Values["period"]:N0} steps",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the learning rate came back up {symptom.Values["count"]:N0} times, every {symptom.Values["period"]:N1} steps, where an epoch has {symptom.Values["epoch"]:N1}: a period that was meant in epochs is counted in steps.",
                [new(Cause.OptimizerMismatch, 0.8), new(Cause.LearningRateTooHigh, 0.1)],
                [ScheduleRemedies.MoveWithEpochs()]),
            Growing => new Diagnosis(
                $"The learning rate grows without end",
                $"From step {symptom.FirstStep} to step {symptom.LastStep} the learning rate grew by a constant factor to {evidence.Value:G3}, {evidence.Value / usual:G3} times its first value.",
                [new(Cause.LearningRateTooHigh, 0.5), new(Cause.OptimizerMismatch, 0.45)],
                [repair]),
            Warmup => new Diagnosis(
                $"The warm-up never finished",
                $"From step {symptom.FirstStep} to step {symptom.LastStep}, the last of the run, the learning rate rose without a break to {evidence.Value:G3}; it never reached a level to train at.",
                [new(Cause.LearningRateTooLow, 0.45), new(Cause.OptimizerMismatch, 0.3), new(Cause.TooFewEpochs, 0.2)],
                [LearningRateRemedies.Warmup(facts), ScheduleRemedies.TrainLonger()]),
            _ => new Diagnosis(
                $"The learning rate is {evidence.Value:G3}",
                symptom.LastStep > symptom.FirstStep
                    ? (Text)$"At step {symptom.FirstStep} and last at step {symptom.LastStep} the learning rate was not a finite number above zero; at step {evidence.Step} it was {evidence.Value:G3}."
                    : $"At step {symptom.FirstStep} the learning rate became {evidence.Value:G3}; it must be a finite number above zero.",
                [new(Cause.OptimizerMismatch, 0.7), new(Cause.NumericOverflow, 0.2), new(Cause.LearningRateTooHigh, 0.05)],
                [repair]),
        };
    }
}
