using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Fraud;

/// <summary>Three payments of a hundred are fraud, and weigh more in the loss; the score is the mean of the two shares found.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        _ = repaired;
        manual_seed(43);
        var direction = nn.functional.normalize(randn(1, 16));
        var (x, y) = Sample(direction, 8000);
        var (unseenX, unseenY) = Sample(direction, 4000);

        using var model = nn.Sequential(("fc1", nn.Linear(16, 32)), ("relu1", nn.ReLU()), ("drop", nn.Dropout(0.1)), ("out", nn.Linear(32, 1)), ("flat", nn.Flatten(0)));
        using var criterion = nn.BCEWithLogitsLoss(pos_weights: tensor(30f));
        using var optimizer = optim.AdamW(model.parameters(), 0.001, weight_decay: 0.01);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.BinaryClassification });

        for (int epoch = 1; epoch <= 10; epoch++)
        {
            model.train();
            foreach (var rows in randperm(8000).split(100))
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
                var marked = output.gt(0).to_type(ScalarType.Float32);
                double found = ((marked * unseenY).sum() / unseenY.sum()).item<float>();
                double spared = (((1 - marked) * (1 - unseenY)).sum() / (1 - unseenY).sum()).item<float>();
                monitor.Validation(loss, (found + spared) / 2, epoch: epoch);
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, found {found:P1}, spared {spared:P1}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static (Tensor X, Tensor Y) Sample(Tensor direction, int count)
    {
        var y = rand(count).lt(0.03).to_type(ScalarType.Float32);
        return (randn(count, 16) + y.unsqueeze(1) * direction * 3, y);
    }
}
