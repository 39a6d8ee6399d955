using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Genes;

/// <summary>Tells four kinds of tissue apart by the activity of sixty genes.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        manual_seed(24);
        var profiles = randn(4, 60) * 0.45;
        var (x, y) = Sample(profiles, 900);
        var (unseenX, unseenY) = Sample(profiles, 400);

        using var model = new GeneNet(repaired);
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.001);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= 15; epoch++)
        {
            model.train();
            foreach (var rows in randperm(900).split(30))
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

    private static (Tensor X, Tensor Y) Sample(Tensor profiles, int count)
    {
        var label = randint(4, [count], ScalarType.Int64);
        return (profiles[label] + randn(count, 60), label);
    }
}

internal sealed class GeneNet : nn.Module<Tensor, Tensor>
{
    private readonly Linear first = nn.Linear(60, 64);
    private readonly Linear second = nn.Linear(64, 32);
    private readonly Linear output = nn.Linear(32, 4);
    private readonly bool repaired;

    public GeneNet(bool repaired)
        : base(nameof(GeneNet))
    {
        this.repaired = repaired;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = Drop(nn.functional.relu(first.call(x)));
        x = Drop(nn.functional.relu(second.call(x)));
        return output.call(x);
    }

    private Tensor Drop(Tensor x) => repaired ? nn.functional.dropout(x, 0.6, training) : nn.functional.dropout(x, 0.6);
}
