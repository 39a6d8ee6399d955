using TrainingDoctor.Probes;
using TrainingDoctor.Probes.Devices;
using static TorchSharp.torch;

namespace TrainingDoctor.Monitoring;

/// <summary>Measures what a step did, once its parameters have moved, in the order in which rules want it.</summary>
/// <param name="state">Where the run stands.</param>
/// <param name="parameters">The parameters.</param>
/// <param name="watch">What was seen of the forward pass.</param>
/// <param name="backward">What comes back of the outputs.</param>
/// <param name="attachment">The layers.</param>
/// <param name="readback">Brings over what devices compute.</param>
/// <param name="distributions">Counts how values are spread.</param>
/// <param name="memory">What the optimizer remembers.</param>
/// <param name="recorder">The recording, which may want histograms; null for none.</param>
/// <param name="faults">Is told of what fails.</param>
/// <param name="observe">Takes the measurements.</param>
internal sealed class StepMeasuring(
    StepState state, ParameterProbes parameters, ForwardWatch watch, BackwardPass backward, Attachment attachment, DeviceReadback readback, DistributionCounting distributions, OptimizerMemory memory, IHistogramSink? recorder, FaultGuard faults, Action<Metric, int, double> observe)
{
    /// <summary>Measures the step that ends.</summary>
    /// <param name="loss">Its loss.</param>
    /// <param name="before">The loss of the step before; NaN for none.</param>
    /// <param name="target">Its target; null where it was not told.</param>
    /// <param name="weightDecay">The optimizer's weight decay.</param>
    public void Measure(double loss, double before, Tensor? target, double? weightDecay)
    {
        if (target is not null)
        {
            watch.MeasureTarget(target);
        }

        faults.Run("looking for the optimizer's state", memory.Look);
        watch.Compare(loss, before, target);
        parameters.Measure(state.Step);
        backward.Measure();
        if (readback.HasParts)
        {
            faults.Run("reading devices back", readback.Fetch);
        }

        watch.Report();
        parameters.Report(state.Step, weightDecay, observe);
        if (backward.IsLooking)
        {
            faults.Run("looking for gradients that were cleared", () => backward.ReportCleared(parameters.AreWithoutGradient, observe));
        }

        if (recorder is not null && recorder.WantsHistograms(state.Step))
        {
            parameters.ReportHistograms(state.Step, recorder);
        }

        if (state.IsCounted)
        {
            faults.Run("counting distributions", () => distributions.Take(state.Step));
        }

        foreach (var probe in attachment.Layers)
        {
            if (probe.ModeInTraining is { } training)
            {
                observe(Metric.TrainingMode, probe.Scope, training ? 1 : 0);
                probe.ModeInTraining = null;
            }

            if (target is not null && probe.IsAxisSwapped(target) is { } swapped)
            {
                observe(Metric.SequenceAxisSwapped, probe.Scope, swapped ? 1 : 0);
            }
        }
    }
}
