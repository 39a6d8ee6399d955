using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Lesions;

/// <summary>Outlines the bright spot of a noisy picture.</summary>
internal static class Training
{
    private const int Size = 24;

    public static void Run(bool repaired, string report)
    {
        manual_seed(16);
        var (x, y) = Sample(400);
        var (unseenX, unseenY) = Sample(100);

        using var model = nn.Sequential(
            ("conv1", nn.Conv2d(1, 12, 5, padding: 2)), ("relu1", nn.ReLU()),
            ("conv2", nn.Conv2d(12, 12, 5, padding: 2)), ("relu2", nn.ReLU()),
            ("conv3", nn.Conv2d(12, 1, 1)));
        using var criterion = new DiceLoss(repaired);
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });

        for (int epoch = 1; epoch <= 14; epoch++)
        {
            model.train();
            foreach (var rows in randperm(400).split(16))
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
                var marked = output.sigmoid().gt(0.5).to_type(ScalarType.Float32);
                double dice = (2 * (marked * unseenY).sum() / (marked.sum() + unseenY.sum())).item<float>();
                monitor.Validation(loss, dice, epoch: epoch);
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, dice {dice:F3}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static (Tensor X, Tensor Y) Sample(int count)
    {
        var row = arange(Size, ScalarType.Float32).reshape(1, Size, 1);
        var column = arange(Size, ScalarType.Float32).reshape(1, 1, Size);
        var cy = rand(count, 1, 1) * 14 + 5;
        var cx = rand(count, 1, 1) * 14 + 5;
        var radius = rand(count, 1, 1) * 3 + 2.5;
        var mask = ((row - cy).square() + (column - cx).square()).lt(radius.square()).to_type(ScalarType.Float32).unsqueeze(1);
        return (mask + randn(count, 1, Size, Size) * 0.6, mask);
    }
}

/// <summary>One minus the overlap of what is marked and what should be.</summary>
internal sealed class DiceLoss : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly bool repaired;

    public DiceLoss(bool repaired)
        : base(nameof(DiceLoss)) => this.repaired = repaired;

    public override Tensor forward(Tensor prediction, Tensor target)
    {
        var marked = repaired ? prediction.sigmoid() : prediction;
        var overlap = (marked * target).sum([1L, 2L, 3L]);
        var total = marked.sum([1L, 2L, 3L]) + target.sum([1L, 2L, 3L]);
        return 1 - ((2 * overlap + 1) / (total + 1)).mean();
    }
}
