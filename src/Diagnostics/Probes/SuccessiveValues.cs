using System.Numerics;

namespace TrainingDoctor.Probes;

/// <summary>What one step makes of a tensor's elements: the angle to those of the step before, and the size of the change.</summary>
/// <remarks>
/// Of large tensors every part of the walk gives its first elements only, 8,192 in all at most: that many elements tell a cosine to 0.01 and a norm to 1 %, and
/// keeping all would double the memory and the time of measuring. Where most elements stay as they are, as in an embedding, a sample would miss the few that move: then all are kept.
/// </remarks>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class SuccessiveValues<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostKept = 8_192;
    private T[] _kept = [];
    private long _length;
    private int _index;
    private bool _compares;
    private double _product;
    private double _now;
    private double _before;
    private double _change;

    /// <summary>Gets or sets a value indicating whether every element is kept, however many there are.</summary>
    public bool KeepsAll { get; set; }

    /// <summary>Gets the elements that are kept of the last tensor.</summary>
    public ReadOnlySpan<T> Kept => _kept.AsSpan(0, _index);

    /// <summary>Gets the cosine; null when either side is zero or the one before is not known.</summary>
    public double? Cosine
    {
        get
        {
            double scale = Math.Sqrt(_now) * Math.Sqrt(_before);
            return _compares && scale > 0 && double.IsFinite(scale) ? Math.Clamp(_product / scale, -1, 1) : null;
        }
    }

    /// <summary>Gets the sum of the squares of the changes of all elements; NaN when the values before are not known.</summary>
    public double SquaredChange => OfAll(_change);

    /// <summary>Gets the sum of the squares of all elements before; NaN when they are not known.</summary>
    public double SquaredBefore => OfAll(_before);

    /// <summary>Begins a tensor.</summary>
    /// <param name="length">The number of its elements.</param>
    /// <param name="follows">Whether the elements kept are those of the step before.</param>
    public void Begin(long length, bool follows)
    {
        int kept = (int)(KeepsAll ? length : Math.Min(length, MostKept));
        _compares = follows && _length == length && _kept.Length == kept;
        if (_kept.Length != kept)
        {
            _kept = new T[kept];
        }

        (_length, _index, _product, _now, _before, _change) = (length, 0, 0, 0, 0, 0);
    }

    /// <summary>Takes further elements.</summary>
    /// <param name="values">The elements.</param>
    public void Add(ReadOnlySpan<T> values)
    {
        int share = (int)(values.Length * (double)_kept.Length / _length);
        int taken = Math.Min(share, _kept.Length - _index);
        if (taken <= 0)
        {
            return;
        }

        var now = values[..taken];
        var before = _kept.AsSpan(_index, taken);
        if (_compares)
        {
            Compare(now, before);
        }

        now.CopyTo(before);
        _index += taken;
    }

    private double OfAll(double sum) => _compares && _index > 0 ? sum * _length / _index : double.NaN;

    private void Compare(ReadOnlySpan<T> now, ReadOnlySpan<T> before)
    {
        var (product, left, right, change) = (Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero);
        int i = 0;
        for (; i <= now.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var (a, b) = (new Vector<T>(now[i..]), new Vector<T>(before[i..]));
            var d = a - b;
            product += a * b;
            left += a * a;
            right += b * b;
            change += d * d;
        }

        double p = double.CreateTruncating(Vector.Sum(product));
        double l = double.CreateTruncating(Vector.Sum(left));
        double r = double.CreateTruncating(Vector.Sum(right));
        double c = double.CreateTruncating(Vector.Sum(change));
        if (!IsSafe(l) || !IsSafe(r) || !(IsSafe(c) || now.SequenceEqual(before)))
        {
            // Squares of what is very small or very large leave the range of float.
            (p, l, r, c, i) = (0, 0, 0, 0, 0);
        }

        for (; i < now.Length; i++)
        {
            var (a, b) = (double.CreateTruncating(now[i]), double.CreateTruncating(before[i]));
            p += a * b;
            l += a * a;
            r += b * b;
            c += (a - b) * (a - b);
        }

        _product += p;
        _now += l;
        _before += r;
        _change += c;
    }

    private static bool IsSafe(double squares) => squares is > 1e-24 and < 1e24;
}
