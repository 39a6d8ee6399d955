using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Gestures;

/// <summary>Which gesture was made, from the two channels of a wristband over twenty moments.</summary>
internal static class Training
{
    private const int Moments = 20;

    public static void Run(bool repaired, string report)
    {
        manual_seed(27);
        var (x, y) = Sample(1400);
        var (unseenX, unseenY) = Sample(400);

        using var model = new GestureNet(repaired);
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.005);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= 15; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1400).split(40))
            {
                using var scope = NewDisposeScope();
                var target = y[rows];
                optimizer.zero_grad();
                var loss = criterion.call(model.call(x[rows]), target);
                loss.backward();
                nn.utils.clip_grad_norm_(model.parameters(), 1.0);
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

    // A jerk in one of two channels: upwards or downwards first, and back.
    private static (Tensor X, Tensor Y) Sample(int count)
    {
        var label = randint(4, [count], ScalarType.Int64);
        var direction = (label.remainder(2).to_type(ScalarType.Float32) * 2 - 1).reshape(count, 1);
        var channel = label.ge(2).to_type(ScalarType.Float32).reshape(count, 1);
        var time = arange(Moments, ScalarType.Float32).unsqueeze(0);
        var onset = rand(count, 1) * 7 + 4;
        var jerk = direction * ((time - onset) * 0.9).sin() * (time - onset).abs().lt(3.5).to_type(ScalarType.Float32) * 2;
        var x = stack([jerk * (1 - channel), jerk * channel], 2);
        return (x + randn(count, Moments, 2) * 0.3, label);
    }
}

internal sealed class GestureNet : nn.Module<Tensor, Tensor>
{
    private readonly LSTM lstm;
    private readonly Linear output;

    public GestureNet(bool repaired)
        : base(nameof(GestureNet))
    {
        lstm = repaired ? nn.LSTM(2, 40, batchFirst: true) : nn.LSTM(2, 40);
        output = nn.Linear(40, 4);
        RegisterComponents();
    }

    /// <summary>Input: (gestures, moments, channels).</summary>
    public override Tensor forward(Tensor input)
    {
        var (states, _, _) = lstm.call(input);
        return output.call(states[.., -1]);
    }
}
