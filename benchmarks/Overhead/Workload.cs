#pragma warning disable IDE1006 // Naming styles: the names of these fields become the paths of layers.
using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Benchmarks.Overhead;

/// <summary>A network in training on random data: one batch, made once, so that only the steps themselves are timed.</summary>
internal sealed class Workload : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly Tensor _input;
    private readonly Tensor _target;

    private Workload(string name, nn.Module<Tensor, Tensor> model, Tensor input)
    {
        Name = name;
        _model = model;
        _input = input;
        _target = randint(0, 10, [input.shape[0]], dtype: ScalarType.Int64);
        Optimizer = optim.SGD(model.parameters(), 0.01);
        Criterion = nn.CrossEntropyLoss();
    }

    /// <summary>Gets the workloads by name.</summary>
    public static IReadOnlyDictionary<string, Func<Workload>> All { get; } = new Dictionary<string, Func<Workload>>
    {
        ["mlp"] = () => new Workload("MLP 784-512-512-10, batch 128", Perceptron(784, [512, 512]), randn(128, 784)),
        ["cnn"] = () => new Workload("CNN 2 conv + 2 linear on 28x28, batch 64", Convolutions(), randn(64, 1, 28, 28)),
        ["deep"] = () => new Workload("MLP of 20 layers of width 128, batch 64", Perceptron(128, [.. Enumerable.Repeat(128, 19)]), randn(64, 128)),
        ["transformer"] = () => new Workload("Transformer encoder 2 x d128, batch 32, length 64", new Encoder(), randn(32, 64, 128)),
    };

    public string Name { get; }

    public nn.Module Model => _model;

    public optim.Optimizer Optimizer { get; }

    public nn.Module<Tensor, Tensor, Tensor> Criterion { get; }

    /// <summary>Makes a network so small that hundreds of thousands of steps take a minute.</summary>
    public static Workload Small() => new("MLP 16-32-32-10, batch 32", Perceptron(16, [32, 32]), randn(32, 16));

    public void Step(TrainingMonitor? monitor)
    {
        Optimizer.zero_grad();
        using var output = _model.call(_input);
        using var loss = Criterion.call(output, _target);
        loss.backward();
        Optimizer.step();
        monitor?.Step(loss, _target);
    }

    /// <summary>Looks at the workload before it trains, and tells how many seconds that took and with what verdict.</summary>
    public (double Seconds, Verdict Verdict) Preflight()
    {
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        var report = TrainingDoctor.Preflight.Run(_model, Criterion, Optimizer, _input, _target);
        return (System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds, report.Verdict);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Criterion.Dispose();
        _model.Dispose();
        _input.Dispose();
        _target.Dispose();
    }

    private static TorchSharp.Modules.Sequential Perceptron(int inputs, int[] hidden)
    {
        var layers = new List<(string, nn.Module<Tensor, Tensor>)>();
        for (int i = 0; i < hidden.Length; i++)
        {
            layers.Add(($"fc{i}", nn.Linear(inputs, hidden[i])));
            layers.Add(($"relu{i}", nn.ReLU()));
            inputs = hidden[i];
        }

        layers.Add(("out", nn.Linear(inputs, 10)));
        return nn.Sequential(layers);
    }

    private static TorchSharp.Modules.Sequential Convolutions() => nn.Sequential(
        ("conv1", nn.Conv2d(1, 32, 3)), ("relu1", nn.ReLU()), ("conv2", nn.Conv2d(32, 64, 3)), ("relu2", nn.ReLU()), ("pool", nn.MaxPool2d(2)),
        ("flatten", nn.Flatten()), ("fc1", nn.Linear(64 * 12 * 12, 128)), ("relu3", nn.ReLU()), ("fc2", nn.Linear(128, 10)));

    private sealed class Encoder : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.TransformerEncoderLayer first = nn.TransformerEncoderLayer(128, 4, 512, 0.1);
        private readonly TorchSharp.Modules.TransformerEncoderLayer second = nn.TransformerEncoderLayer(128, 4, 512, 0.1);
        private readonly TorchSharp.Modules.Linear head = nn.Linear(128, 10);

        public Encoder()
            : base(nameof(Encoder)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            // Length first, as these layers want it.
            using var sequence = input.transpose(0, 1);
            using var once = first.call(sequence, null, null);
            using var twice = second.call(once, null, null);
            using var mean = twice.mean([0]);
            return head.call(mean);
        }
    }
}
