using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Load;

/// <summary>The next hour's load of a power grid, from the last two days.</summary>
internal static class Training
{
    private const int Window = 48;

    public static void Run(bool repaired, string report)
    {
        manual_seed(17);
        var series = Series(2600);
        var (x, y) = Windows(series[..2000]);
        var (unseenX, unseenY) = Windows(series[2000..]);
        if (repaired)
        {
            (y, unseenY) = (y.unsqueeze(1), unseenY.unsqueeze(1));
        }

        using var model = nn.Sequential(("fc1", nn.Linear(Window, 64)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(64, 32)), ("relu2", nn.ReLU()), ("out", nn.Linear(32, 1)));
        using var criterion = nn.MSELoss();
        using var optimizer = optim.Adam(model.parameters(), 0.001);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.Regression });

        for (int epoch = 1; epoch <= 15; epoch++)
        {
            model.train();
            foreach (var rows in randperm(x.shape[0]).split(64))
            {
                using var scope = NewDisposeScope();
                var target = y[rows];
                optimizer.zero_grad();
                var loss = criterion.call(model.call(x[rows]), target);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, target);
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                var output = model.call(unseenX);
                double loss = criterion.call(output, unseenY).item<float>();
                monitor.Validation(loss, epoch: epoch);
                double error = (output.reshape(-1) - unseenY.reshape(-1)).square().mean().item<float>();
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, true squared error {error:F3}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static Tensor Series(int hours)
    {
        var hour = arange(hours, ScalarType.Float32);
        var daily = (hour * (2 * Math.PI / 24)).sin();
        var weekly = (hour * (2 * Math.PI / 168)).cos() * 0.5;
        return daily + weekly + randn(hours) * 0.15;
    }

    private static (Tensor X, Tensor Y) Windows(Tensor series)
    {
        long count = series.shape[0] - Window;
        var x = stack(Enumerable.Range(0, Window).Select(lag => series.narrow(0, lag, count)).ToArray(), 1);
        return (x, series.narrow(0, Window, count));
    }
}
