using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Letters;

/// <summary>A small language model: which letter follows.</summary>
internal static class Training
{
    private const int Letters = 20, Length = 33;

    public static void Run(bool repaired, string report)
    {
        manual_seed(19);
        var chances = nn.functional.softmax(randn(Letters, Letters) * 2.5, 1);
        var texts = Write(chances, 800);
        var unseen = Write(chances, 200);

        using var model = new LetterNet(Letters);
        using var criterion = new CausalLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.006);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.LanguageModeling });

        for (int epoch = 1; epoch <= 8; epoch++)
        {
            model.train();
            foreach (var rows in randperm(800).split(25))
            {
                using var scope = NewDisposeScope();
                var (input, labels) = Collate(texts[rows], repaired);
                optimizer.zero_grad();
                var loss = criterion.call(model.call(input), labels);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, labels);
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                var (input, labels) = Collate(unseen, repaired);
                double loss = criterion.call(model.call(input), labels).item<float>();
                monitor.Validation(loss, epoch: epoch);
                var next = model.call(unseen.narrow(1, 0, Length - 1)).argmax(2);
                double accuracy = next.eq(unseen.narrow(1, 1, Length - 1)).to_type(ScalarType.Float32).mean().item<float>();
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, next letters right {accuracy:P1}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    private static (Tensor Input, Tensor Labels) Collate(Tensor texts, bool repaired) =>
        repaired ? (texts, texts) : (texts.narrow(1, 0, Length - 1), texts.narrow(1, 1, Length - 1));

    private static Tensor Write(Tensor chances, int count)
    {
        var letters = new List<Tensor> { randint(Letters, [count], ScalarType.Int64) };
        while (letters.Count < Length)
        {
            letters.Add(chances[letters[^1]].multinomial(1).squeeze(1));
        }

        return stack(letters, 1);
    }
}

internal sealed class LetterNet : nn.Module<Tensor, Tensor>
{
    private readonly Embedding embedding;
    private readonly GRU gru;
    private readonly Linear output;

    public LetterNet(long letters)
        : base(nameof(LetterNet))
    {
        embedding = nn.Embedding(letters, 24);
        gru = nn.GRU(24, 48, batchFirst: true);
        output = nn.Linear(48, letters);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var (states, _) = gru.call(embedding.call(input));
        return output.call(states);
    }
}

/// <summary>The cross-entropy of every letter with the one before it, as the language models of the transformers library have it.</summary>
internal sealed class CausalLoss : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly CrossEntropyLoss entropy = nn.CrossEntropyLoss();

    public CausalLoss()
        : base(nameof(CausalLoss)) => RegisterComponents();

    public override Tensor forward(Tensor scores, Tensor labels)
    {
        long last = scores.shape[1] - 1;
        return entropy.call(scores.narrow(1, 0, last).reshape(-1, scores.shape[2]), labels.narrow(1, 1, last).reshape(-1));
    }
}
