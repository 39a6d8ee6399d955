using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>How targets of connectionist temporal classification fit into the places of their outputs.</summary>
/// <param name="state">Where the run stands.</param>
/// <param name="faults">Is told of faults.</param>
/// <param name="observe">Takes the measurements.</param>
internal sealed class TargetLengths(StepState state, FaultGuard faults, Action<Metric, int, double> observe)
{
    /// <summary>Takes what the loss is given in a step that is measured.</summary>
    /// <param name="targets">The tokens.</param>
    /// <param name="places">How many places the output of each sample has.</param>
    /// <param name="lengths">How many tokens the target of each sample has.</param>
    public void OnAligned(Tensor targets, Tensor places, Tensor lengths)
    {
        if (!state.IsSampled || state.IsOver || !is_grad_enabled())
        {
            return;
        }

        lock (state.Gate)
        {
            faults.Run("measuring lengths", () =>
            {
                if (OverlongShare(targets, places, lengths) is { } share)
                {
                    observe(Metric.TargetOverlongFraction, ScopeTable.Run, share);
                }
            });
        }
    }

    /// <summary>Finds the share of samples whose target does not fit: each token takes a place, and between two that are equal a blank takes another (Graves et al. 2006).</summary>
    /// <param name="targets">The tokens: a row for each sample, or all of them behind each other.</param>
    /// <param name="places">How many places the output of each sample has.</param>
    /// <param name="lengths">How many tokens the target of each sample has.</param>
    /// <returns>0 to 1; null where the numbers do not go together.</returns>
    public static double? OverlongShare(Tensor targets, Tensor places, Tensor lengths)
    {
        if (targets.is_floating_point() || targets.dim() is < 1 or > 2 || places.NumberOfElements != lengths.NumberOfElements || lengths.NumberOfElements == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        long[] tokens = Read(targets);
        long[] offered = Read(places);
        long[] asked = Read(lengths);
        long width = targets.dim() == 2 ? targets.shape[1] : 0;
        long begin = 0;
        int overlong = 0;
        for (int sample = 0; sample < asked.Length; sample++)
        {
            long first = width > 0 ? sample * width : begin;
            if (asked[sample] < 0 || first + asked[sample] > tokens.Length)
            {
                return null;
            }

            var own = tokens.AsSpan((int)first, (int)asked[sample]);
            long needed = own.Length;
            for (int i = 1; i < own.Length; i++)
            {
                needed += own[i] == own[i - 1] ? 1 : 0;
            }

            overlong += needed > offered[sample] ? 1 : 0;
            begin += asked[sample];
        }

        return (double)overlong / asked.Length;
    }

    private static long[] Read(Tensor tensor) => tensor.detach().to(ScalarType.Int64).cpu().flatten().contiguous().data<long>().ToArray();
}
