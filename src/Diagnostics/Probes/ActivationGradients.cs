using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>
/// Measures the gradients that come back to the outputs of layers: each output is asked to keep its gradient (<c>retain_grad</c>), which is read after the backward pass. The
/// training computes what it computed before.
/// </summary>
/// <param name="readback">Brings over what devices compute.</param>
/// <param name="forceDevice">Whether to reduce by torch what could be read directly.</param>
internal sealed class ActivationGradients(DeviceReadback readback, bool forceDevice) : IDisposable
{
    private readonly List<Kept> _kept = [];

    /// <summary>Asks the output of a layer to keep its gradient. An output that takes part in no backward pass is left alone.</summary>
    /// <param name="scope">The layer.</param>
    /// <param name="output">What came out of it.</param>
    public void Keep(int scope, Tensor output)
    {
        if (!output.requires_grad || output.is_leaf || !TensorMeter.CanMeasure(output) || output.NumberOfElements == 0)
        {
            return;
        }

        output.retain_grad();

        // A second handle of the same tensor: the program may dispose of its own before the step ends.
        _kept.Add(new Kept(scope, output.alias().DetachFromDisposeScope()));
    }

    /// <summary>Measures what has come back, before the next backward pass.</summary>
    public void Measure()
    {
        foreach (var kept in _kept)
        {
            using var guard = NewDisposeScope();
            if (kept.Output.grad is not { } gradient)
            {
                // No backward pass came by here.
                continue;
            }

            if (forceDevice || !TensorMeter.IsOnHost(gradient))
            {
                using var frozen = no_grad();
                kept.Ticket = readback.Add(DeviceStatistics.Reduce(DeviceStatistics.Flatten(gradient)));
            }
            else
            {
                kept.Statistics = TensorMeter.Measure(gradient);
            }
        }
    }

    /// <summary>Tells what was measured, in the order of the calls.</summary>
    /// <param name="observe">Takes the measurements.</param>
    public void Report(Action<Metric, int, double> observe)
    {
        foreach (var kept in _kept)
        {
            var statistics = kept.Ticket >= 0 ? DeviceStatistics.Read(readback.Take(kept.Ticket)) : kept.Statistics;
            if (statistics is not { } gradient)
            {
                continue;
            }

            observe(Metric.ActivationGradientNonFiniteCount, kept.Scope, gradient.NonFiniteCount);
            observe(Metric.ActivationGradientNorm, kept.Scope, gradient.NonFiniteCount > 0 ? double.NaN : gradient.Norm);
            if (gradient.NonFiniteCount < gradient.Count)
            {
                observe(Metric.ActivationGradientMean, kept.Scope, gradient.Mean);
                observe(Metric.ActivationGradientStandardDeviation, kept.Scope, gradient.StandardDeviation);
                observe(Metric.ActivationGradientAbsoluteMaximum, kept.Scope, gradient.AbsoluteMaximum);
                observe(Metric.ActivationGradientZeroFraction, kept.Scope, gradient.ZeroFraction);
            }
        }
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        _kept.ForEach(kept => kept.Output.Dispose());
        _kept.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private sealed class Kept(int scope, Tensor output)
    {
        public int Scope => scope;

        public Tensor Output => output;

        public TensorStatistics? Statistics { get; set; }

        public int Ticket { get; set; } = -1;
    }
}
