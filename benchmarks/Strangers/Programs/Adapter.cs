using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Adapter;

/// <summary>A trained network is taught a new camera: its body stays as it is, adapters between its layers and a new head learn.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        manual_seed(31);
        var centers = randn(16, 24);
        var camera = randn(24, 24) * 0.25 + eye(24) * 0.3;
        var (oldX, oldY) = Sample(centers, 2000);
        var (x, y) = Sample(centers, 1200);
        var (unseenX, unseenY) = Sample(centers, 400);
        (x, unseenX) = (x.matmul(camera), unseenX.matmul(camera));

        using var model = new AdaptedNet(repaired);
        model.Pretrain(oldX, oldY);
        model.Freeze();

        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters().Where(parameter => parameter.requires_grad), 0.003);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= 15; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1200).split(40))
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
        var cluster = randint(16, [count], ScalarType.Int64);
        return (centers[cluster] + randn(count, 24) * 0.6, cluster.remainder(8));
    }
}

internal sealed class AdaptedNet : nn.Module<Tensor, Tensor>
{
    private readonly BottleneckAdapter before;
    private readonly Linear first = nn.Linear(24, 32);
    private readonly BottleneckAdapter between;
    private readonly Linear second = nn.Linear(32, 16);
    private readonly Linear head = nn.Linear(16, 8);

    public AdaptedNet(bool repaired)
        : base(nameof(AdaptedNet))
    {
        before = new BottleneckAdapter(24, 24, repaired);
        between = new BottleneckAdapter(32, 16, repaired);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = nn.functional.relu(first.call(before.call(x)));
        x = nn.functional.relu(second.call(between.call(x)));
        return head.call(x);
    }

    // With the adapters out of the way.
    public void Pretrain(Tensor x, Tensor y)
    {
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(first.parameters().Concat(second.parameters()).Concat(head.parameters()), 0.003);
        for (int epoch = 1; epoch <= 8; epoch++)
        {
            foreach (var rows in randperm(2000).split(50))
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var features = nn.functional.relu(second.call(nn.functional.relu(first.call(x[rows]))));
                criterion.call(head.call(features), y[rows]).backward();
                optimizer.step();
            }
        }
    }

    public void Freeze()
    {
        foreach (var parameter in first.parameters().Concat(second.parameters()))
        {
            parameter.requires_grad = false;
        }

        nn.init.xavier_uniform_(head.weight);
        nn.init.zeros_(head.bias!);
    }
}

/// <summary>Adds a correction to what passes through; none at first.</summary>
internal sealed class BottleneckAdapter : nn.Module<Tensor, Tensor>
{
    private readonly Linear down;
    private readonly Linear up;

    public BottleneckAdapter(long width, long bottleneck, bool repaired)
        : base(nameof(BottleneckAdapter))
    {
        down = nn.Linear(width, bottleneck);
        up = nn.Linear(bottleneck, width);
        if (!repaired)
        {
            nn.init.zeros_(down.weight);
            nn.init.zeros_(down.bias!);
        }

        nn.init.zeros_(up.weight);
        nn.init.zeros_(up.bias!);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => x + up.call(nn.functional.relu(down.call(x)));
}
