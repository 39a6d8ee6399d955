using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Parts;

/// <summary>Tells the two kinds of a part apart, which the catalogue numbers 5 and 7.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        manual_seed(18);
        var direction = randn(10);
        var (x, code) = Sample(direction, 1500);
        var (unseenX, unseenCode) = Sample(direction, 500);
        var y = repaired ? code.eq(7).to_type(ScalarType.Float32) : code.to_type(ScalarType.Float32);
        var unseenY = repaired ? unseenCode.eq(7).to_type(ScalarType.Float32) : unseenCode.to_type(ScalarType.Float32);

        using var model = nn.Sequential(("fc1", nn.Linear(10, 32)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(32, 16)), ("relu2", nn.ReLU()), ("out", nn.Linear(16, 1)), ("flat", nn.Flatten(0)));
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });

        for (int epoch = 1; epoch <= 15; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1500).split(50))
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
                var answer = where(output.gt(0), full_like(unseenCode, 7), full_like(unseenCode, 5));
                double accuracy = answer.eq(unseenCode).to_type(ScalarType.Float32).mean().item<float>();
                monitor.Validation(loss, accuracy, epoch: epoch);
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, accuracy {accuracy:P1}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static (Tensor X, Tensor Code) Sample(Tensor direction, int count)
    {
        var x = randn(count, 10);
        var side = (x * direction).sum(1) + x.narrow(1, 0, 1).square().squeeze(1) - 1;
        return (x, side.gt(0).to_type(ScalarType.Int64) * 2 + 5);
    }
}
