#pragma warning disable IDE1006 // Naming styles: the names of these fields become the paths of layers.
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Law 2: a seeded run is bit-identical with and without the monitor, whatever the model.</summary>
public sealed class ObservationTests
{
    public static TheoryData<string, bool> Workloads
    {
        get
        {
            var workloads = new TheoryData<string, bool>();
            foreach (string name in Programs.Keys)
            {
                workloads.Add(name, false);
                workloads.Add(name, true);
            }

            return workloads;
        }
    }

    private static readonly Dictionary<string, (Func<nn.Module<Tensor, Tensor>> Model, Func<Tensor> Input)> Programs = new()
    {
        ["perceptron with dropout"] = (() => nn.Sequential(("fc", nn.Linear(8, 16)), ("relu", nn.ReLU()), ("drop", nn.Dropout(0.5)), ("out", nn.Linear(16, 3))), () => randn(16, 8)),
        ["batch normalisation"] = (() => nn.Sequential(("fc", nn.Linear(8, 16)), ("norm", nn.BatchNorm1d(16)), ("tanh", nn.Tanh()), ("out", nn.Linear(16, 3))), () => randn(16, 8)),
        ["convolutions"] = (() => nn.Sequential(("conv", nn.Conv2d(1, 4, 3)), ("relu", nn.ReLU(inplace: true)), ("pool", nn.MaxPool2d(2)), ("flat", nn.Flatten()), ("out", nn.Linear(36, 3))), () => randn(8, 1, 8, 8)),
        ["recurrent"] = (() => new Recurrent(), () => randn(4, 6, 5)),
        ["embedding"] = (() => nn.Sequential(("embed", nn.Embedding(20, 8)), ("flat", nn.Flatten()), ("out", nn.Linear(32, 3))), () => randint(0, 20, [8, 4], dtype: ScalarType.Int64)),
        ["attention"] = (() => nn.Sequential(("encoder", nn.TransformerEncoderLayer(8, 2, 16, 0.1)), ("flat", nn.Flatten()), ("out", nn.Linear(40, 3))), () => randn(4, 5, 8)),
        ["hidden state in a field"] = (() => new Remembering(), () => randn(4, 6, 5)),
        ["batches of one size alone"] = (() => new OneSize(), () => randn(16, 8)),
        ["forward instead of call"] = (() => new Forwarded(), () => randn(8, 8)),
        ["double precision"] = (() => nn.Sequential(("fc", nn.Linear(8, 4, dtype: ScalarType.Float64)), ("sigmoid", nn.Sigmoid()), ("out", nn.Linear(4, 3, dtype: ScalarType.Float64))), () => randn([8, 8], ScalarType.Float64)),
    };

    [Theory]
    [MemberData(nameof(Workloads))]
    public void LossesAndWeightsAreBitIdentical(string workload, bool withActivationGradients)
    {
        var (plainLosses, plainWeights) = Train(workload, options: null);
        var (losses, weights) = Train(workload, new TrainingMonitorOptions { MeasuresActivationGradients = withActivationGradients });

        Assert.Equal(plainLosses.Select(BitConverter.DoubleToInt64Bits), losses.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(plainWeights, weights);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoTensorIsLeftBehind(bool withActivationGradients)
    {
        long plain = TensorsLeftBehind(options: null);

        Assert.Equal(plain, TensorsLeftBehind(new TrainingMonitorOptions { MeasuresActivationGradients = withActivationGradients }));
    }

    [Fact]
    public void AfterDisposeTheModelIsAsItWas()
    {
        using var model = new Forwarded();
        using var input = randn(2, 8);
        var keys = model.state_dict().Keys.ToList();
        using (TrainingMonitor.Attach(model))
        {
            Assert.Equal(keys, model.state_dict().Keys.ToList());
            using var during = model.call(input);
        }

        Assert.Equal(keys, model.state_dict().Keys.ToList());
        Assert.True(model.HoldsItsOwnLayers);
    }

    [Fact]
    public void EvaluationBetweenStepsIsNotTraining()
    {
        torch.manual_seed(1);
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("drop", nn.Dropout(0.5)), ("out", nn.Linear(16, 3)));
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.CrossEntropyLoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer });
        for (int step = 0; step < 5; step++)
        {
            Step(model, optimizer, criterion, monitor);
            using (no_grad())
            {
                using var input = randn(64, 8);
                using var output = model.call(input);
            }

            monitor.Validation(loss: 1);
        }

        var facts = monitor.Complete().Diagnosis.Facts;
        Assert.Equal(5, facts.Of(Metric.CallCount, "fc")!.Value.Last);
        Assert.Equal(1, facts.Of(Metric.ValidationTrainingMode, "drop")!.Value.Last);
        Assert.Equal(16, facts.Of(Metric.BatchSize)!.Value.Last);
    }

    [Fact]
    public void AFaultInTheUsersCallbackStaysInside()
    {
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("out", nn.Linear(16, 3)));
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.CrossEntropyLoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { OnFinding = _ => throw new InvalidOperationException("user's fault") });
        for (int step = 0; step < 4; step++)
        {
            monitor.Step(double.NaN);
        }

        Assert.Contains(monitor.Complete().Findings, finding => finding.Rule.Id == "TD4001");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(1.5)]
    public void AWrongOptionIsNamedAtAttach(double overhead)
    {
        using var model = nn.Linear(2, 2);

        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => TrainingMonitor.Attach(model, new TrainingMonitorOptions { MaxOverhead = overhead }));
        Assert.Contains(nameof(TrainingMonitorOptions.MaxOverhead), exception.Message, StringComparison.Ordinal);
    }

    internal static void Step(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, nn.Module<Tensor, Tensor, Tensor> criterion, TrainingMonitor? monitor)
    {
        using var input = randn(16, 8);
        using var target = randint(0, 3, [16], dtype: ScalarType.Int64);
        optimizer.zero_grad();
        using var output = model.call(input);
        using var loss = criterion.call(output, target);
        loss.backward();
        optimizer.step();
        monitor?.Step(loss, target);
    }

    /// <summary>TorchSharp itself leaves some to the finalizer (zero_grad does), so both counts are compared.</summary>
    private static long TensorsLeftBehind(TrainingMonitorOptions? options)
    {
        torch.manual_seed(1);
        using var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 3)));
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.CrossEntropyLoss();
        using var monitor = Attach(model, options, optimizer, criterion);
        long after10 = 0;
        for (int step = 0; step < 200; step++)
        {
            Step(model, optimizer, criterion, monitor);
            after10 = step == 10 ? DisposeScopeManager.Statistics.ThreadTotalLiveCount : after10;
        }

        return DisposeScopeManager.Statistics.ThreadTotalLiveCount - after10;
    }

    private static (List<double> Losses, byte[] Weights) Train(string workload, TrainingMonitorOptions? options)
    {
        var (create, draw) = Programs[workload];
        torch.manual_seed(7);
        using var scope = NewDisposeScope();
        var model = create();
        var optimizer = optim.Adam(model.parameters(), 0.01);
        var criterion = nn.CrossEntropyLoss();
        using var monitor = Attach(model, options, optimizer, criterion);
        var losses = new List<double>();
        for (int step = 0; step < 30; step++)
        {
            using var inner = NewDisposeScope();
            var input = draw();
            var target = randint(0, 3, [input.shape[0]], dtype: ScalarType.Int64);
            optimizer.zero_grad();
            var loss = criterion.call(model.call(input), target);
            loss.backward();
            optimizer.step();
            monitor?.Step(loss, target);
            losses.Add(loss.to_type(ScalarType.Float64).item<double>());
            if (step % 10 == 9)
            {
                using var still = no_grad();
                model.eval();
                var validation = criterion.call(model.call(input), target);
                monitor?.Validation(validation.to_type(ScalarType.Float64).item<double>());
                losses.Add(validation.to_type(ScalarType.Float64).item<double>());
                model.train();
            }
        }

        byte[] weights = [.. model.parameters().SelectMany(parameter => parameter.detach().contiguous().bytes.ToArray())];
        if (monitor is not null)
        {
            Assert.DoesNotContain(monitor.Complete().Findings, finding => finding.Rule.Id == "TD0001");
        }

        return (losses, weights);
    }

    private static TrainingMonitor? Attach(nn.Module model, TrainingMonitorOptions? options, optim.Optimizer optimizer, nn.Module loss)
    {
        if (options is null)
        {
            return null;
        }

        (options.Optimizer, options.Loss, options.Task, options.Sampling) = (optimizer, loss, TrainingTask.MulticlassClassification, SamplingSchedule.EveryStep);
        return TrainingMonitor.Attach(model, options);
    }

    private sealed class Recurrent : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.LSTM lstm = nn.LSTM(5, 8, batchFirst: true);
        private readonly TorchSharp.Modules.Linear last = nn.Linear(8, 3);

        public Recurrent()
            : base(nameof(Recurrent)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var (output, _, _) = lstm.call(input);
            return last.call(output[TensorIndex.Colon, -1]);
        }
    }

    /// <summary>Begins each call with the state that the last one ended with, whatever asked for it.</summary>
    private sealed class Remembering : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.GRU gru = nn.GRU(5, 8, batchFirst: true);
        private readonly TorchSharp.Modules.Linear last = nn.Linear(8, 3);
        private Tensor? _state;

        public Remembering()
            : base(nameof(Remembering)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var (output, state) = gru.call(input, _state);
            _state = state.detach().clone().DetachFromDisposeScope();
            return last.call(output[TensorIndex.Colon, -1]);
        }
    }

    private sealed class OneSize : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear last = nn.Linear(8, 3);

        public OneSize()
            : base(nameof(OneSize)) => RegisterComponents();

        public override Tensor forward(Tensor input) => last.call(input.reshape(16, 8));
    }

    private sealed class Forwarded : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> first = nn.Linear(8, 16);
        private readonly nn.Module<Tensor, Tensor> activation = nn.ReLU();
        private readonly TorchSharp.Modules.Linear last = nn.Linear(16, 3);
        private readonly nn.Module _original;

        public Forwarded()
            : base(nameof(Forwarded))
        {
            RegisterComponents();
            _original = first;
        }

        public bool HoldsItsOwnLayers => ReferenceEquals(first, _original);

        public override Tensor forward(Tensor input) => last.forward(activation.forward(first.forward(input)));
    }
}
