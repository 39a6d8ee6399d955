using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Reviews;

/// <summary>Is a review kind? A small encoder with a pooler and a classifier; the encoder learns more slowly than what is new.</summary>
internal static class Training
{
    private const int Words = 60, Length = 12;

    public static void Run(bool repaired, string report)
    {
        manual_seed(14);
        var kindness = randn(Words);
        var (x, y) = Sample(kindness, 1600);
        var (unseenX, unseenY) = Sample(kindness, 500);

        using var model = new ReviewNet(Words, Length);
        using var criterion = nn.CrossEntropyLoss();
        var fresh = repaired ? model.pooler.parameters().Concat(model.classifier.parameters()) : model.classifier.parameters();
        using var optimizer = optim.AdamW(
            [
                new AdamW.ParamGroup(model.encoder.parameters(), lr: 0.001, weight_decay: 0.01),
                new AdamW.ParamGroup(fresh, lr: 0.003, weight_decay: 0.01),
            ]);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });

        for (int epoch = 1; epoch <= 10; epoch++)
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

    // Word 0 opens every review.
    private static (Tensor X, Tensor Y) Sample(Tensor kindness, int count)
    {
        var words = randint(1, Words, [count, Length - 1], ScalarType.Int64);
        var label = kindness[words].sum(1).gt(0).to_type(ScalarType.Int64);
        return (cat([zeros([count, 1], ScalarType.Int64), words], 1), label);
    }
}

internal sealed class ReviewNet : nn.Module<Tensor, Tensor>
{
    public readonly ReviewEncoder encoder;
    public readonly Linear pooler;
    public readonly Linear classifier;
    private readonly Dropout dropout = nn.Dropout(0.1);

    public ReviewNet(long words, long length)
        : base(nameof(ReviewNet))
    {
        encoder = new ReviewEncoder(words, length);
        pooler = nn.Linear(32, 32);
        classifier = nn.Linear(32, 2);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var opening = encoder.call(input)[0];
        return classifier.call(dropout.call(tanh(pooler.call(opening))));
    }
}

internal sealed class ReviewEncoder : nn.Module<Tensor, Tensor>
{
    private readonly Embedding words;
    private readonly Parameter positions;
    private readonly TransformerEncoderLayer layer;

    public ReviewEncoder(long count, long length)
        : base(nameof(ReviewEncoder))
    {
        words = nn.Embedding(count, 32);
        positions = nn.Parameter(randn(length, 1, 32) * 0.02);
        layer = nn.TransformerEncoderLayer(32, nhead: 4, dim_feedforward: 64, dropout: 0.1);
        RegisterComponents();
    }

    /// <summary>Output: (words, reviews, features).</summary>
    public override Tensor forward(Tensor input) => layer.call(words.call(input.transpose(0, 1)) + positions);
}
