using System.Numerics;

namespace TrainingDoctor.Differences;

/// <summary>
/// Cuts the steps of a run into bins that are the same for every run: one a step at the beginning, where runs part, then sixteen for each doubling, so that a bin never spans more than a
/// sixteenth of the steps before it and a run of a billion steps has less than five hundred.
/// </summary>
internal static class StepBins
{
    private const int SingleSteps = 32;
    private const int BinsPerDoubling = 16;

    /// <summary>Returns the bin of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    public static int Of(long step)
    {
        if (step < SingleSteps)
        {
            return (int)Math.Max(step, 0);
        }

        int doubling = BitOperations.Log2((ulong)step);
        long start = 1L << doubling;
        int within = (int)((Int128)(step - start) * BinsPerDoubling / start);
        return SingleSteps + ((doubling - BitOperations.Log2(SingleSteps)) * BinsPerDoubling) + within;
    }
}
