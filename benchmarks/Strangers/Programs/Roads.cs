using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Roads;

/// <summary>Marks the road in a picture from above; pictures are mirrored at random while training.</summary>
internal static class Training
{
    private const int Size = 20;

    public static void Run(bool repaired, string report)
    {
        manual_seed(21);
        var random = new Random(21);
        var (x, y) = Sample(400);
        var (unseenX, unseenY) = Sample(100);

        using var model = nn.Sequential(
            ("conv1", nn.Conv2d(1, 12, 5, padding: 2)), ("relu1", nn.ReLU()),
            ("conv2", nn.Conv2d(12, 12, 5, padding: 2)), ("relu2", nn.ReLU()),
            ("conv3", nn.Conv2d(12, 1, 1)));
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.003);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });

        for (int epoch = 1; epoch <= 11; epoch++)
        {
            model.train();
            foreach (var rows in randperm(400).split(16))
            {
                using var scope = NewDisposeScope();
                var (picture, mask) = (x[rows], y[rows]);
                if (random.Next(2) == 0)
                {
                    picture = picture.flip(3);
                    mask = repaired ? mask.flip(3) : mask;
                }

                optimizer.zero_grad();
                var loss = criterion.call(model.call(picture), mask);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, mask);
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                var output = model.call(unseenX);
                double loss = criterion.call(output, unseenY).item<float>();
                var marked = output.gt(0).to_type(ScalarType.Float32);
                double dice = (2 * (marked * unseenY).sum() / (marked.sum() + unseenY.sum() + 1)).item<float>();
                monitor.Validation(loss, dice, epoch: epoch);
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, dice {dice:F3}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    // A road crosses the picture from the top to the bottom, somewhere and aslant.
    private static (Tensor X, Tensor Y) Sample(int count)
    {
        var row = arange(Size, ScalarType.Float32).reshape(1, Size, 1);
        var column = arange(Size, ScalarType.Float32).reshape(1, 1, Size);
        var start = rand(count, 1, 1) * Size;
        var slope = rand(count, 1, 1) - 0.5;
        var mask = (column - start - slope * row).abs().lt(2).to_type(ScalarType.Float32).unsqueeze(1);
        return (mask + randn(count, 1, Size, Size) * 0.5, mask);
    }
}
