using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Shapes;

/// <summary>Which of six figures a small picture shows, trained with mixup.</summary>
internal static class Training
{
    private const int Size = 10;

    public static void Run(bool repaired, string report)
    {
        manual_seed(20);
        var random = new Random(20);
        var figures = rand(6, Size * Size).lt(0.3).to_type(ScalarType.Float32);
        var (x, y) = Sample(figures, 1500);
        var (unseenX, unseenY) = Sample(figures, 400);

        using var model = nn.Sequential(
            ("conv1", nn.Conv2d(1, 12, 3, padding: 1)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
            ("flatten", nn.Flatten()), ("fc", nn.Linear(12 * 25, 48)), ("relu2", nn.ReLU()), ("out", nn.Linear(48, 6)));
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= 12; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1500).split(50))
            {
                using var scope = NewDisposeScope();
                var (batch, target) = (x[rows], y[rows]);
                double share = random.NextDouble();
                var other = randperm(rows.shape[0]);
                var otherTarget = repaired ? other : randperm(rows.shape[0]);
                var mixed = share * batch + (1 - share) * batch[other];

                optimizer.zero_grad();
                var output = model.call(mixed);
                var loss = share * criterion.call(output, target) + (1 - share) * criterion.call(output, target[otherTarget]);
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

    private static (Tensor X, Tensor Y) Sample(Tensor figures, int count)
    {
        var label = randint(6, [count], ScalarType.Int64);
        return ((figures[label] + randn(count, Size * Size) * 0.8).reshape(count, 1, Size, Size), label);
    }
}
