using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Rules.Optimization.Rates;

/// <summary>What to do about a schedule that moves at the wrong times.</summary>
internal static class ScheduleRemedies
{
    /// <summary>Moves a schedule whose period is meant in epochs once an epoch.</summary>
    public static Remedy MoveWithEpochs() => new()
    {
        Title = $"Move the schedule as often as its period says",
        Actions = [],
        Rationale = $"T_max, step_size and milestones count calls of step: moved with every batch, ten epochs are ten batches.",
        Caveat = $"Schedules that are meant for steps (OneCycleLR, linear warm-up) must be moved with every batch.",
        Code = "foreach (var epoch in epochs) { Train(epoch); scheduler.step(); } // not within Train",
        Sources = ["PyTorch documentation: torch.optim, how to adjust learning rate"],
    };

    /// <summary>Cuts the rate where what it watches has ceased to improve.</summary>
    public static Remedy CutWhenNothingImproves() => new()
    {
        Title = $"Cut the learning rate where nothing improves any more",
        Actions = [],
        Rationale = $"A schedule that watches a plateau takes a falling loss for a worsening score if its mode is \"max\", and cuts the rate each time its patience ends; milestones and step sizes that are counted in epochs come too soon where the schedule is moved with every batch.",
        Caveat = $"A score that should rise, as accuracy, needs the mode \"max\".",
        Code = "var scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode: \"min\"); // \"min\" for a loss\nscheduler.step(validationLoss);",
        Sources = ["PyTorch documentation: torch.optim.lr_scheduler.ReduceLROnPlateau"],
    };

    /// <summary>Restores the states of scheduler and optimizer with the weights.</summary>
    public static Remedy RestoreSchedule() => new()
    {
        Title = $"Restore the states of scheduler and optimizer with the weights",
        Actions = [new RemedyAction { Kind = RemedyActionKind.ResumeFrom }],
        Rationale = $"A scheduler that is made again begins at its first step, and an optimizer without its moments takes steps of another size.",
        Caveat = $"Go back to the checkpoint before the resume; what was trained since began from a rate that was too high for it.",
        Sources = ["PyTorch documentation: saving and loading a general checkpoint for resuming training"],
    };

    /// <summary>Trains well beyond the warm-up.</summary>
    public static Remedy TrainLonger() => new()
    {
        Title = $"Train well beyond the warm-up",
        Actions = [new RemedyAction { Kind = RemedyActionKind.TrainLonger }],
        Rationale = $"Most of the learning happens at the full rate and while it decays.",
        Caveat = $"Give the schedule the number of steps that the run will really take.",
        Sources = [RemedySources.Goyal],
    };
}
