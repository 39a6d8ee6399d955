using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>How outputs and the real-valued targets that they are compared with go together, over many batches.</summary>
internal sealed class PairedMoments
{
    private const long FewestPairs = 32;
    private const long MostElements = 1 << 20;
    private long _count;
    private double _x;
    private double _y;
    private double _xx;
    private double _yy;
    private double _xy;

    /// <summary>Gets the number of batches taken.</summary>
    public int Batches { get; private set; }

    /// <summary>Gets the correlation; null for few pairs, and where one side does not vary.</summary>
    public double? Correlation
    {
        get
        {
            double spread = Math.Sqrt(Math.Max(0, _xx - (_x * _x / _count)) * Math.Max(0, _yy - (_y * _y / _count)));
            return _count >= FewestPairs && spread > 1e-9 * Math.Sqrt(_xx * _yy) && double.IsFinite(spread) ? (_xy - (_x * _y / _count)) / spread : null;
        }
    }

    /// <summary>Takes a batch; one of class indices, or of different sizes, is left out.</summary>
    /// <param name="output">The outputs.</param>
    /// <param name="target">The targets.</param>
    public void Add(Tensor output, Tensor target)
    {
        if (!output.is_floating_point() || !target.is_floating_point() || output.NumberOfElements != target.NumberOfElements || output.NumberOfElements is 0 or > MostElements)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var x = output.detach().cpu().to_type(ScalarType.Float64).flatten();
        var y = target.detach().cpu().to_type(ScalarType.Float64).flatten();
        Batches++;
        _count += x.NumberOfElements;
        _x += x.sum().item<double>();
        _y += y.sum().item<double>();
        _xx += x.square().sum().item<double>();
        _yy += y.square().sum().item<double>();
        _xy += (x * y).sum().item<double>();
    }
}
