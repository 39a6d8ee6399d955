using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Lays the tokens that go into a model beside those that it should answer: how far they are shifted, what fills rows up, what ends them.</summary>
internal sealed class SequenceAlignment
{
    private const int FewestPlaces = 3;
    private const int FewestTokens = 16;
    private const int FewestEnds = 4;
    private const long MostTokens = 1 << 18;

    /// <summary>The share of targets that must equal the token so many places on, and that no other shift may reach.</summary>
    private const double Equal = 0.98;
    private const double Ambiguous = 0.9;

    private readonly long[][] _inputs;
    private readonly long[][] _targets;

    private SequenceAlignment(long[][] inputs, long[][] targets)
    {
        (_inputs, _targets) = (inputs, targets);
        Padding = MostFrequent(Enumerable.Range(0, targets.Length).Select(TrailingToken).OfType<long>(), atLeast: Math.Max(2, (int)(0.3 * targets.Length)));
    }

    /// <summary>Gets the token that fills rows of inputs and targets up; null when there is none.</summary>
    public long? Padding { get; }

    /// <summary>Reads a batch of tokens.</summary>
    /// <param name="input">What goes into the model: samples, then places.</param>
    /// <param name="target">What it should answer, in rows or one after the other.</param>
    /// <returns>Null when they are no tokens, place by place.</returns>
    public static SequenceAlignment? Of(Tensor input, Tensor target)
    {
        if (input.dtype is not (ScalarType.Int64 or ScalarType.Int32) || target.is_floating_point() || input.dim() != 2 || input.shape[1] < FewestPlaces
            || input.NumberOfElements != target.NumberOfElements || input.NumberOfElements > MostTokens || (target.dim() == 2 && !target.shape.SequenceEqual(input.shape)) || target.dim() > 2)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        int places = (int)input.shape[1];
        return new SequenceAlignment(Rows(input, places), Rows(target, places));
    }

    /// <summary>Measures the batch.</summary>
    /// <param name="ignored">The indices that the loss leaves out, beside negative ones.</param>
    /// <param name="knowsIgnored">Whether it is known what the loss leaves out.</param>
    /// <param name="inner">By how many places the loss shifts the targets itself.</param>
    /// <param name="observe">Takes the measurements.</param>
    /// <returns>By how many places targets run ahead of inputs; null where that is not certain.</returns>
    public int? Measure(IReadOnlyCollection<long> ignored, bool knowsIgnored, int inner, Action<Metric, int, double> observe)
    {
        bool Counts(long token) => token >= 0 && !ignored.Contains(token);
        int? shift = Shift(Counts) + inner;
        if (shift is { } places)
        {
            observe(Metric.TargetShift, ScopeTable.Run, places);
        }

        if (!knowsIgnored)
        {
            return shift;
        }

        long counted = _targets.Sum(row => row.LongCount(Counts));
        long filling = Padding is { } padding && Counts(padding) ? _targets.Sum(row => (long)TrailingRun(row, padding)) : 0;
        if (counted > 0)
        {
            observe(Metric.TargetPaddingFraction, ScopeTable.Run, (double)filling / counted);
        }

        if (shift == 1 && inner == 0 && EndAgreement(Counts) is { } agreement)
        {
            observe(Metric.TargetEndAgreement, ScopeTable.Run, agreement);
        }

        return shift;
    }

    private static long[][] Rows(Tensor tokens, int places) => [.. tokens.detach().cpu().to_type(ScalarType.Int64).flatten().contiguous().data<long>().ToArray().Chunk(places)];

    private static int TrailingRun(long[] row, long token) => row.Reverse().TakeWhile(value => value == token).Count();

    private static long? MostFrequent(IEnumerable<long> tokens, int atLeast) =>
        tokens.GroupBy(token => token).Where(group => group.Count() >= atLeast).MaxBy(group => group.Count())?.Key;

    /// <summary>The token that a row of targets ends with several times, where the row of inputs ends with it too.</summary>
    private long? TrailingToken(int row)
    {
        var (x, y) = (_inputs[row], _targets[row]);
        int run = TrailingRun(y, y[^1]);
        return run >= 2 && run < y.Length && x[^1] == y[^1] && TrailingRun(x, y[^1]) is var given && Math.Abs(given - run) <= 2 ? y[^1] : null;
    }

    private int? Shift(Func<long, bool> counts)
    {
        int? best = null;
        for (int shift = -1; shift <= 3; shift++)
        {
            long equal = 0;
            long total = 0;
            for (int row = 0; row < _targets.Length; row++)
            {
                var (x, y) = (_inputs[row], _targets[row]);
                for (int place = Math.Max(0, -shift); place < y.Length - Math.Max(0, shift); place++)
                {
                    // What fills rows up is equal at every shift and tells nothing.
                    if (counts(y[place]) && y[place] != Padding)
                    {
                        total++;
                        equal += y[place] == x[place + shift] ? 1 : 0;
                    }
                }
            }

            double share = total >= FewestTokens ? (double)equal / total : 0;
            if (share >= Ambiguous)
            {
                if (best is not null || share < Equal)
                {
                    return null;
                }

                best = shift;
            }
        }

        return best;
    }

    private double? EndAgreement(Func<long, bool> counts)
    {
        var ends = new List<long>();
        foreach (long[] row in _targets)
        {
            int last = Array.FindLastIndex(row, token => counts(token));
            int first = Array.FindIndex(row, token => counts(token));
            if (last >= 0 && last < row.Length - 1 && row[first..last].All(counts))
            {
                ends.Add(row[last]);
            }
        }

        return ends.Count >= FewestEnds ? (double)ends.GroupBy(token => token).Max(group => group.Count()) / ends.Count : null;
    }
}
