using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TorchSharp;
using TrainingDoctor;
using TrainingDoctor.Datasets;
using static TorchSharp.torch;

/// <summary>Trains once, and ends the host: with exit code 0 when the training is healthy, else 1.</summary>
internal sealed partial class TrainingService(ITrainingMonitorFactory monitors, IOptions<TrainingSettings> settings, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    : BackgroundService
{
    private readonly ILogger _log = loggers.CreateLogger("Training");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Torch computes on the thread that calls it: the host's own threads are left alone.
        var report = await Task.Run(() => Train(stoppingToken), CancellationToken.None);
        report.WriteJson(settings.Value.Output);
        LogVerdict(report.Verdict);
        Environment.ExitCode = report.Verdict == Verdict.Healthy ? 0 : 1;
        lifetime.StopApplication();
    }

    private DiagnosisReport Train(CancellationToken stoppingToken)
    {
        manual_seed(1);
        var (training, _) = RealData.Digits().Scale(1 / 16f).Split(seed: 1);
        using var pixels = tensor(training.Features).reshape(training.Count, 64);
        using var labels = tensor(training.Labels());
        using var model = nn.Sequential(("fc1", nn.Linear(64, 64)), ("relu1", nn.ReLU()), ("out", nn.Linear(64, 10)));
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.SGD(model.parameters(), settings.Value.LearningRate);
        using var monitor = monitors.Attach(model, options => (options.Optimizer, options.Loss) = (optimizer, criterion));

        // snippet: stop-early
        for (int epoch = 1; epoch <= settings.Value.Epochs; epoch++)
        {
            foreach (var rows in randperm(training.Count).split(32))
            {
                if (monitor.StopRequested || stoppingToken.IsCancellationRequested)
                {
                    return monitor.Complete(); // going on would train nothing of worth: the report tells why
                }

                using var step = NewDisposeScope();
                optimizer.zero_grad();
                var y = labels[rows];
                var loss = criterion.call(model.call(pixels[rows]), y);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, y);
            }
        }

        return monitor.Complete();
        // end-snippet
    }

    [LoggerMessage(LogLevel.Information, "The training has ended: {Verdict}.")]
    private partial void LogVerdict(Verdict verdict);
}
