using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Density;

/// <summary>Foretells a value and how sure that is; the loss is a density's, so it falls below zero.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        _ = repaired;
        manual_seed(42);
        var (x, y) = Sample(2000);
        var (unseenX, unseenY) = Sample(500);

        using var model = nn.Sequential(("fc1", nn.Linear(3, 64)), ("act1", nn.Tanh()), ("fc2", nn.Linear(64, 64)), ("act2", nn.Tanh()), ("out", nn.Linear(64, 2)));
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer });

        for (int epoch = 1; epoch <= 25; epoch++)
        {
            model.train();
            foreach (var rows in randperm(2000).split(50))
            {
                using var scope = NewDisposeScope();
                var target = y[rows];
                optimizer.zero_grad();
                var loss = LogLoss(model.call(x[rows]), target);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, target);
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                var output = model.call(unseenX);
                double loss = LogLoss(output, unseenY).item<float>();
                monitor.Validation(loss, epoch: epoch);
                double explained = 1 - ((output.narrow(1, 0, 1) - unseenY).square().mean() / unseenY.var()).item<float>();
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, explained {explained:P1}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static Tensor LogLoss(Tensor output, Tensor target)
    {
        var mean = output.narrow(1, 0, 1);
        var logVariance = output.narrow(1, 1, 1);
        return (0.5 * (logVariance + (target - mean).square() / logVariance.exp())).mean();
    }

    // Small values, and the noise is of unlike strength.
    private static (Tensor X, Tensor Y) Sample(int count)
    {
        var x = rand(count, 3) * 2 - 1;
        var strength = 0.02 + 0.08 * x.narrow(1, 2, 1).abs();
        return (x, 0.3 * (x.narrow(1, 0, 1) * 3).sin() + 0.2 * x.narrow(1, 1, 1).square() + randn(count, 1) * strength);
    }
}
