using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Faces;

/// <summary>A variational autoencoder of small pictures.</summary>
internal static class Training
{
    private const int Size = 8;

    public static void Run(bool repaired, string report)
    {
        manual_seed(33);
        var x = Sample(1600);

        using var model = new Autoencoder();
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Task = TrainingTask.Variational });

        for (int epoch = 1; epoch <= 30; epoch++)
        {
            double sumOfReconstructions = 0, sumOfDivergences = 0;
            foreach (var rows in randperm(1600).split(64))
            {
                using var scope = NewDisposeScope();
                var batch = x[rows];
                var (picture, mean, logVariance) = model.call(batch);
                var reconstruction = nn.functional.binary_cross_entropy(picture, batch, reduction: nn.Reduction.None).sum(1).mean();
                var terms = -0.5 * (1 + logVariance - mean.square() - logVariance.exp());
                var divergence = repaired ? terms.sum(1).mean() : terms.sum();
                var loss = reconstruction + divergence;

                optimizer.zero_grad();
                loss.backward();
                optimizer.step();

                monitor.Step(loss);
                monitor.Report("recon_loss", reconstruction.item<float>());
                monitor.Report("kl_loss", divergence.item<float>());
                sumOfReconstructions += reconstruction.item<float>();
                sumOfDivergences += divergence.item<float>();
            }

            if (epoch % 5 == 0)
            {
                Console.WriteLine($"Epoch {epoch}: reconstruction {sumOfReconstructions / 25:F2}, divergence {sumOfDivergences / 25:F3}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    // A bright spot somewhere, of some width.
    private static Tensor Sample(int count)
    {
        var row = arange(Size, ScalarType.Float32).reshape(1, Size, 1);
        var column = arange(Size, ScalarType.Float32).reshape(1, 1, Size);
        var cy = rand(count, 1, 1) * 5 + 1;
        var cx = rand(count, 1, 1) * 5 + 1;
        var width = rand(count, 1, 1) * 1.5 + 0.8;
        return (-((row - cy).square() + (column - cx).square()) / (2 * width.square())).exp().reshape(count, Size * Size);
    }
}

internal sealed class Autoencoder : nn.Module<Tensor, (Tensor Picture, Tensor Mean, Tensor LogVariance)>
{
    private const int Code = 4;
    private readonly Sequential encoder = nn.Sequential(("fc", nn.Linear(64, 96)), ("act", nn.ReLU()));
    private readonly Linear mean = nn.Linear(96, Code);
    private readonly Linear logVariance = nn.Linear(96, Code);
    private readonly Sequential decoder = nn.Sequential(("fc1", nn.Linear(Code, 96)), ("act", nn.ReLU()), ("fc2", nn.Linear(96, 64)), ("out", nn.Sigmoid()));

    public Autoencoder()
        : base(nameof(Autoencoder)) => RegisterComponents();

    public override (Tensor Picture, Tensor Mean, Tensor LogVariance) forward(Tensor x)
    {
        var features = encoder.call(x);
        var mu = mean.call(features);
        var spread = logVariance.call(features);
        var code = mu + randn_like(mu) * (0.5 * spread).exp();
        return (decoder.call(code), mu, spread);
    }
}
