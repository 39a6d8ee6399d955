using TrainingDoctor.Probes;

namespace TrainingDoctor.Tests.Probes;

/// <summary>The times of steps and of what lies between them, by a clock that the test moves.</summary>
public sealed class ResourceMeterTests
{
    private readonly Clock _clock = new();
    private readonly List<(Metric Metric, double Value)> _told = [];

    [Fact]
    public void StepAndWaitingAreMeansSinceTheLastReport()
    {
        var meter = Meter();
        meter.StepEnded();
        meter.Resume();
        for (int step = 0; step < 5; step++)
        {
            Step(meter, waiting: 0.15, working: 0.1);
        }

        Assert.Equal(0.25, Told(Metric.StepTime), 6);
        Assert.Equal(0.15, Told(Metric.DataTime), 6);
        Assert.Equal(32 / 0.25, Told(Metric.Throughput), 6);
        Assert.Equal(2, Told(Metric.BusyProcessors), 6);
        Assert.True(Told(Metric.ProcessMemory) > 0);
        Assert.True(Told(Metric.LiveTensors) >= 0);
        Assert.Equal(1, Told(Metric.Elapsed), 6);
    }

    [Fact]
    public void NothingIsToldWithinASecondAndOnceASecondAfterIt()
    {
        var meter = Meter();
        meter.StepEnded();
        meter.Resume();
        for (int step = 0; step < 9; step++)
        {
            Step(meter, 0.05, 0.05);
        }

        Assert.Empty(_told);
        for (int step = 0; step < 91; step++)
        {
            Step(meter, 0.05, 0.05);
        }

        Assert.InRange(_told.Count(told => told.Metric == Metric.StepTime), 9, 10);
    }

    /// <summary>What the monitor does itself, and what a validation takes, is nobody's waiting.</summary>
    [Fact]
    public void ValidationsAndTheMonitorsOwnWorkAreLeftOut()
    {
        var meter = Meter();
        meter.StepEnded();
        meter.Resume();
        for (int step = 0; step < 10; step++)
        {
            if (step % 3 == 1)
            {
                _clock.Move(30);
                meter.Interrupt();
            }

            _clock.Move(0.1);
            meter.OnCall();
            _clock.Move(0.1);
            meter.StepEnded();
            _clock.Move(5);
            meter.Resume();
        }

        Assert.All(_told.Where(told => told.Metric == Metric.StepTime), told => Assert.Equal(0.2, told.Value, 6));
        Assert.All(_told.Where(told => told.Metric == Metric.DataTime), told => Assert.Equal(0.1, told.Value, 6));
        Assert.NotEmpty(_told);
    }

    /// <summary>Time is told from the beginning of the run and with everything in it, since that is what a clock on the wall shows.</summary>
    [Fact]
    public void TimeSinceTheBeginningHoldsValidationsToo()
    {
        var meter = Meter();
        _clock.Move(4);
        meter.StepEnded();
        meter.Resume();
        Step(meter, 0.6, 0.6);
        _clock.Move(30);
        meter.Interrupt();
        Step(meter, 0.6, 0.6);
        Step(meter, 0.6, 0.6);

        Assert.Equal([5.2, 37.6], _told.Where(told => told.Metric == Metric.Elapsed).Select(told => Math.Round(told.Value, 6)));
    }

    [Fact]
    public void OnlyTheFirstCallOfAStepEndsTheWaiting()
    {
        var meter = Meter();
        meter.StepEnded();
        meter.Resume();
        for (int step = 0; step < 3; step++)
        {
            _clock.Move(0.3);
            meter.OnCall();
            _clock.Move(0.3);
            meter.OnCall();
            meter.StepEnded();
            meter.Resume();
        }

        Assert.Equal(0.3, Told(Metric.DataTime), 6);
    }

    private ResourceMeter Meter() => new((metric, value) => _told.Add((metric, value)), _clock, () => TimeSpan.FromSeconds(2 * _clock.Seconds)) { BatchSize = 32 };

    private void Step(ResourceMeter meter, double waiting, double working)
    {
        _clock.Move(waiting);
        meter.OnCall();
        _clock.Move(working);
        meter.StepEnded();
        meter.Resume();
    }

    private double Told(Metric metric) => _told.Last(told => told.Metric == metric).Value;

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; private set; }

        public override long TimestampFrequency => 1_000_000;

        public void Move(double seconds) => Seconds += seconds;

        public override long GetTimestamp() => (long)Math.Round(Seconds * TimestampFrequency);
    }
}
