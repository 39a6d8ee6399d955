using System.Runtime.InteropServices;
using TrainingDoctor.Models;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Finds the row of an embedding that is looked up most. After the first batches only few are looked at.</summary>
/// <param name="rows">How many rows the table has.</param>
/// <param name="padding">The row that fills sequences up, where the layer knows it.</param>
internal sealed class LookupCounts(long rows, long? padding)
{
    private const int Dense = 24;
    private const int Period = 16;
    private const int FewestRows = 50;
    private const int FewestLookups = 200;
    private const int MostLookups = 2048;
    private const int Modes = 3;
    private const int MostModes = 1024;
    private const double FilledShare = 0.3;
    private readonly Dictionary<long, Mode> _modes = [];
    private long _looked;
    private long _seen;
    private double? _share;

    /// <summary>Makes one for a layer; null for tables of few rows, of which one may rightly be most frequent.</summary>
    /// <param name="module">The layer.</param>
    public static LookupCounts? Of(nn.Module module) => module.parameters().FirstOrDefault() is { } table && table.dim() == 2 && table.shape[0] >= FewestRows
        ? new LookupCounts(table.shape[0], LossInspector.Member(module, "padding_idx") as long? ?? LossInspector.Member(module, "_padding_idx") as long?)
        : null;

    /// <summary>Takes a call of the layer.</summary>
    /// <param name="indices">What is looked up.</param>
    public void Add(Tensor indices)
    {
        _looked++;
        if ((_looked > Dense && _looked % Period != 0) || indices.dtype is not (ScalarType.Int64 or ScalarType.Int32) || indices.dim() == 0 || indices.NumberOfElements == 0 || indices.is_sparse)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        long places = indices.dim() > 1 ? indices.shape[^1] : 1;
        long width = Math.Min(places, MostLookups);
        var some = indices.detach().reshape(-1, places);
        some = some.narrow(0, 0, Math.Min(some.shape[0], Math.Max(1, MostLookups / width))).narrow(1, 0, width).to(ScalarType.Int64).cpu().contiguous();
        long[] values = MemoryMarshal.Cast<byte, long>(some.bytes).ToArray();
        var table = values.Chunk((int)width).ToArray();
        if (width > 1 && table.Length > 1)
        {
            table = WithoutFilling(table);
        }

        Count(table, width > 1);
    }

    /// <summary>Tells the share of the most frequent row, where a call was looked at since the last time and enough was seen.</summary>
    public double? TakeShare()
    {
        double? share = _seen >= FewestLookups ? _share : null;
        _share = null;
        return share;
    }

    /// <summary>Places stand in the second dimension, or in the first: there where more of a sequence's end is filled up.</summary>
    private static long[][] WithoutFilling(long[][] table)
    {
        long[][] turned = [.. Enumerable.Range(0, table[0].Length).Select(place => table.Select(row => row[place]).ToArray())];
        int[] ends = Ends(table);
        int[] turnedEnds = Ends(turned);
        var (chosen, filled) = turnedEnds.Sum() > ends.Sum() ? (turned, turnedEnds) : (table, ends);
        return [.. chosen.Select((row, at) => row[..^filled[at]])];
    }

    /// <summary>Tells how many places at the end of each row are filled up by the index that does so in many of them.</summary>
    private static int[] Ends(long[][] table)
    {
        int[] runs = [.. table.Select(row => row.Length - 1 - Array.FindLastIndex(row, index => index != row[^1]))];
        var found = table.Where((row, at) => runs[at] >= 2 && runs[at] < row.Length).GroupBy(row => row[^1]).MaxBy(group => group.Count());
        return found is null || found.Count() < FilledShare * table.Length ? new int[table.Length] : [.. table.Select((row, at) => row[^1] == found.Key ? runs[at] : 0)];
    }

    private void Count(long[][] table, bool areSequences)
    {
        var counts = table.SelectMany(row => row).Where(index => index != padding).CountBy(index => index).ToArray();
        long total = counts.Sum(pair => (long)pair.Value);
        _seen += total;
        foreach (var (mode, times) in counts.OrderByDescending(pair => pair.Value).Take(Modes))
        {
            if (!_modes.TryGetValue(mode, out var known) && _modes.Count >= MostModes)
            {
                continue;
            }

            var (hits, possible) = After(table, mode);
            _modes[mode] = new Mode(known.Times + times, known.Hits + hits, known.Possible + possible, known.Among + total);
        }

        if (_modes.Count > 0)
        {
            // A category may be as frequent as that. Numbers that were cut to the size of the table end in its last row.
            var (mode, share) = _modes.Select(pair => (pair.Key, Share: ShareOf(pair.Value))).MaxBy(pair => pair.Share);
            _share = areSequences || mode == rows - 1 ? share : 0;
        }
    }

    /// <summary>In batches that it was not among the most frequent of, a row counts as absent.</summary>
    private double ShareOf(in Mode mode) => Math.Min((double)mode.Times / _seen, mode.Hits / (double)Math.Max(1, mode.Possible + _seen - mode.Among));

    /// <summary>What repeats itself is one stretch of silence or background: only what follows another row says how frequent a row is.</summary>
    private (long Hits, long Possible) After(long[][] table, long mode)
    {
        long hits = 0;
        long possible = 0;
        foreach (long[] row in table)
        {
            long before = -1;
            foreach (long index in row)
            {
                if (index != padding && before != mode)
                {
                    possible++;
                    hits += index == mode ? 1 : 0;
                }

                before = index;
            }
        }

        return (hits, possible);
    }

    private readonly record struct Mode(long Times, long Hits, long Possible, long Among);
}
