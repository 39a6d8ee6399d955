namespace TrainingDoctor.Cures.Changes;

/// <summary>Raises the learning rate linearly from near zero over the first steps.</summary>
/// <param name="steps">The number of steps; at least 1.</param>
internal sealed class Warmup(long steps) : ProgramChange
{
    private const string Key = "cure.warmup";

    /// <inheritdoc/>
    public override void BeforeStep(TrainingState state)
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
    }
}
