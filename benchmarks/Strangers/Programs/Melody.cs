using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor;
using static TorchSharp.torch;

namespace Blind.Melody;

/// <summary>Foretells the next three notes of a melody at every note, each by a head of its own.</summary>
internal static class Training
{
    private const int Notes = 12, Length = 24, Ahead = 3;

    public static void Run(bool repaired, string report)
    {
        manual_seed(13);
        var songs = Sample(1200);
        var unseen = Sample(300);

        using var model = new MelodyNet(Notes, Ahead, repaired);
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.004);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion });

        for (int epoch = 1; epoch <= 14; epoch++)
        {
            model.train();
            foreach (var rows in randperm(1200).split(40))
            {
                using var scope = NewDisposeScope();
                var (input, target) = Split(songs[rows]);
                optimizer.zero_grad();
                var loss = criterion.call(model.call(input).reshape(-1, Notes), target);
                loss.backward();
                optimizer.step();
                monitor.Step(loss, target);
            }

            model.eval();
            using (no_grad())
            using (NewDisposeScope())
            {
                var (input, target) = Split(unseen);
                var output = model.call(input).reshape(-1, Notes);
                double loss = criterion.call(output, target).item<float>();
                double accuracy = output.argmax(1).eq(target).to_type(ScalarType.Float32).mean().item<float>();
                monitor.Validation(loss, accuracy, epoch: epoch);
                Console.WriteLine($"Epoch {epoch}: loss {loss:F3}, accuracy {accuracy:P1}");
            }
        }

        monitor.Complete().WriteJson(report);
    }

    // What is heard, and for every note of it the three that follow.
    private static (Tensor Input, Tensor Target) Split(Tensor songs)
    {
        long heard = Length - Ahead;
        var input = songs.narrow(1, 0, heard);
        var target = stack([songs.narrow(1, 1, heard), songs.narrow(1, 2, heard), songs.narrow(1, 3, heard)], 2);
        return (input, target.reshape(-1));
    }

    // Every melody climbs in steps of its own size, and strays now and then.
    private static Tensor Sample(int count)
    {
        var sizes = tensor(new long[] { 1, 2, 5 })[randint(3, [count], ScalarType.Int64)].unsqueeze(1);
        var stray = rand(count, Length).lt(0.06).to_type(ScalarType.Int64) * randint(1, Notes, [count, Length], ScalarType.Int64);
        var steps = sizes.expand(count, Length) + stray;
        return (steps.cumsum(1) + randint(Notes, [count, 1], ScalarType.Int64)).remainder(Notes);
    }
}

internal sealed class MelodyNet : nn.Module<Tensor, Tensor>
{
    private readonly Embedding embedding;
    private readonly GRU gru;
    private readonly ModuleList<Head> heads;

    public MelodyNet(long notes, int ahead, bool repaired)
        : base(nameof(MelodyNet))
    {
        embedding = nn.Embedding(notes, 16);
        gru = nn.GRU(16, 48, batchFirst: true);
        heads = nn.ModuleList(repaired
            ? Enumerable.Range(0, ahead).Select(_ => new Head(48, notes)).ToArray()
            : Enumerable.Repeat(new Head(48, notes), ahead).ToArray());
        RegisterComponents();
    }

    /// <summary>Output: (melodies, notes heard, notes ahead, scores).</summary>
    public override Tensor forward(Tensor input)
    {
        var (states, _) = gru.call(embedding.call(input));
        return stack(heads.Select(head => head.call(states)).ToArray(), 2);
    }
}

internal sealed class Head : nn.Module<Tensor, Tensor>
{
    private readonly Linear hidden;
    private readonly Linear output;

    public Head(long width, long notes)
        : base(nameof(Head))
    {
        hidden = nn.Linear(width, width);
        output = nn.Linear(width, notes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => output.call(x + nn.functional.silu(hidden.call(x)));
}
