using TorchSharp;
using TrainingDoctor.Probes.Devices;

namespace TrainingDoctor.Probes;

/// <summary>
/// What a training needs of its machine: the time of steps and of what lies between them, processors, memory, live tensors, and what the device tells. At each step it reads the clock twice; it reports about once a second, and nothing within the first.
/// </summary>
/// <param name="observe">Takes the measurements, which belong to the run.</param>
/// <param name="time">The clock; null for the system's.</param>
/// <param name="processors">Tells the processor time of the process; null for the system's.</param>
/// <param name="device">Finds the device of the model, at the first report; null where the model is on none that tells.</param>
internal sealed class ResourceMeter(Action<Metric, double> observe, TimeProvider? time = null, Func<TimeSpan>? processors = null, Func<NvidiaDevice?>? device = null)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Func<TimeSpan> _processors = processors ?? (static () => Environment.CpuUsage.TotalTime);
    private readonly Lazy<NvidiaDevice?> _device = new(device ?? (static () => null));
    private readonly Spans _spans = new();
    private readonly long _began = (time ?? TimeProvider.System).GetTimestamp();
    private long _stepEnd = -1;
    private long _firstCall = -1;
    private long _reported = -1;
    private TimeSpan _used;
    private bool _isInterrupted;

    /// <summary>Gets or sets the samples of the newest batch that was measured; NaN before any.</summary>
    public double BatchSize { get; set; } = double.NaN;

    /// <summary>Takes a call of the model or of one of its layers: the first of a step ends the waiting for its data.</summary>
    public void OnCall()
    {
        if (_firstCall < 0 && _stepEnd >= 0)
        {
            _firstCall = _time.GetTimestamp();
        }
    }

    /// <summary>Notes that something else than training is done between two steps, such as a validation: that interval is left out.</summary>
    public void Interrupt() => _isInterrupted = true;

    /// <summary>Takes the end of a step's computation, before the monitor's own work on it.</summary>
    public void StepEnded()
    {
        long now = _time.GetTimestamp();
        if (_reported < 0)
        {
            (_reported, _used) = (now, _processors());
        }

        if (_stepEnd >= 0 && !_isInterrupted)
        {
            _spans.Add(_time.GetElapsedTime(_stepEnd, now).TotalSeconds, _firstCall < 0 ? double.NaN : _time.GetElapsedTime(_stepEnd, _firstCall).TotalSeconds);
        }

        if (_spans.Steps > 0 && _time.GetElapsedTime(_reported, now) >= Pause)
        {
            Report(now);
        }
    }

    /// <summary>Takes the end of the monitor's own work on a step: from here the training's time is counted.</summary>
    public void Resume() => (_stepEnd, _firstCall, _isInterrupted) = (_time.GetTimestamp(), -1, false);

    private void Report(long now)
    {
        double passed = _time.GetElapsedTime(_reported, now).TotalSeconds;
        var used = _processors();
        observe(Metric.StepTime, _spans.MeanStep);
        if (double.IsFinite(_spans.MeanWaiting))
        {
            observe(Metric.DataTime, _spans.MeanWaiting);
        }

        if (BatchSize > 0)
        {
            observe(Metric.Throughput, BatchSize / _spans.MeanStep);
        }

        observe(Metric.BusyProcessors, (used - _used).TotalSeconds / passed);
        observe(Metric.ProcessMemory, Environment.WorkingSet);
        observe(Metric.LiveTensors, torch.Tensor.TotalCount);
        Observe(Metric.DeviceMemory, _device.Value?.MemoryInUse);
        Observe(Metric.DeviceUtilization, _device.Value?.Utilization);
        observe(Metric.Elapsed, _time.GetElapsedTime(_began, now).TotalSeconds);
        (_reported, _used) = (now, used);
        _spans.Clear();
    }

    private void Observe(Metric metric, double? value)
    {
        if (value is { } told)
        {
            observe(metric, told);
        }
    }

    /// <summary>Sums of times since the last report.</summary>
    private sealed class Spans
    {
        private double _lasted;
        private double _waited;
        private long _waits;

        public long Steps { get; private set; }

        public double MeanStep => _lasted / Steps;

        public double MeanWaiting => _waited / _waits;

        public void Add(double lasted, double waited)
        {
            Steps++;
            _lasted += lasted;
            if (double.IsFinite(waited))
            {
                _waits++;
                _waited += waited;
            }
        }

        public void Clear() => (Steps, _lasted, _waited, _waits) = (0, 0, 0, 0);
    }
}
