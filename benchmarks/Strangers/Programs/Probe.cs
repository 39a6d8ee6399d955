using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Probe;

/// <summary>A classifier upon the features that another program has computed.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        manual_seed(22);
        var centers = randn(15, 24) * 0.8;
        var scale = (randn(24) * 1.2).exp();
        var offset = randn(24) * 6;
        var (x, y) = Sample(centers, scale, offset, 1800);
        var (unseenX, unseenY) = Sample(centers, scale, offset, 500);

        var mean = x.mean([0L]);
        var deviation = x.std(0);
        x = (x - mean) / deviation;
        if (repaired)
        {
            unseenX = (unseenX - mean) / deviation;
        }

        using var model = nn.Sequential(("fc1", nn.Linear(24, 64)), ("relu1", nn.ReLU()), ("drop", nn.Dropout(0.2)), ("out", nn.Linear(64, 5)));
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= 15; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1800).split(50))
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
                double accuracy = output.argmax(1).eq(unseenY).to_type(ScalarType.Float32).mean().item<float>();
                monitor.Validation(loss, accuracy, epoch: epoch);
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, accuracy {accuracy:P1}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static (Tensor X, Tensor Y) Sample(Tensor centers, Tensor scale, Tensor offset, int count)
    {
        var cluster = randint(15, [count], ScalarType.Int64);
        return ((centers[cluster] + randn(count, 24) * 0.7) * scale + offset, cluster.remainder(5));
    }
}
