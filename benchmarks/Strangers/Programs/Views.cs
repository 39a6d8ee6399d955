using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Views;

/// <summary>Learns features without labels: two disturbed views of a sample belong together, views of others do not.</summary>
internal static class Training
{
    private const int Batch = 64;
    private const double Temperature = 0.2;

    public static void Run(bool repaired, string report)
    {
        manual_seed(35);
        var mixing = randn(8, 32);
        var x = Sample(mixing, 2560);
        var unseen = Sample(mixing, 200);

        using var model = nn.Sequential(("fc1", nn.Linear(32, 64)), ("relu1", nn.ReLU()), ("fc2", nn.Linear(64, 64)), ("relu2", nn.ReLU()), ("projection", nn.Linear(64, 16)));
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.001);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.SelfSupervised });

        for (int epoch = 1; epoch <= 15; epoch++)
        {
            model.train();
            foreach (var rows in randperm(2560).split(Batch))
            {
                using var scope = NewDisposeScope();
                var batch = x[rows];
                var features = nn.functional.normalize(model.call(cat([Disturb(batch), Disturb(batch)], 0)));
                var (scores, partners) = Compare(features, repaired);
                optimizer.zero_grad();
                var loss = criterion.call(scores, partners);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, partners);
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                var one = nn.functional.normalize(model.call(Disturb(unseen)));
                var two = nn.functional.normalize(model.call(Disturb(unseen)));
                double found = one.matmul(two.t()).argmax(1).eq(arange(200)).to_type(ScalarType.Float32).mean().item<float>();
                Console.WriteLine($"Epoch {epoch}: the other view found in {found:P1} of 200");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    // Every view's likeness to every other, and which of them is of the same sample.
    private static (Tensor Scores, Tensor Partners) Compare(Tensor features, bool repaired)
    {
        long count = features.shape[0];
        var scores = (features.matmul(features.t()) / Temperature).masked_fill(eye(count).to_type(ScalarType.Bool), -1e9);
        var index = arange(count, ScalarType.Int64);
        var partners = repaired
            ? (index + count / 2).remainder(count)
            : index + 1 - 2 * index.remainder(2);
        return (scores, partners);
    }

    private static Tensor Disturb(Tensor x) => (x + randn_like(x) * 0.5) * rand_like(x).gt(0.15).to_type(ScalarType.Float32);

    private static Tensor Sample(Tensor mixing, int count) => tanh(randn(count, 8).matmul(mixing) * 0.5);
}
