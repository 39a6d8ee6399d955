using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Sensors;

/// <summary>Which of four states a machine is in, from sixteen sensors.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        manual_seed(11);
        var centers = randn(12, 16) * 1.2;
        var (x, y) = Sample(centers, 2000);
        var (unseenX, unseenY) = Sample(centers, 600);

        using var model = new SensorNet(16, 24, 5, 4, repaired);
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.003);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });

        for (int epoch = 1; epoch <= 15; epoch++)
        {
            model.train();
            foreach (var rows in randperm(2000).split(50))
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

    private static (Tensor X, Tensor Y) Sample(Tensor centers, int count)
    {
        var cluster = randint(12, [count], ScalarType.Int64);
        return (centers[cluster] + randn(count, 16), cluster.remainder(4));
    }
}

internal sealed class SensorNet : nn.Module<Tensor, Tensor>
{
    private readonly List<Linear> layers = [];
    private readonly Linear output;

    public SensorNet(long inputs, long width, int depth, long classes, bool repaired)
        : base(nameof(SensorNet))
    {
        for (int i = 0; i < depth; i++)
        {
            layers.Add(nn.Linear(i == 0 ? inputs : width, width));
            if (repaired)
            {
                register_module($"layer{i}", layers[i]);
            }
        }

        output = nn.Linear(width, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        foreach (var layer in layers)
        {
            x = nn.functional.relu(layer.call(x));
        }

        return output.call(x);
    }
}
