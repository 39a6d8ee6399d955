using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Disturbed;

/// <summary>Strong augmentation and dropout: the training looks worse than the validation all along.</summary>
internal static class Training
{
    private const int Size = 12;

    public static void Run(bool repaired, string report)
    {
        _ = repaired;
        manual_seed(44);
        var random = new Random(44);
        var figures = rand(5, Size, Size).lt(0.35).to_type(ScalarType.Float32);
        var (x, y) = Sample(figures, 1200);
        var (unseenX, unseenY) = Sample(figures, 400);

        using var model = nn.Sequential(
            ("conv1", nn.Conv2d(1, 16, 3, padding: 1)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2)),
            ("conv2", nn.Conv2d(16, 24, 3, padding: 1)), ("relu2", nn.ReLU()), ("pool2", nn.MaxPool2d(2)),
            ("flatten", nn.Flatten()), ("drop", nn.Dropout(0.5)), ("out", nn.Linear(24 * 9, 5)));
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= 12; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1200).split(40))
            {
                using var scope = NewDisposeScope();
                var target = y[rows];
                var picture = x[rows].roll([random.Next(-2, 3), random.Next(-2, 3)], [2L, 3L]);
                picture = picture * rand(rows.shape[0], 1, 3, 3).gt(0.2).to_type(ScalarType.Float32).repeat_interleave(4, 2).repeat_interleave(4, 3);
                picture = picture + randn_like(picture) * 0.5;
                optimizer.zero_grad();
                var loss = criterion.call(model.call(picture), target);
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
        var label = randint(5, [count], ScalarType.Int64);
        return ((figures[label] + randn(count, Size, Size) * 0.3).unsqueeze(1), label);
    }
}
