using System.Globalization;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;

namespace TrainingDoctor.Changes;

/// <summary>Raises the learning rate linearly from near zero over the first steps.</summary>
/// <param name="steps">The number of steps; at least 1.</param>
internal sealed class Warmup(long steps) : ProgramChange
{
    private const string Key = "cure.warmup";

    /// <inheritdoc/>
    public override void BeforeStep(ITreatedTraining state)
    {
        if (state.Step > steps)
        {
            return;
        }

        // The rates as the program set them are kept at the first step; what a schedule does within the warm-up is overruled.
        var full = state.Item(Key, () => state.Optimizers.SelectMany(optimizer => optimizer.ParamGroups).Select(group => group.LearningRate).ToArray());
        double share = Math.Min(1, (state.Step + 1.0) / steps);
        int index = 0;
        foreach (var group in state.Optimizers.SelectMany(optimizer => optimizer.ParamGroups))
        {
            group.LearningRate = full[index++] * share;
        }

        (state as AttachedTraining)?.Confirm(
            this, string.Create(CultureInfo.InvariantCulture, $"learning rate from {state.Optimizers[0].ParamGroups.First().LearningRate:G6} up to {full[0]:G6} within {steps} steps"));
    }

    /// <inheritdoc/>
    public override string? Attach(AttachedTraining training)
    {
        _ = training.RequiredOptimizer;
        return null;
    }

    /// <inheritdoc/>
    public override void BeforeForward(ITreatedTraining training, bool isTraining) => BeforeStep(training);
}
