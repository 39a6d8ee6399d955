using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TorchSharp;
using TrainingDoctor.Configuration;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Hosting;

public sealed class HostingTests
{
    [Fact]
    public void MonitorsTakeTheirOptionsFromConfigurationAndLogFindings()
    {
        var log = new ListLogger();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("trainingDoctor:name", "from configuration"), new("trainingDoctor:sampling:interval", "3"), new("trainingDoctor:rules:stalled-loss", "off")]);
        builder.Logging.AddProvider(log);
        builder.Services.AddTrainingDoctor(builder.Configuration.GetSection("trainingDoctor"));
        using var host = builder.Build();
        using var model = nn.Linear(4, 2);

        using var monitor = host.Services.GetRequiredService<ITrainingMonitorFactory>().Attach(model, options =>
        {
            Assert.Equal(3, options.Sampling.Interval);
            options.Task = TrainingTask.Regression;
        });
        monitor.Step(double.NaN);
        var report = monitor.Complete();

        Assert.Equal("from configuration", report.Run.Name);
        Assert.Equal(RuleOutcome.Off, report.Rules.Single(status => status.Rule.Name == "stalled-loss").Outcome);
        Assert.Contains(log.Lines, line => line.Contains("TD4001", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("recrdTo", "x", "recordTo")]
    [InlineData("maxOverhead", "2", "MaxOverhead")]
    [InlineData("maxOverhead", "much", "maxOverhead")]
    [InlineData("sampling:intervall", "2", "interval")]
    [InlineData("task", "guessing", "regression")]
    public void AWrongSettingIsNamedAtRegistration(string key, string value, string named)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"doctor:{key}", value)]).Build();

        var exception = Assert.Throws<RuleConfigurationException>(() => new ServiceCollection().AddTrainingDoctor(configuration.GetSection("doctor")));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FiguresAreSeenThroughMetrics()
    {
        var seen = new List<(string Name, double Value)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => l.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        using var model = nn.Linear(4, 2);

        using (var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Name = "metered" }))
        {
            monitor.Step(0.5);
            monitor.Step(double.NaN);
        }

        Assert.Contains(("training_doctor.loss", 0.5), seen);
        Assert.Equal(2, seen.Count(item => item.Name == "training_doctor.steps"));
        Assert.Contains(("training_doctor.findings", 1), seen);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (instrument.Meter.Name == "TrainingDoctor" && tags.Length > 0)
            {
                seen.Add((instrument.Name, value));
            }
        }
    }

    private sealed class ListLogger : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
