namespace TrainingDoctor.Differences;

/// <summary>What one metric of one scope was within a span of steps.</summary>
/// <param name="Step">The first step at which it was measured.</param>
/// <param name="Count">The number of finite values.</param>
/// <param name="Mean">Their mean; 0 when there are none.</param>
/// <param name="NonFiniteStep">The first step at which it was NaN or infinite; null when it never was.</param>
/// <param name="LastStep">The last step at which it was measured.</param>
internal readonly record struct TraceBin(long Step, int Count, double Mean, long? NonFiniteStep, long LastStep)
{
    /// <summary>Returns the bin with one value more.</summary>
    public TraceBin With(long step, double value) => double.IsFinite(value)
        ? this with { Count = Count + 1, Mean = Mean + ((value - Mean) / (Count + 1)), LastStep = step }
        : this with { NonFiniteStep = NonFiniteStep ?? step, LastStep = step };

    /// <summary>Returns both bins as one.</summary>
    public TraceBin With(TraceBin later) => new(
        Step,
        Count + later.Count,
        Count + later.Count == 0 ? 0 : Mean + ((later.Mean - Mean) * ((double)later.Count / (Count + later.Count))),
        NonFiniteStep ?? later.NonFiniteStep,
        later.LastStep);

    /// <summary>Begins a bin.</summary>
    public static TraceBin Of(long step, double value) => new TraceBin(step, 0, 0, null, step).With(step, value);
}
