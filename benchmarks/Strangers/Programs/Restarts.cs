using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Restarts;

/// <summary>The learning rate falls along a cosine and starts anew four times, so that the loss jumps at every start.</summary>
internal static class Training
{
    private const int Epochs = 20, Cycle = 5;

    public static void Run(bool repaired, string report)
    {
        _ = repaired;
        manual_seed(45);
        var centers = randn(18, 16);
        var (x, y) = Sample(centers, 1600);
        var (unseenX, unseenY) = Sample(centers, 500);

        using var model = nn.Sequential(("fc1", nn.Linear(16, 64)), ("norm1", nn.BatchNorm1d(64)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(64, 64)), ("norm2", nn.BatchNorm1d(64)), ("relu2", nn.ReLU()), ("out", nn.Linear(64, 6)));
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1, momentum: 0.9, weight_decay: 0.0005);
        int stepsPerCycle = Cycle * 32;
        var scheduler = optim.lr_scheduler.LambdaLR(optimizer, step => 0.01 + 0.99 * (1 + Math.Cos(Math.PI * (step % stepsPerCycle) / stepsPerCycle)) / 2);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1600).split(50))
            {
                using var scope = NewDisposeScope();
                var target = y[rows];
                optimizer.zero_grad();
                var loss = criterion.call(model.call(x[rows]), target);
                loss.backward();
                optimizer.step();
                scheduler.step();
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

    private static (Tensor X, Tensor Y) Sample(Tensor centers, int count)
    {
        var cluster = randint(18, [count], ScalarType.Int64);
        return (centers[cluster] + randn(count, 16) * 0.5, cluster.remainder(6));
    }
}
