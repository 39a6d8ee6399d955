#pragma warning disable IDE1006 // Naming styles: the names of these fields become the paths of layers.
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Monitoring;

/// <summary>An attention whose heads each have a gate, trained while the gate of one goes to zero.</summary>
public sealed class DyingHeadTests
{
    [Fact]
    public void AHeadThatIsSwitchedOffInTheTrainingIsFound()
    {
        var finding = Assert.Single(Run(step => step < 60 ? 1 : 0));

        Assert.Equal(["attention"], finding.Layers);
        Assert.Equal(60, finding.FirstStep);
    }

    [Fact]
    public void AHeadThatIsHardlyHeardIsNot() => Assert.Empty(Run(step => step < 60 ? 1 : 0.001));

    [Fact]
    public void AHeadThatComesBackIsNot() => Assert.Empty(Run(step => step is >= 40 and < 70 ? 0 : 1));

    private static IReadOnlyList<Finding> Run(Func<int, double> gate)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var model = new Reader();
        using var optimizer = optim.Adam(model.parameters(), 0.003);
        using var criterion = nn.CrossEntropyLoss();
        using var generator = new Generator(4);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Sampling = SamplingSchedule.EveryStep });
        for (int step = 0; step < 110; step++)
        {
            using var inner = NewDisposeScope();
            model.attention.Gate = gate(step);
            var inputs = randn([16, 6, 8], generator: generator);
            var targets = inputs.mean([1L]).argmax(1);
            optimizer.zero_grad();
            var loss = criterion.call(model.call(inputs), targets);
            loss.backward();
            optimizer.step();
            monitor.Step(loss, targets);
        }

        return [.. monitor.Complete().Findings.Where(finding => finding.Rule.Id == "TD7014")];
    }

    private sealed class Reader : nn.Module<Tensor, Tensor>
    {
        public readonly GatedAttention attention = new();
        private readonly Linear head = nn.Linear(8, 8);

        public Reader()
            : base(nameof(Reader)) => RegisterComponents();

        public override Tensor forward(Tensor input) => head.call((input + attention.call(input)).mean([1L]));
    }

    private sealed class GatedAttention : nn.Module<Tensor, Tensor>
    {
        private const int Heads = 4;
        private readonly Linear qkv = nn.Linear(8, 24);
        private readonly Linear mix = nn.Linear(8, 8);

        public GatedAttention()
            : base(nameof(GatedAttention)) => RegisterComponents();

        public double Gate { get; set; } = 1;

        public override Tensor forward(Tensor input)
        {
            var parts = qkv.call(input).reshape(input.shape[0], input.shape[1], 3, Heads, 2).permute(2, 0, 3, 1, 4);
            var weights = nn.functional.softmax(parts[0].matmul(parts[1].transpose(2, 3)) / Math.Sqrt(2), 3);
            var gates = tensor(new[] { 1f, (float)Gate, 1f, 1f }).reshape(1, Heads, 1, 1);
            return mix.call((weights.matmul(parts[2]) * gates).transpose(1, 2).reshape(input.shape));
        }
    }
}
