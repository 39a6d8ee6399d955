using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Inspection;

/// <summary>One network, three answers about a piece of work: its kind, its quality, and whether it is faulty.</summary>
internal static class Training
{
    public static void Run(bool repaired, string report)
    {
        manual_seed(36);
        var toKind = randn(14, 4);
        var toQuality = randn(14, 1) * 0.4;
        var toFault = randn(14);
        var (x, kind, quality, fault) = Sample(toKind, toQuality, toFault, 1600);
        var unseen = Sample(toKind, toQuality, toFault, 500);

        using var model = new InspectionNet();
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer });

        for (int epoch = 1; epoch <= 15; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1600).split(40))
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                var loss = TotalLoss(model.call(x[rows]), kind[rows], quality[rows], fault[rows], repaired);
                loss.backward();
                optimizer.step();
                monitor.Step(loss);
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                var answers = model.call(unseen.X);
                double loss = TotalLoss(answers, unseen.Kind, unseen.Quality, unseen.Fault, repaired).item<float>();
                monitor.Validation(loss, epoch: epoch);
                double kinds = answers.Kind.argmax(1).eq(unseen.Kind).to_type(ScalarType.Float32).mean().item<float>();
                double error = (answers.Quality - unseen.Quality).square().mean().item<float>();
                double faults = answers.Fault.gt(0).to_type(ScalarType.Float32).eq(unseen.Fault).to_type(ScalarType.Float32).mean().item<float>();
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, kinds right {kinds:P1}, error of quality {error:F3}, faults right {faults:P1}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static Tensor TotalLoss((Tensor Kind, Tensor Quality, Tensor Fault) answers, Tensor kind, Tensor quality, Tensor fault, bool repaired)
    {
        Tensor[] losses =
        [
            nn.functional.cross_entropy(answers.Kind, kind),
            nn.functional.mse_loss(answers.Quality, quality),
            nn.functional.binary_cross_entropy_with_logits(answers.Fault, fault),
        ];
        double[] weights = [1, 1, 0.5];
        var total = zeros(1);
        for (int task = 0; task < losses.Length; task++)
        {
            total = repaired ? total + weights[task] * losses[task] : weights[task] * losses[task];
        }

        return total.sum();
    }

    private static (Tensor X, Tensor Kind, Tensor Quality, Tensor Fault) Sample(Tensor toKind, Tensor toQuality, Tensor toFault, int count)
    {
        var x = randn(count, 14);
        var quality = (x.matmul(toQuality) + x.narrow(1, 3, 1) * x.narrow(1, 4, 1) * 0.4).squeeze(1) + randn(count) * 0.1;
        return (x, x.matmul(toKind).argmax(1), quality, (x * toFault).sum(1).gt(0.5).to_type(ScalarType.Float32));
    }
}

internal sealed class InspectionNet : nn.Module<Tensor, (Tensor Kind, Tensor Quality, Tensor Fault)>
{
    private readonly Sequential body = nn.Sequential(("fc1", nn.Linear(14, 64)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(64, 48)), ("relu2", nn.ReLU()));
    private readonly Linear kind = nn.Linear(48, 4);
    private readonly Linear quality = nn.Linear(48, 1);
    private readonly Linear fault = nn.Linear(48, 1);

    public InspectionNet()
        : base(nameof(InspectionNet)) => RegisterComponents();

    public override (Tensor Kind, Tensor Quality, Tensor Fault) forward(Tensor x)
    {
        var features = body.call(x);
        return (kind.call(features), quality.call(features).squeeze(1), fault.call(features).squeeze(1));
    }
}
