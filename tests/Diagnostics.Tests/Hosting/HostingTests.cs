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
        Assert.Matches("^TD4001, step 0: The loss became NaN at step 0, (probably |possibly )?because [^.]+\\. [^.]+\\.$", Assert.Single(log.Lines, line => line.Contains("TD4001", StringComparison.Ordinal)));
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

    /// <summary>Whoever collects metrics sees a training as it goes, each run by its tag: loss, learning rate, gradient norm, and how many findings there are.</summary>
    [Fact]
    public void FiguresAreSeenThroughMetrics()
    {
        var seen = new List<(string Name, string Kind, double Value, Dictionary<string, object?> Tags)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => l.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        using var model = nn.Linear(4, 2);
        using var optimizer = optim.SGD(model.parameters(), 0.25);

        using (var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Name = "metered", Optimizer = optimizer }))
        {
            using var input = ones(3, 4);
            using var loss = model.call(input).square().mean();
            loss.backward();
            monitor.Step(0.5);
            monitor.Step(double.NaN);
        }

        double norm = Math.Sqrt(model.parameters().Sum(parameter => parameter.grad!.square().sum().item<float>()));
        Assert.All(seen, item => Assert.Equal("metered", item.Tags["run"]));
        Assert.Contains(seen, item => item is ("training_doctor.loss", "Gauge`1", 0.5, _));
        Assert.Contains(seen, item => item is ("training_doctor.learning_rate", "Gauge`1", 0.25, _));
        Assert.Equal(norm, seen.First(item => item.Name == "training_doctor.gradient_norm").Value, 1e-4 * norm);
        Assert.Equal(2, seen.Count(item => item.Name == "training_doctor.steps"));
        var opened = seen.Single(item => item is ("training_doctor.findings", "Counter`1", 1, _) && (string?)item.Tags["rule"] == "TD4001");
        Assert.Contains(seen, item => item is ("training_doctor.findings.open", "Gauge`1", 1, _) && Equals(item.Tags["severity"], opened.Tags["severity"]));

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            // Meters are the process's: other tests may have runs of their own.
            var known = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            if (instrument.Meter.Name == "TrainingDoctor" && (string?)known.GetValueOrDefault("run") == "metered")
            {
                seen.Add((instrument.Name, instrument.GetType().Name, value, known));
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
