using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Pupil;

/// <summary>A small network learns from the answers of a larger one.</summary>
internal static class Training
{
    private const double Temperature = 2;

    public static void Run(bool repaired, string report)
    {
        manual_seed(15);
        var centers = randn(20, 12) * 0.9;
        var (x, y) = Sample(centers, 2000);
        var (unseenX, unseenY) = Sample(centers, 600);

        using var teacher = nn.Sequential(nn.Linear(12, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 5));
        Teach(teacher, x, y);
        teacher.eval();

        using var student = nn.Sequential(("hidden", nn.Linear(12, 32)), ("relu", nn.ReLU()), ("output", nn.Linear(32, 5)));
        using var criterion = repaired ? nn.KLDivLoss(log_target: false, reduction: nn.Reduction.Sum) : nn.KLDivLoss(reduction: nn.Reduction.Sum);
        using var optimizer = optim.Adam(student.parameters(), 0.003);
        using var monitor = TrainingMonitor.Attach(student, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });

        for (int epoch = 1; epoch <= 15; epoch++)
        {
            student.train();
            foreach (var rows in randperm(2000).split(50))
            {
                using var scope = NewDisposeScope();
                Tensor soft;
                using (no_grad())
                {
                    soft = nn.functional.softmax(teacher.call(x[rows]) / Temperature, 1);
                }

                optimizer.zero_grad();
                var loss = criterion.call(nn.functional.log_softmax(student.call(x[rows]) / Temperature, 1), soft) / rows.shape[0];
                loss.backward();
                optimizer.step();
                monitor.Step(loss, soft);
            }

            student.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                var output = student.call(unseenX);
                double loss = nn.functional.cross_entropy(output, unseenY).item<float>();
                double accuracy = output.argmax(1).eq(unseenY).to_type(ScalarType.Float32).mean().item<float>();
                monitor.Validation(loss, accuracy, epoch: epoch);
                double sure = nn.functional.softmax(output, 1).max(1).values.mean().item<float>();
                Console.WriteLine($"Epoch {epoch}: cross-entropy {loss:F3}, accuracy {accuracy:P1}, mean confidence {sure:P1}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static void Teach(nn.Module<Tensor, Tensor> teacher, Tensor x, Tensor y)
    {
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(teacher.parameters(), 0.002);
        for (int epoch = 1; epoch <= 8; epoch++)
        {
            foreach (var rows in randperm(2000).split(50))
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                criterion.call(teacher.call(x[rows]), y[rows]).backward();
                optimizer.step();
            }
        }
    }

    private static (Tensor X, Tensor Y) Sample(Tensor centers, int count)
    {
        var cluster = randint(20, [count], ScalarType.Int64);
        return (centers[cluster] + randn(count, 12) * 0.9, cluster.remainder(5));
    }
}
