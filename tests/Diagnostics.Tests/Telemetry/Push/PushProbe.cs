using Microsoft.Extensions.Logging;
using TrainingDoctor.Telemetry;
using TrainingDoctor.Telemetry.Push;

namespace TrainingDoctor.Tests.Telemetry.Push;

/// <summary>A push of a small run: one line for the run, one for each step, one for the end.</summary>
internal sealed class PushProbe : IDisposable
{
    private readonly TelemetryRecorder _recorder;
    private readonly TroubleLog _log = new();
    private long _step;

    public PushProbe(string address, Func<PushSettings, PushSettings>? change = null)
    {
        var settings = new PushSettings
        {
            Interval = TimeSpan.FromMilliseconds(1),
            ShortestPause = TimeSpan.FromMilliseconds(1),
            LongestPause = TimeSpan.FromMilliseconds(5),
            AnswerTime = TimeSpan.FromMinutes(5),
            Drain = TimeSpan.FromMinutes(5),
        };
        Push = new TelemetryPush(PushAddress.Parse(address), change?.Invoke(settings) ?? settings, _log, diagnosis => Shortfall = diagnosis);
        _recorder = new TelemetryRecorder(Push, new ScopeTable());
        _recorder.Begin(new RunDescription { Name = "pushed" });
    }

    public TelemetryPush Push { get; }

    public Diagnosis? Shortfall { get; private set; }

    public IReadOnlyCollection<string> Troubles => _log.Troubles;

    /// <summary>Takes steps; the last one's line is made when the next begins.</summary>
    public void Step(int count, int measurements = 1)
    {
        for (int i = 0; i < count; i++, _step++)
        {
            for (int m = 0; m < measurements; m++)
            {
                _recorder.Observe(new Measurement(_step, Metric.Loss, ScopeTable.Run, 1.0 / (_step + 3)));
            }
        }
    }

    public Task TroubleAsync() => _log.First;

    public void Complete() => _recorder.Complete();

    public void Dispose() => _recorder.Dispose();

    private sealed class TroubleLog : ILogger
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<string> _troubles = [];

        public Task First => _first.Task;

        public IReadOnlyCollection<string> Troubles
        {
            get
            {
                lock (_troubles)
                {
                    return [.. _troubles];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_troubles)
            {
                _troubles.Add(formatter(state, exception));
            }

            _first.TrySetResult();
        }
    }
}
