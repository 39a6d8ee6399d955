using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Tickets;

/// <summary>Which of four departments a ticket is for: some word of it tells. Tickets are of unlike length and filled up.</summary>
internal static class Training
{
    private const int Words = 40, Length = 14, Padding = 0, Opening = 1;

    public static void Run(bool repaired, string report)
    {
        manual_seed(25);
        var (x, y) = Sample(new Random(25), 1200);
        var (unseenX, unseenY) = Sample(new Random(26), 400);

        using var model = new TicketNet(Words, Length, repaired);
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.002);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });

        for (int epoch = 1; epoch <= 8; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1200).split(40))
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

    // Words 2 to 5 are the names of departments, of which every ticket holds one.
    private static (Tensor X, Tensor Y) Sample(Random random, int count)
    {
        var words = new long[count * Length];
        var departments = new long[count];
        for (int i = 0; i < count; i++)
        {
            int length = random.Next(5, Length - 1);
            departments[i] = random.Next(4);
            words[i * Length] = Opening;
            for (int k = 1; k < length; k++)
            {
                words[i * Length + k] = random.Next(6, Words);
            }

            words[i * Length + random.Next(1, length)] = 2 + departments[i];
        }

        return (tensor(words).reshape(count, Length), tensor(departments));
    }
}

internal sealed class TicketNet : nn.Module<Tensor, Tensor>
{
    private readonly Embedding words;
    private readonly Parameter positions;
    private readonly TransformerEncoderLayer first;
    private readonly TransformerEncoderLayer second;
    private readonly Linear output;
    private readonly bool repaired;

    public TicketNet(long count, long length, bool repaired)
        : base(nameof(TicketNet))
    {
        this.repaired = repaired;
        words = nn.Embedding(count, 32, padding_idx: 0);
        positions = nn.Parameter(randn(length, 1, 32) * 0.02);
        first = nn.TransformerEncoderLayer(32, nhead: 4, dim_feedforward: 64, dropout: 0.1);
        second = nn.TransformerEncoderLayer(32, nhead: 4, dim_feedforward: 64, dropout: 0.1);
        output = nn.Linear(32, 4);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var mask = repaired ? input.eq(0) : input.ne(0);
        var x = words.call(input.transpose(0, 1)) + positions;
        x = second.call(first.call(x, null!, mask), null!, mask);
        return output.call(x[0]);
    }
}
