using System.Numerics;

namespace TrainingDoctor.Probes;

/// <summary>The angle between the gradients of two successive steps.</summary>
/// <remarks>
/// Of large gradients every part of the walk gives its first elements only, 65,536 in all at most: that many elements tell a cosine to about 0.004, and keeping all of a
/// gradient would double the memory and the time of measuring it.
/// </remarks>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class SuccessiveGradients<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostKept = 65_536;
    private T[] _kept = [];
    private int _index;
    private double _share;
    private bool _compares;
    private double _product;
    private double _now;
    private double _before;

    /// <summary>Gets the cosine; null when either gradient is zero or the one before is not known.</summary>
    public double? Cosine
    {
        get
        {
            double scale = Math.Sqrt(_now) * Math.Sqrt(_before);
            return _compares && scale > 0 && double.IsFinite(scale) ? Math.Clamp(_product / scale, -1, 1) : null;
        }
    }

    /// <summary>Begins a gradient.</summary>
    /// <param name="length">The number of its elements.</param>
    /// <param name="follows">Whether the gradient kept is that of the step before.</param>
    public void Begin(long length, bool follows)
    {
        _share = Math.Min(1, (double)MostKept / length);
        int kept = (int)Math.Min(length, MostKept);
        _compares = follows && _kept.Length == kept;
        if (_kept.Length != kept)
        {
            _kept = new T[kept];
        }

        (_index, _product, _now, _before) = (0, 0, 0, 0);
    }

    /// <summary>Takes further elements.</summary>
    /// <param name="values">The elements.</param>
    public void Add(ReadOnlySpan<T> values)
    {
        int taken = Math.Min((int)(values.Length * _share), _kept.Length - _index);
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

    private void Compare(ReadOnlySpan<T> now, ReadOnlySpan<T> before)
    {
        var (product, left, right) = (Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero);
        int i = 0;
        for (; i <= now.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var (a, b) = (new Vector<T>(now[i..]), new Vector<T>(before[i..]));
            product += a * b;
            left += a * a;
            right += b * b;
        }

        double p = double.CreateTruncating(Vector.Sum(product));
        double l = double.CreateTruncating(Vector.Sum(left));
        double r = double.CreateTruncating(Vector.Sum(right));
        if (!(l is > 1e-24 and < 1e24 && r is > 1e-24 and < 1e24))
        {
            // Squares of what is very small or very large leave the range of float.
            (p, l, r, i) = (0, 0, 0, 0);
        }

        for (; i < now.Length; i++)
        {
            var (a, b) = (double.CreateTruncating(now[i]), double.CreateTruncating(before[i]));
            p += a * b;
            l += a * a;
            r += b * b;
        }

        _product += p;
        _now += l;
        _before += r;
    }
}
