using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>The first value that is NaN or infinite is traced to where it came up.</summary>
public sealed class LocalisationTests
{
    [Fact]
    public void ANaNMadeInTheForwardPassIsTracedToItsLayerAndStep()
    {
        var report = Train((model, step) => model.Breaks = step >= 4, (_, _) => { }, out bool stop);

        var finding = Assert.Single(report.Findings, finding => finding.Rule.Id == "TD3005");
        Assert.Equal("broken", finding.Layers[0]);
        Assert.Equal(4, finding.FirstStep);
        Assert.Contains("no weight was seen to be so before", finding.Message.ToString(), StringComparison.Ordinal);
        Assert.True(stop);
    }

    [Fact]
    public void WeightsThatWereBadBeforeAreSaidToBe()
    {
        var report = Train(
            (_, _) => { },
            (model, step) =>
            {
                if (step == 4)
                {
                    using var guard = no_grad();
                    model.Last.weight![0, 0] = double.NaN;
                }
            },
            out _);

        var outputs = Assert.Single(report.Findings, finding => finding.Rule.Id == "TD3005");
        Assert.Equal("last", outputs.Layers[0]);
        Assert.Equal(5, outputs.FirstStep);
        Assert.Contains("weights had become so before", outputs.Message.ToString(), StringComparison.Ordinal);
        var weights = Assert.Single(report.Findings, finding => finding.Rule.Id == "TD5004");
        Assert.Equal(4, weights.FirstStep);
        Assert.Contains("last.weight", weights.Message.ToString(), StringComparison.Ordinal);
    }

    private static DiagnosisReport Train(Action<Breakable, int> before, Action<Breakable, int> after, out bool stop)
    {
        torch.manual_seed(1);
        using var model = new Breakable();
        using var optimizer = optim.SGD(model.parameters(), 1e-4);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer });
        for (int step = 0; step < 8; step++)
        {
            using var scope = NewDisposeScope();
            before(model, step);
            optimizer.zero_grad();
            var loss = model.call(randn(16, 8)).square().mean();
            loss.backward();
            optimizer.step();
            after(model, step);
            monitor.Step(loss);
        }

        stop = monitor.StopRequested;
        return monitor.Complete();
    }

    private sealed class Breakable : nn.Module<Tensor, Tensor>
    {
#pragma warning disable IDE1006 // Naming styles: the names of these fields become the paths of layers.
        private readonly TorchSharp.Modules.Linear first = nn.Linear(8, 8);
        private readonly Root broken = new();
        private readonly TorchSharp.Modules.Linear last = nn.Linear(8, 3);
#pragma warning restore IDE1006

        public Breakable()
            : base(nameof(Breakable)) => RegisterComponents();

        public TorchSharp.Modules.Linear Last => last;

        public bool Breaks
        {
            set => broken.Shift = value ? 0 : 100;
        }

        public override Tensor forward(Tensor input) => last.call(broken.call(first.call(input)));
    }

    /// <summary>A root, kept inside of its domain by a shift.</summary>
    private sealed class Root() : nn.Module<Tensor, Tensor>(nameof(Root))
    {
        public double Shift { get; set; } = 100;

        public override Tensor forward(Tensor input) => (input + Shift).sqrt();
    }
}
