using System.IO.Hashing;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Remembers which rows were trained on, and tells how many of the rows that are evaluated are among them: the one sure sign of a leak.</summary>
/// <remarks>Only what lies in host memory is looked at, and at most <see cref="MostRows"/> rows are kept, so that the share can be too small but never too large.</remarks>
internal sealed class SeenRows
{
    private const int MostRows = 65_536;
    private const int FewestRows = 20;
    private const double Distinct = 0.9;
    private readonly HashSet<ulong> _trained = [];
    private readonly HashSet<ulong> _distinct = [];
    private long _evaluated;
    private long _known;

    /// <summary>Keeps the rows of a training batch.</summary>
    /// <param name="input">The batch; its first dimension counts the rows.</param>
    public void AddTraining(Tensor input)
    {
        if (_trained.Count < MostRows)
        {
            ForEachRow(input, hash => _trained.Add(hash));
        }
    }

    /// <summary>Looks the rows of an evaluated batch up.</summary>
    /// <param name="input">The batch.</param>
    public void AddEvaluation(Tensor input) => ForEachRow(input, hash =>
    {
        _evaluated++;
        _known += _trained.Contains(hash) ? 1 : 0;
        if (_distinct.Count < MostRows)
        {
            _distinct.Add(hash);
        }
    });

    /// <summary>Returns the share of evaluated rows that were trained on, since the last time, and begins anew.</summary>
    /// <returns>Null when there were too few rows, or rows so alike that equal ones mean nothing.</returns>
    public double? TakeShare()
    {
        double? share = _evaluated >= FewestRows && _distinct.Count >= Distinct * Math.Min(_evaluated, MostRows) ? (double)_known / _evaluated : null;
        _distinct.Clear();
        (_evaluated, _known) = (0, 0);
        return share;
    }

    private static void ForEachRow(Tensor input, Action<ulong> take)
    {
        if (input.dim() < 2 || input.shape[0] == 0 || input.NumberOfElements == 0 || !TensorMeter.IsOnHost(input) || !TensorMeter.CanMeasure(input))
        {
            return;
        }

        int rows = (int)input.shape[0];
        TensorMeter.Read(input, values =>
        {
            int width = values.Length / rows;
            for (int row = 0; row < rows; row++)
            {
                take(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(values.Slice(row * width, width))));
            }
        });
    }
}
