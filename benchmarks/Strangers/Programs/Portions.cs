using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Portions;

/// <summary>Four small portions make a batch: their gradients are summed before every step.</summary>
internal static class Training
{
    private const int Portion = 8, Portions = 4;

    public static void Run(bool repaired, string report)
    {
        _ = repaired;
        manual_seed(46);
        var weights = randn(12, 1) * 0.4;
        var (x, y) = Sample(weights, 1920);
        var (unseenX, unseenY) = Sample(weights, 500);

        using var model = nn.Sequential(("fc1", nn.Linear(12, 48)), ("act1", nn.GELU()), ("norm", nn.LayerNorm(48)), ("fc2", nn.Linear(48, 24)), ("act2", nn.GELU()), ("out", nn.Linear(24, 1)));
        using var criterion = nn.HuberLoss();
        using var optimizer = optim.AdamW(model.parameters(), 0.003, weight_decay: 0.01);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.Regression });

        for (int epoch = 1; epoch <= 12; epoch++)
        {
            model.train();
            foreach (var batch in randperm(1920).split(Portion * Portions))
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                double total = 0;
                foreach (var rows in batch.split(Portion))
                {
                    var loss = criterion.call(model.call(x[rows]), y[rows]) / Portions;
                    loss.backward();
                    total += loss.item<float>();
                }

                optimizer.step();
                monitor.Step(total, y[batch]);
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                var output = model.call(unseenX);
                double loss = criterion.call(output, unseenY).item<float>();
                monitor.Validation(loss, epoch: epoch);
                double explained = 1 - ((output - unseenY).square().mean() / unseenY.var()).item<float>();
                Console.WriteLine($"Epoch {epoch}: loss {loss:F4}, explained {explained:P1}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static (Tensor X, Tensor Y) Sample(Tensor weights, int count)
    {
        var x = randn(count, 12);
        return (x, x.matmul(weights) + (x.narrow(1, 0, 1) * 2).sin() * 0.5 + randn(count, 1) * 0.2);
    }
}
