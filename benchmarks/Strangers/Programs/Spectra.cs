using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Spectra;

/// <summary>Which of six tones a noisy signal holds.</summary>
internal static class Training
{
    private const int Length = 64;

    public static void Run(bool repaired, string report)
    {
        manual_seed(12);
        var (x, y) = Sample(1600);
        var (unseenX, unseenY) = Sample(400);

        using var model = new ToneNet(repaired);
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.001);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });

        for (int epoch = 1; epoch <= 12; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1600).split(40))
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

    private static (Tensor X, Tensor Y) Sample(int count)
    {
        var tone = randint(6, [count], ScalarType.Int64);
        var frequency = (tone.to_type(ScalarType.Float32) + 4).unsqueeze(1);
        var time = (arange(Length, ScalarType.Float32) / Length).unsqueeze(0);
        var phase = rand(count, 1);
        var signal = ((frequency * time + phase) * (2 * Math.PI)).sin() + randn(count, Length) * 0.7;
        return (signal.unsqueeze(1), tone);
    }
}

internal sealed class ToneNet : nn.Module<Tensor, Tensor>
{
    private readonly Conv1d stem = nn.Conv1d(1, 16, 7, padding: 3);
    private readonly ConvBlock first;
    private readonly ConvBlock second;
    private readonly Linear output = nn.Linear(16, 6);

    public ToneNet(bool repaired)
        : base(nameof(ToneNet))
    {
        first = new ConvBlock(16, repaired);
        second = new ConvBlock(16, repaired);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = nn.functional.relu(stem.call(x));
        x = second.call(first.call(x));
        return output.call(x.mean([2L]));
    }
}

internal sealed class ConvBlock : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> layers;
    private readonly bool repaired;

    public ConvBlock(long channels, bool repaired)
        : base(nameof(ConvBlock))
    {
        this.repaired = repaired;
        layers = nn.ModuleList<nn.Module<Tensor, Tensor>>(
            nn.Conv1d(channels, channels, 9, padding: 4), nn.ReLU(),
            nn.Conv1d(channels, channels, 9, padding: 4), nn.ReLU(),
            nn.Conv1d(channels, channels, 9, padding: 4));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var result = x;
        foreach (var layer in layers)
        {
            result = layer.call(repaired ? result : x);
        }

        return nn.functional.relu(x + result);
    }
}
