using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TorchSharp;
using TrainingDoctor.Tests.Commands;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Python;

/// <summary>A network of TorchSharp and its port to PyTorch, trained of the same weights on the same batches: what is the same is said to be, and one other epsilon is found at its layer.</summary>
[Trait("Speed", "Slow")]
public sealed class PortTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("training-doctor-port").FullName;

    [PythonFact]
    public async Task AFaithfulPortComputesTheSame()
    {
        var outcome = await Compare("1e-5");

        Assert.Equal((0, string.Empty), (outcome.ExitCode, outcome.Error));
        Assert.StartsWith("They compute the same: ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("over 8 steps agree to within rounding of float32", outcome.Output, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task AnotherEpsilonIsFoundAtItsLayer()
    {
        var outcome = await Compare("1e-3");

        Assert.Equal((1, string.Empty), (outcome.ExitCode, outcome.Error));
        var first = JObject.Parse(File.ReadAllText(Path.Combine(_folder, "port.json")))["equality"]!["first"]!;
        Assert.Equal(("norm", "LayerNorm", "activations", 0), ((string?)first["scope"], (string?)first["layerType"], (string?)first["stage"], (int)first["step"]!));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<CommandLine.Outcome> Compare(string epsilon)
    {
        string original = Train();
        PythonTorch.Run(Path.Combine(Repository.Root, "tests", "Corpus", "Python", "port.py"), _folder, epsilon);
        return await CommandLine.RunAsync("diff", original, "--against", Path.Combine(_folder, "port.jsonl"), "--exact", "--output", Path.Combine(_folder, "port.json"));
    }

    /// <summary>Trains the original, and leaves its weights and batches for the port.</summary>
    private string Train()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(3);
        using var model = nn.Sequential(("fc", nn.Linear(12, 16)), ("norm", nn.LayerNorm([16])), ("act", nn.Tanh()), ("out", nn.Linear(16, 3)));
        foreach (var parameter in model.parameters())
        {
            using var _ = no_grad();
            parameter.copy_(randn(parameter.shape, generator: generator) * 0.3);
        }

        var batches = Enumerable.Range(0, 8).Select(_ => (X: randn([32, 12], generator: generator), Y: randint(0, 3, [32], generator: generator))).ToList();
        File.WriteAllText(Path.Combine(_folder, "original.json"), JsonConvert.SerializeObject(new
        {
            weights = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.data<float>().ToArray()),
            batches = batches.Select(batch => new { x = batch.X.data<float>().ToArray(), y = batch.Y.data<long>().ToArray() }),
        }));
        using var optimizer = optim.SGD(model.parameters(), 0.05);
        using var criterion = nn.CrossEntropyLoss();
        string path = Path.Combine(_folder, "original.jsonl");
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, RecordTo = path, Sampling = SamplingSchedule.EveryStep });
        foreach (var (x, y) in batches)
        {
            optimizer.zero_grad();
            using var loss = criterion.call(model.call(x), y);
            loss.backward();
            optimizer.step();
            monitor.Step(loss, y);
        }

        return path;
    }
}
