using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Embers;

/// <summary>A linear probe: only a head learns, upon a body that was trained for something else and stays as it is.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        _ = repaired;
        manual_seed(41);
        var centers = randn(24, 20);
        var (x, cluster) = Sample(centers, 2000);
        var (unseenX, unseenCluster) = Sample(centers, 500);
        var (y, unseenY) = (cluster.remainder(3), unseenCluster.remainder(3));

        using var body = nn.Sequential(("fc1", nn.Linear(20, 96)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(96, 48)), ("relu2", nn.ReLU()));
        using var otherHead = nn.Linear(48, 24);
        Pretrain(body, otherHead, x, cluster);
        foreach (var parameter in body.parameters())
        {
            parameter.requires_grad = false;
        }

        using var model = nn.Sequential(("body", body), ("head", nn.Linear(48, 3)));
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.SGD(model.parameters().Where(parameter => parameter.requires_grad), 0.05, momentum: 0.9);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= 10; epoch++)
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

    private static void Pretrain(nn.Module<Tensor, Tensor> body, nn.Module<Tensor, Tensor> head, Tensor x, Tensor y)
    {
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(body.parameters().Concat(head.parameters()), 0.002);
        for (int epoch = 1; epoch <= 10; epoch++)
        {
            foreach (var rows in randperm(2000).split(50))
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                criterion.call(head.call(body.call(x[rows])), y[rows]).backward();
                optimizer.step();
            }
        }
    }

    private static (Tensor X, Tensor Cluster) Sample(Tensor centers, int count)
    {
        var cluster = randint(24, [count], ScalarType.Int64);
        return (centers[cluster] + randn(count, 20) * 0.6, cluster);
    }
}
