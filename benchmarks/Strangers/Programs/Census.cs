using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Census;

/// <summary>Does a household move within the year? From four columns of words.</summary>
internal static class Training
{
    private static readonly string[][] Words =
    [
        ["farmer", "baker", "nurse", "teacher", "driver", "clerk", "cook", "smith"],
        ["north", "east", "south", "west", "coast", "capital"],
        ["owns", "rents", "shares", "lodges"],
        ["alone", "couple", "family", "parents", "friends"],
    ];

    public static void Run(bool repaired, string report)
    {
        manual_seed(23);
        var random = new Random(23);
        double[][] pulls = [.. Words.Select(column => column.Select(_ => random.NextDouble() * 4 - 2).ToArray())];
        var (rows, y) = Sample(random, pulls, 2000);
        var (unseenRows, unseenY) = Sample(random, pulls, 500);

        var codes = Fit(rows);
        var x = Encode(rows, codes);
        var unseenX = Encode(unseenRows, repaired ? codes : Fit(unseenRows));

        using var model = new HouseholdNet([.. Words.Select(column => column.Length)]);
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.004);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.BinaryClassification });

        for (int epoch = 1; epoch <= 12; epoch++)
        {
            model.train();
            foreach (var batch in randperm(2000).split(50))
            {
                using var scope = NewDisposeScope();
                var target = y[batch];
                optimizer.zero_grad();
                var loss = criterion.call(model.call(x[batch]), target);
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
                double accuracy = output.gt(0).to_type(ScalarType.Float32).eq(unseenY).to_type(ScalarType.Float32).mean().item<float>();
                monitor.Validation(loss, accuracy, epoch: epoch);
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, accuracy {accuracy:P1}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    // The number of every word in its column.
    private static Dictionary<string, long>[] Fit(string[][] rows) =>
        [.. Enumerable.Range(0, Words.Length).Select(column => rows.Select(row => row[column]).Distinct().Select((word, index) => (word, index)).ToDictionary(pair => pair.word, pair => (long)pair.index))];

    private static Tensor Encode(string[][] rows, Dictionary<string, long>[] codes) =>
        tensor(rows.SelectMany(row => row.Select((word, column) => codes[column][word])).ToArray()).reshape(rows.Length, Words.Length);

    private static (string[][] Rows, Tensor Y) Sample(Random random, double[][] pulls, int count)
    {
        var rows = new string[count][];
        var moves = new float[count];
        for (int i = 0; i < count; i++)
        {
            int[] drawn = [.. Words.Select(column => random.Next(column.Length))];
            rows[i] = [.. drawn.Select((word, column) => Words[column][word])];
            double pull = drawn.Select((word, column) => pulls[column][word]).Sum();
            moves[i] = random.NextDouble() < 1 / (1 + Math.Exp(-2 * pull)) ? 1 : 0;
        }

        return (rows, tensor(moves));
    }
}

internal sealed class HouseholdNet : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<Embedding> columns;
    private readonly Linear hidden;
    private readonly Linear output;

    public HouseholdNet(int[] words)
        : base(nameof(HouseholdNet))
    {
        columns = nn.ModuleList(words.Select(count => nn.Embedding(count, 6)).ToArray());
        hidden = nn.Linear(6 * words.Length, 32);
        output = nn.Linear(32, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var features = cat(columns.Select((column, index) => column.call(select(input, 1, index))).ToArray(), 1);
        return output.call(nn.functional.relu(hidden.call(features))).squeeze(1);
    }
}
