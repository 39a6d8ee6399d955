using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>The probes of all parameters of a model, and what they give together.</summary>
internal sealed class ParameterProbes : IDisposable
{
    /// <summary>Waking another thread takes as long as measuring tens of thousands of elements.</summary>
    private const long WorthSharing = 250_000;

    private readonly nn.Module _model;
    private readonly DeviceReadback _readback;
    private readonly bool _forceDevice;
    private readonly Action<string, Exception> _fail;
    private readonly List<ParameterProbe> _probes = [];
    private int _threads = 1;
    private nn.Module? _owner;

    /// <summary>Makes a probe for every parameter of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="scopes">The scopes of the run.</param>
    /// <param name="readback">Brings over what devices compute.</param>
    /// <param name="forceDevice">Whether to reduce by torch what could be read directly.</param>
    /// <param name="fail">Is told of a probe that failed.</param>
    public ParameterProbes(nn.Module model, ScopeTable scopes, DeviceReadback readback, bool forceDevice, Action<string, Exception> fail)
    {
        _model = model;
        _readback = readback;
        _forceDevice = forceDevice;
        _fail = fail;
        foreach (var (name, parameter) in model.named_parameters())
        {
            _probes.Add(new ParameterProbe(name, parameter, scopes.Intern(ScopeKind.Parameter, name)));
        }

        Settle();
    }

    /// <summary>Gets a value indicating whether something is to be trained, and in the step measured last no gradient was anything but zero and nothing moved.</summary>
    public bool AreWithoutGradient => _probes.Exists(probe => probe.IsTrained) && _probes.TrueForAll(probe => probe is { SquaredGradientNorm: 0, SquaredChange: 0 });

    /// <summary>Keeps all values, so that the changes of the next step can be measured.</summary>
    /// <param name="step">The step after which they stand.</param>
    public void Remember(long step)
    {
        FindAgain();
        _probes.ForEach(probe => probe.BeginTurn());
        Each(probe => probe.Remember(step, _readback, _forceDevice));
    }

    /// <summary>Keeps all gradients as they are now: what is measured after the step is these.</summary>
    /// <param name="step">The step that is to come.</param>
    public void KeepGradients(long step)
    {
        FindAgain();
        Each(probe => probe.KeepGradient(step));
    }

    /// <summary>Measures after a step.</summary>
    /// <param name="step">The step.</param>
    public void Measure(long step)
    {
        FindAgain();
        if (_threads == 1)
        {
            Each(probe => probe.Measure(step, _readback, _forceDevice));
            return;
        }

        var faults = new Exception?[_probes.Count];
        SharedWork.Run(_probes.Count, _threads, index =>
        {
            try
            {
                if (!_probes[index].IsOff)
                {
                    _probes[index].Measure(step, _readback, _forceDevice);
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                faults[index] = exception;
            }
        });
        for (int index = 0; index < faults.Length; index++)
        {
            if (faults[index] is { } fault)
            {
                Fail(_probes[index], fault);
            }
        }
    }

    /// <summary>Tells what was measured, parameter by parameter and of all together.</summary>
    /// <param name="step">The step.</param>
    /// <param name="weightDecay">The optimizer's weight decay; null for none.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void Report(long step, double? weightDecay, Action<Metric, int, double> observe)
    {
        Each(probe => probe.Report(step, observe));
        if (_probes.TrueForAll(probe => probe.IsOff))
        {
            return;
        }

        var (gradient, weight, change, before) = (0.0, 0.0, 0.0, 0.0);
        foreach (var probe in _probes.Where(probe => !probe.IsOff))
        {
            gradient += probe.SquaredGradientNorm;
            weight += probe.SquaredWeightNorm;
            change += probe.SquaredChange;
            before += probe.SquaredBefore;
        }

        observe(Metric.GlobalGradientNorm, ScopeTable.Run, Math.Sqrt(gradient));
        observe(Metric.GlobalWeightNorm, ScopeTable.Run, Math.Sqrt(weight));
        if (double.IsFinite(change) && before > 0)
        {
            observe(Metric.GlobalUpdateRatio, ScopeTable.Run, Math.Sqrt(change / before));
        }

        if (weightDecay is > 0 and { } decay && gradient > 0 && double.IsFinite(gradient))
        {
            observe(Metric.RegularizationGradientRatio, ScopeTable.Run, decay * Math.Sqrt(weight / gradient));
        }
    }

    /// <summary>Tells the histograms of every parameter.</summary>
    /// <param name="step">The step, which was measured.</param>
    /// <param name="sink">Takes them.</param>
    /// <param name="wants">Says of which parameters; null for all.</param>
    public void ReportHistograms(long step, IHistogramSink sink, Predicate<string>? wants = null) => Each(probe =>
    {
        if (wants?.Invoke(probe.Name) != false)
        {
            probe.ReportHistograms(step, sink);
        }
    });

    /// <summary>Gets the names of the parameters.</summary>
    public IEnumerable<string> Names => _probes.Select(probe => probe.Name);

    /// <inheritdoc/>
    public void Dispose() => _probes.ForEach(probe => probe.Dispose());

    private void Each(Action<ParameterProbe> action)
    {
        foreach (var probe in _probes)
        {
            if (probe.IsOff)
            {
                continue;
            }

            try
            {
                action(probe);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                Fail(probe, exception);
            }
        }
    }

    private void Fail(ParameterProbe probe, Exception exception)
    {
        probe.Fail();
        _fail($"measuring parameter '{probe.Name}'", exception);
    }

    /// <summary>Moving a model to another device or type replaces its parameters, all of them: the first tells. Only the module that holds it is asked, not the whole model.</summary>
    private void FindAgain()
    {
        if (_owner is null || _owner.named_parameters(recurse: false).Any(item => ReferenceEquals(item.parameter, _probes[0].Parameter)))
        {
            return;
        }

        var now = _model.named_parameters().GroupBy(item => item.name).ToDictionary(group => group.Key, group => group.First().parameter);
        foreach (var probe in _probes)
        {
            if (now.TryGetValue(probe.Name, out var parameter))
            {
                probe.Parameter = parameter;
            }
        }

        Settle();
    }

    /// <summary>Finds out where the parameters are: who holds the first, and whether several threads may measure them.</summary>
    private void Settle()
    {
        _owner = _probes.Count == 0 ? null : _model.modules().Prepend(_model).FirstOrDefault(
            module => module.named_parameters(recurse: false).Any(item => ReferenceEquals(item.parameter, _probes[0].Parameter)));

        // What a device computes is collected in one order, by one thread.
        bool isShared = !_forceDevice && _probes.TrueForAll(probe => TensorMeter.IsOnHost(probe.Parameter)) && _probes.Sum(probe => probe.Parameter.NumberOfElements) >= WorthSharing;
        _threads = isShared ? SharedWork.Threads : 1;
    }
}
