using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Tells in which order layers are called first, and which layer the input of each comes from.</summary>
/// <param name="state">Where the run stands.</param>
/// <param name="observe">Takes the measurements.</param>
internal sealed class CallOrder(StepState state, Action<Metric, int, double> observe)
{
    private readonly DataFlow _flow = new();
    private int _fired;

    /// <summary>Takes a call of a layer; its first counts.</summary>
    /// <returns>Whether it is the first.</returns>
    public bool Begin(LayerProbe probe, object? input)
    {
        if (probe.Order >= 0)
        {
            return false;
        }

        probe.Order = _fired++;
        observe(Metric.CallOrder, probe.Scope, probe.Order);
        if (LayerProbe.FirstTensor(input) is { } tensor)
        {
            ReportOrigin(probe, tensor, isConsumerInPlace: probe.Kind is LayerKind.Activation or LayerKind.Dropout);
        }

        return true;
    }

    /// <summary>Takes what the model as a whole returned, once: which layer it comes from.</summary>
    public void Conclude(LayerProbe output, Tensor result)
    {
        if (output.Order < 0)
        {
            output.Order = int.MaxValue;
            ReportOrigin(output, result, isConsumerInPlace: false);
        }
    }

    /// <summary>Takes what a layer returned. One that hands on what it is given has one place and may stand in several: from the second on, what it returns comes from where its input does.</summary>
    public void End(LayerProbe probe, object? input, Tensor result, bool isFirst)
    {
        if (!_flow.Covers(state.Step))
        {
            return;
        }

        if (!isFirst && probe.Kind is (LayerKind.Dropout or LayerKind.Reshape))
        {
            _flow.HandOn(LayerProbe.FirstTensor(input), result);
        }
        else
        {
            _flow.Add(result, probe.Order);
        }
    }

    private void ReportOrigin(LayerProbe probe, Tensor input, bool isConsumerInPlace)
    {
        if (_flow.Covers(state.Step) && _flow.OriginOf(input, isConsumerInPlace) is { } origin)
        {
            observe(Metric.InputOrigin, probe.Scope, origin);
        }
    }
}
