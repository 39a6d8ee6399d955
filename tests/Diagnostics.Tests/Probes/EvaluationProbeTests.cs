#pragma warning disable IDE1006 // Naming styles: the names of these fields become the paths of layers.
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>What the first validation is evaluated for once more, and which models are left alone.</summary>
public sealed class EvaluationProbeTests
{
    [Fact]
    public void SamplesThatMixAreSeenAtTheFirstValidation()
    {
        using var mixing = new Net(input => input + input.narrow(0, 0, 1));
        using var centring = new Net(input => input - input.mean([0], keepdim: true));
        using var regrouping = new Net(input => input.reshape(input.shape[1], input.shape[0]).transpose(0, 1).contiguous());
        using var apart = new Net(input => input * 2);

        Assert.True(Leakage(mixing) > 0.5);
        Assert.True(Leakage(centring) > 0.5, "what depends on the whole batch is seen in a part of it");
        Assert.True(Leakage(regrouping) > 0, "dealt out anew instead of transposed");
        Assert.Equal(0, Leakage(apart));
    }

    [Fact]
    public void OutputsThatDependOnThePlaceInTheBatchAreSeen()
    {
        using var placed = new Net(input => input + arange(input.shape[0]).reshape(-1, 1));
        using var apart = new Net(input => input + arange(input.shape[1]));
        using var mixing = new Net(input => input + input.narrow(0, 0, 1));

        Assert.True(Told(placed, Metric.PlaceDependence) > 0.5);
        Assert.Equal(0, Told(apart, Metric.PlaceDependence));
        Assert.True(double.IsNaN(Told(mixing, Metric.PlaceDependence)), "samples that reach each other do so wherever they stand");
    }

    [Fact]
    public void ANormalizationByTheBatchMixesSamplesOnPurpose()
    {
        using var untracked = new Normalizing(tracksStatistics: false);
        using var tracked = new Normalizing(tracksStatistics: true);

        Assert.True(double.IsNaN(Leakage(untracked)), "nobody looked");
        Assert.Equal(0, Leakage(tracked));
    }

    [Fact]
    public void AModelThatRemembersIsNotCalledAgain()
    {
        using var counting = new Counting();
        using var listing = new Listing();
        using var setting = new Setting();

        foreach (var model in new nn.Module<Tensor, Tensor>[] { counting, listing, setting })
        {
            Assert.True(double.IsNaN(Leakage(model)), model.GetName());
        }

        Assert.Equal((6, 6, 6), (counting.Calls, listing.Calls.Count, setting.Calls));
    }

    /// <summary>How many other samples moved; NaN when nobody looked.</summary>
    private static double Leakage(nn.Module<Tensor, Tensor> model) => Told(model, Metric.SampleLeakage);

    /// <summary>Trains for five steps, validates once, and returns what was told; NaN when nobody looked.</summary>
    private static double Told(nn.Module<Tensor, Tensor> model, Metric metric)
    {
        double told = double.NaN;
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        using var criterion = nn.CrossEntropyLoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions
        {
            Optimizer = optimizer,
            Loss = criterion,
            Task = TrainingTask.MulticlassClassification,
            Tap = _ => new Watching(metric, value => told = value),
        });
        for (int step = 0; step < 5; step++)
        {
            ObservationTests.Step(model, optimizer, criterion, monitor);
        }

        model.eval();
        using (no_grad())
        {
            using var input = randn(16, 8);
            using var target = randint(0, 3, [16], dtype: ScalarType.Int64);
            using var output = model.call(input);
            using var loss = criterion.call(output, target);
            monitor.Validation(loss.item<float>());
        }

        Assert.DoesNotContain(monitor.Complete().Findings, finding => finding.Rule.Id == "TD0001");
        return told;
    }

    private sealed class Watching(Metric metric, Action<double> take) : IMeasurementSink
    {
        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement)
        {
            if (measurement.Metric == metric)
            {
                take(measurement.Value);
            }
        }

        public void Complete()
        {
        }
    }

    private class Net : nn.Module<Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor> _before;
        private readonly TorchSharp.Modules.Linear last = nn.Linear(8, 3);

        public Net(Func<Tensor, Tensor> before)
            : base(nameof(Net))
        {
            _before = before;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => last.call(_before(input));
    }

    private sealed class Normalizing : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.BatchNorm1d norm;
        private readonly TorchSharp.Modules.Linear last = nn.Linear(8, 3);

        public Normalizing(bool tracksStatistics)
            : base(nameof(Normalizing))
        {
            norm = nn.BatchNorm1d(8, track_running_stats: tracksStatistics);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => last.call(norm.call(input));
    }

    private sealed class Counting() : Net(input => input)
    {
        public int Calls { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Calls++;
            return base.forward(input);
        }
    }

    private sealed class Listing() : Net(input => input)
    {
        private readonly List<long> _calls = [];

        public IReadOnlyList<long> Calls => _calls;

        public override Tensor forward(Tensor input)
        {
            _calls.Add(input.shape[0]);
            return base.forward(input);
        }
    }

    private sealed class Setting() : Net(input => input)
    {
        private int _calls;

        public int Calls => _calls;

        public override Tensor forward(Tensor input)
        {
            Interlocked.Increment(ref _calls);
            return base.forward(input);
        }
    }
}
