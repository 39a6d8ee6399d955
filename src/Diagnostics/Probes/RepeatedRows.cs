using System.IO.Hashing;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Finds rows of a batch that equal an earlier one, and tells whether their targets do. After the first batches only few are looked at.</summary>
/// <param name="takesOneTensor">Whether the model takes one tensor and nothing else: of several inputs one may repeat rightly.</param>
internal sealed class RepeatedRows(bool takesOneTensor)
{
    private const int Dense = 24;
    private const int Period = 16;
    private const int FewestRows = 8;
    private const int MostRows = 4096;
    private const int MostPlaces = 64;
    private const int FewestValues = 12;
    private const int FewestDifferences = 5;
    private const double MostWhole = 0.5;
    private readonly List<(int Row, int First)> _pairs = [];
    private double? _duplicates;
    private double? _conflicts;
    private long _rows;
    private long _samples;
    private int _calls;
    private long _looked;

    /// <summary>Tells whether a model takes one tensor and nothing else.</summary>
    /// <param name="model">The model.</param>
    public static bool TakesOneTensor(nn.Module model)
    {
        for (var type = model.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.DeclaringType == typeof(nn) && type.Name.StartsWith("Module`", StringComparison.Ordinal))
            {
                return type.GetGenericArguments() is [var taken, _] && taken == typeof(Tensor);
            }
        }

        return false;
    }

    /// <summary>Takes a call of the model, of which the first in a step is looked at.</summary>
    /// <param name="input">What went in.</param>
    public void AddCall(Tensor input)
    {
        bool wants = takesOneTensor && _calls == 0 && (_looked < Dense || _looked % Period == 0);
        _looked += _calls++ == 0 ? 1 : 0;
        if (!wants || input.dim() < 2 || input.shape[0] < FewestRows || input.NumberOfElements / input.shape[0] < 2 || input.is_sparse || !TensorMeter.CanMeasure(input))
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var rows = input.detach().narrow(0, 0, Math.Min(MostRows, input.shape[0])).flatten(1);
        (_rows, _samples) = (rows.shape[0], input.shape[0]);
        FindPairs(rows);
        if (_pairs.Count > 0)
        {
            // What stands between may be filling: a row of one value equals others rightly.
            var some = rows.select(1, 0).unsqueeze(1).eq(rows).all(1).cpu().data<bool>().ToArray();
            _pairs.RemoveAll(pair => some[pair.Row]);
        }

        _duplicates = _pairs.Count == 0 ? 0 : HasFewValues(Thin(rows).to(ScalarType.Float32).cpu()) ? null : (double)_pairs.Count / _rows;
    }

    /// <summary>Takes what the outputs are compared with. The first of a step counts.</summary>
    /// <param name="target">The target.</param>
    public void AddTarget(Tensor target)
    {
        if (_conflicts is not null || _duplicates is null || _pairs.Count == 0 || _calls > 1 || target.dim() == 0 || target.shape[0] != _samples || target.is_sparse || target.NumberOfElements == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var rows = target.detach().reshape(target.shape[0], -1);
        var later = rows.index_select(0, tensor(_pairs.ConvertAll(pair => (long)pair.Row)).to(rows.device));
        var earlier = rows.index_select(0, tensor(_pairs.ConvertAll(pair => (long)pair.First)).to(rows.device));
        _conflicts = later.ne(earlier).any(1).to(ScalarType.Float64).mean().item<double>();
    }

    /// <summary>Tells what was measured of the step, and ends it.</summary>
    /// <param name="observe">Takes the measurements.</param>
    public void Report(Action<Metric, int, double> observe)
    {
        if (_duplicates is { } duplicates)
        {
            observe(Metric.InputDuplicateFraction, ScopeTable.Run, duplicates);
            if (_conflicts is { } conflicts && _calls == 1)
            {
                observe(Metric.ConflictingTargetFraction, ScopeTable.Run, conflicts);
            }
        }

        _pairs.Clear();
        (_duplicates, _conflicts, _calls) = (null, null, 0);
    }

    private static Tensor Thin(Tensor rows) => rows.slice(1, 0, rows.shape[1], (rows.shape[1] + MostPlaces - 1) / MostPlaces);

    /// <summary>Few rows differ in many places: most batches are done with after a look at some of these.</summary>
    private void FindPairs(Tensor rows)
    {
        _pairs.Clear();
        Pair(Thin(rows));
        if (_pairs.Count > 0 && rows.shape[1] > MostPlaces)
        {
            _pairs.Clear();
            Pair(rows);
        }
    }

    private void Pair(Tensor rows) => TensorMeter.Read(rows, values =>
    {
        var firsts = new Dictionary<ulong, int>();
        int width = (int)rows.shape[1];
        for (int row = 0; row < rows.shape[0]; row++)
        {
            ulong hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(values.Slice(row * width, width)));
            if (!firsts.TryAdd(hash, row))
            {
                _pairs.Add((row, firsts[hash]));
            }
        }
    });

    /// <summary>Whole numbers, and features each of which has fewer values than there are different rows, are of a kind that repeats rightly.</summary>
    private bool HasFewValues(Tensor places)
    {
        var isFilled = places.ne(0);
        double filled = isFilled.to(ScalarType.Float64).sum().item<double>();
        double whole = (places.eq(places.round()) & isFilled).to(ScalarType.Float64).sum().item<double>();
        if (filled == 0 || whole >= MostWhole * filled)
        {
            return true;
        }

        var copies = _pairs.Select(pair => (long)pair.Row).ToHashSet();
        long[] own = [.. Enumerable.Range(0, (int)_rows).Select(row => (long)row).Where(row => !copies.Contains(row)).Take(MostPlaces)];
        if (own.Length < 2)
        {
            return false;
        }

        var (sorted, _) = places.index_select(0, tensor(own)).sort(0);
        var changes = sorted.narrow(0, 1, own.Length - 1).ne(sorted.narrow(0, 0, own.Length - 1)).to(ScalarType.Float64).sum([0L]);
        return changes.max().item<double>() + 1 < Math.Min(own.Length, FewestValues) || (own.Length == 2 && changes.sum().item<double>() < FewestDifferences);
    }
}
