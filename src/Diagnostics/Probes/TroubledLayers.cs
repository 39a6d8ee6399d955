namespace TrainingDoctor.Probes;

/// <summary>The layers that could not be measured: each is tried again at one of its next turns, with growing pauses.</summary>
/// <param name="faults">Is told of faults.</param>
internal sealed class TroubledLayers(FaultGuard faults)
{
    private readonly List<LayerProbe> _probes = [];

    /// <summary>Takes a fault of a layer's probe.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="what">What it did.</param>
    /// <param name="exception">The fault.</param>
    public void Fail(LayerProbe probe, string what, Exception exception)
    {
        probe.Fail();
        if (!_probes.Contains(probe))
        {
            _probes.Add(probe);
        }

        faults.Fail(what, exception);
    }

    /// <summary>Begins the next turn of each.</summary>
    public void BeginTurn()
    {
        if (_probes.Count > 0)
        {
            _probes.ForEach(probe => probe.BeginTurn());
            _probes.RemoveAll(probe => !probe.IsTroubled);
        }
    }
}
