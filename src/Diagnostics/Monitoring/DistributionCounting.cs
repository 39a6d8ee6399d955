using TrainingDoctor.Probes;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Monitoring;

/// <summary>Counts how weights, gradients and outputs are spread, for those layers whose turn it is.</summary>
/// <param name="parameters">The parameters.</param>
/// <param name="watch">The layers, as they were called in the step.</param>
/// <param name="layers">Their paths.</param>
/// <param name="sink">Takes the distributions.</param>
internal sealed class DistributionCounting(ParameterProbes parameters, ForwardWatch watch, IReadOnlyList<string> layers, IMeasurementSink sink)
{
    private readonly DistributionSchedule _schedule = new(parameters.Names, layers);

    /// <summary>Tells whether anything is counted at a step.</summary>
    /// <param name="step">The step, counted from 0.</param>
    public bool Wants(long step) => _schedule.Wants(step);

    /// <summary>Counts these layers from now on, because a finding names them.</summary>
    /// <param name="named">Their paths.</param>
    public void Choose(IReadOnlyList<string> named) => _schedule.Choose(named);

    /// <summary>Tells the distributions of the step that ends.</summary>
    /// <param name="step">The step, counted from 0.</param>
    public void Take(long step)
    {
        _schedule.Took(step);
        parameters.ReportHistograms(step, new Taker(step, sink), _schedule.Wants);
        watch.ReportDistributions((layer, histogram) =>
        {
            if (_schedule.Wants(layer))
            {
                sink.Observe(histogram.ToDistribution(DistributionKind.Outputs, layer, step));
            }
        });
    }

    /// <summary>Makes distributions of what parameters count.</summary>
    private sealed class Taker(long step, IMeasurementSink sink) : IHistogramSink
    {
        public bool WantsHistograms(long step) => true;

        public void Observe(string parameter, MagnitudeHistogram values, MagnitudeHistogram? gradient)
        {
            sink.Observe(values.ToDistribution(DistributionKind.Weights, parameter, step));
            if (gradient is not null)
            {
                sink.Observe(gradient.ToDistribution(DistributionKind.Gradients, parameter, step));
            }
        }
    }
}
