using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Collects what was computed on a device during a step and brings all of it to main memory with one transfer.</summary>
internal sealed class DeviceReadback : IDisposable
{
    private readonly List<Tensor> _parts = [];
    private readonly List<double[]> _values = [];

    /// <summary>Gets a value indicating whether anything waits to be brought over.</summary>
    public bool HasParts => _parts.Count > 0;

    /// <summary>Gets the type that a device computes statistics in: double, except where a device has none.</summary>
    public static ScalarType TypeOn(Device device) => device.type == DeviceType.MPS ? ScalarType.Float32 : ScalarType.Float64;

    /// <summary>Adds numbers.</summary>
    /// <param name="vector">One dimension, of type <see cref="TypeOn"/>; belongs to the readback from now on.</param>
    /// <returns>The ticket for <see cref="Take"/>.</returns>
    public int Add(Tensor vector)
    {
        _parts.Add(vector.DetachFromDisposeScope());
        return _parts.Count - 1;
    }

    /// <summary>Brings everything over: one transfer for each device.</summary>
    public void Fetch()
    {
        _values.Clear();
        _values.AddRange(_parts.Select(part => new double[part.NumberOfElements]));
        using (no_grad())
        using (NewDisposeScope())
        {
            foreach (var device in Enumerable.Range(0, _parts.Count).GroupBy(i => _parts[i].device.ToString()))
            {
                var all = cat([.. device.Select(i => _parts[i])]).cpu().to(ScalarType.Float64).data<double>();
                int start = 0;
                double[] numbers = all.ToArray();
                foreach (int i in device)
                {
                    numbers.AsSpan(start, _values[i].Length).CopyTo(_values[i]);
                    start += _values[i].Length;
                }
            }
        }

        Clear();
    }

    /// <summary>Gets numbers that were brought over.</summary>
    /// <param name="ticket">What <see cref="Add"/> returned.</param>
    public ReadOnlySpan<double> Take(int ticket) => _values[ticket];

    /// <summary>Drops everything that waits.</summary>
    public void Clear()
    {
        _parts.ForEach(part => part.Dispose());
        _parts.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();
}
