using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>How targets of connectionist temporal classification fit into the places of their outputs, and whether they ask for what it keeps for itself.</summary>
/// <param name="blank">The token that stands for nothing; null where it is not known.</param>
/// <param name="state">Where the run stands.</param>
/// <param name="faults">Is told of faults.</param>
/// <param name="observe">Takes the measurements.</param>
internal sealed class TargetLengths(long? blank, StepState state, FaultGuard faults, Action<Metric, int, double> observe)
{
    /// <summary>Takes what the loss is given in a step that is measured.</summary>
    /// <param name="targets">The tokens: a row for each sample, or all of them behind each other.</param>
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
                if (OwnTokens(targets, lengths) is not { } tokens)
                {
                    return;
                }

                if (OverlongShare(tokens, places) is { } share)
                {
                    observe(Metric.TargetOverlongFraction, ScopeTable.Run, share);
                }

                if (blank is { } nothing)
                {
                    observe(Metric.TargetBlankFraction, ScopeTable.Run, BlankShare(tokens, nothing));
                }
            });
        }
    }

    /// <summary>Finds the share of samples whose target does not fit: each token takes a place, and between two that are equal a blank takes another (Graves et al. 2006).</summary>
    /// <param name="tokens">The tokens of each sample.</param>
    /// <param name="places">How many places the output of each sample has.</param>
    /// <returns>0 to 1; null where the numbers do not go together.</returns>
    public static double? OverlongShare(IReadOnlyList<long[]> tokens, Tensor places)
    {
        using var scope = NewDisposeScope();
        long[] offered = Read(places);
        return offered.Length == tokens.Count
            ? tokens.Zip(offered).Count(pair => pair.First.Length + pair.First.Skip(1).Zip(pair.First).Count(two => two.First == two.Second) > pair.Second) / (double)tokens.Count
            : null;
    }

    /// <summary>Finds the share of tokens that are the blank, which stands for no token and so cannot be asked for.</summary>
    /// <param name="tokens">The tokens of each sample.</param>
    /// <param name="blank">The blank.</param>
    /// <returns>0 to 1.</returns>
    public static double BlankShare(IReadOnlyList<long[]> tokens, long blank) => tokens.SelectMany(own => own).Select(token => token == blank ? 1.0 : 0).DefaultIfEmpty(0).Average();

    /// <summary>Reads the tokens of each sample, without what fills rows up.</summary>
    /// <param name="targets">The tokens: a row for each sample, or all of them behind each other.</param>
    /// <param name="lengths">How many tokens the target of each sample has.</param>
    /// <returns>Null where the numbers do not go together.</returns>
    public static IReadOnlyList<long[]>? OwnTokens(Tensor targets, Tensor lengths)
    {
        if (targets.is_floating_point() || targets.dim() is < 1 or > 2 || lengths.NumberOfElements == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        long[] tokens = Read(targets);
        long width = targets.dim() == 2 ? targets.shape[1] : 0;
        long begin = 0;
        var own = new List<long[]>();
        foreach (long length in Read(lengths))
        {
            long first = width > 0 ? own.Count * width : begin;
            if (length < 0 || first + length > tokens.Length)
            {
                return null;
            }

            own.Add(tokens.AsSpan((int)first, (int)length).ToArray());
            begin += length;
        }

        return own;
    }

    private static long[] Read(Tensor tensor) => tensor.detach().to(ScalarType.Int64).cpu().flatten().contiguous().data<long>().ToArray();
}
