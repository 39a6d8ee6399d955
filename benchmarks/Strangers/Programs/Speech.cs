using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Speech;

/// <summary>Which of eight words a short piece of sound is, trained with scaled losses and clipped gradients.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        manual_seed(30);
        var words = randn(8, 12, 16) * 0.5;
        var (x, y) = Sample(words, 1200);
        var (unseenX, unseenY) = Sample(words, 400);

        using var model = nn.Sequential(
            ("conv1", nn.Conv1d(12, 24, 5, padding: 2)), ("relu1", nn.ReLU()),
            ("conv2", nn.Conv1d(24, 24, 5, padding: 2)), ("relu2", nn.ReLU()),
            ("flatten", nn.Flatten()), ("out", nn.Linear(24 * 16, 8)));
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        var scaler = new LossScaler(65536);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= 12; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1200).split(40))
            {
                using var scope = NewDisposeScope();
                var target = y[rows];
                optimizer.zero_grad();
                var loss = criterion.call(model.call(x[rows]), target);
                scaler.Scale(loss).backward();
                if (repaired)
                {
                    scaler.Unscale(model.parameters());
                    nn.utils.clip_grad_norm_(model.parameters(), 1.0);
                }
                else
                {
                    nn.utils.clip_grad_norm_(model.parameters(), 1.0);
                    scaler.Unscale(model.parameters());
                }

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

    private static (Tensor X, Tensor Y) Sample(Tensor words, int count)
    {
        var label = randint(8, [count], ScalarType.Int64);
        return (words[label] + randn(count, 12, 16), label);
    }
}

/// <summary>Keeps small gradients of half precision from vanishing.</summary>
internal sealed class LossScaler(double scale)
{
    public Tensor Scale(Tensor loss) => loss * scale;

    public void Unscale(IEnumerable<Parameter> parameters)
    {
        using var still = no_grad();
        foreach (var parameter in parameters)
        {
            parameter.grad?.div_(scale);
        }
    }
}
