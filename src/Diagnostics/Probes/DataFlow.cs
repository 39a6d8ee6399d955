using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>
/// Finds out during one step which layer's output is handed to which layer unchanged: the tensor that goes in is the very object that came out.
/// A function called between two layers makes a new object, so that no origin is claimed.
/// </summary>
internal sealed class DataFlow
{
    private const int CheckedValues = 256;
    private readonly ConditionalWeakTable<Tensor, Source> _sources = [];
    private long _step = -1;

    /// <summary>Tells whether the step is the one that is looked at: the first in which a layer fires.</summary>
    /// <param name="step">The step.</param>
    public bool Covers(long step)
    {
        _step = _step < 0 ? step : _step;
        return _step == step;
    }

    /// <summary>Notes an output.</summary>
    /// <param name="output">What came out.</param>
    /// <param name="order">The place of the layer in call order.</param>
    public void Add(Tensor output, int order) => _sources.AddOrUpdate(output, new Source(order, Fingerprint(output)));

    /// <summary>Notes an output that comes from where another tensor does; from nowhere that is known where that does not.</summary>
    /// <param name="input">What went in, as it is now.</param>
    /// <param name="output">What came out.</param>
    public void HandOn(Tensor? input, Tensor output)
    {
        if (input is not null && OriginOf(input, isConsumerInPlace: true) is { } order)
        {
            Add(output, order);
        }
        else
        {
            _sources.Remove(output);
        }
    }

    /// <summary>Gets the place in call order of the layer that made a tensor; null when none did, or when it was changed in place since.</summary>
    /// <param name="input">What goes into a layer.</param>
    /// <param name="isConsumerInPlace">Whether the layer that takes it may itself have changed it by now.</param>
    public int? OriginOf(Tensor input, bool isConsumerInPlace) =>
        _sources.TryGetValue(input, out var source) && (isConsumerInPlace || source.Fingerprint.Equals(Fingerprint(input))) ? source.Order : null;

    private static double Fingerprint(Tensor tensor)
    {
        if (tensor.NumberOfElements == 0 || !tensor.is_floating_point())
        {
            return 0;
        }

        double sum = 0;
        TensorMeter.Read(tensor, values =>
        {
            int stride = Math.Max(1, values.Length / CheckedValues);
            for (int i = 0; i < values.Length; i += stride)
            {
                sum += values[i] * (1 + (i % 7));
            }
        });
        return sum;
    }

    private sealed record Source(int Order, double Fingerprint);
}
