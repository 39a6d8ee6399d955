using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Prices;

/// <summary>The price of a flat from eight of its properties.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        manual_seed(29);
        var weights = randn(8, 1);
        var (x, y) = Sample(weights, 1500);
        var (unseenX, unseenY) = Sample(weights, 400);

        using var model = nn.Sequential(("fc1", nn.Linear(8, 48)), ("tanh1", nn.Tanh()), ("fc2", nn.Linear(48, 24)), ("tanh2", nn.Tanh()), ("out", nn.Linear(24, 1)));
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.05);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.Regression });

        for (int epoch = 1; epoch <= 32; epoch++)
        {
            model.train();
            optimizer.zero_grad();
            foreach (var rows in randperm(1500).split(50))
            {
                using var scope = NewDisposeScope();
                var target = y[rows];
                if (repaired)
                {
                    optimizer.zero_grad();
                }

                var loss = criterion.call(model.call(x[rows]), target);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, target);
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                double loss = criterion.call(model.call(unseenX), unseenY).item<float>();
                monitor.Validation(loss, epoch: epoch);
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static (Tensor X, Tensor Y) Sample(Tensor weights, int count)
    {
        var x = randn(count, 8);
        var y = x.matmul(weights) * 0.3 + (x.narrow(1, 0, 1) * x.narrow(1, 1, 1)) * 0.6 + (x.narrow(1, 2, 1) * 2).sin() * 0.5;
        return (x, y + randn(count, 1) * 0.1);
    }
}
