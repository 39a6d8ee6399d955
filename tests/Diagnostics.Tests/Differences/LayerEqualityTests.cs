using TorchSharp;
using TrainingDoctor.Differences;
using TrainingDoctor.Readers;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Differences;

/// <summary>A refactoring is checked layer by layer: what computes the same is said to, and what does not is named at the layer and step where it begins.</summary>
public sealed class LayerEqualityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Fact]
    public void ARefactoringThatComputesTheSameIsEqual()
    {
        var equality = LayerEquality.Between(Train("before", Normal()), Train("after", Renamed()));

        Assert.True(equality.IsEqual, $"{equality.First}");
        Assert.Equal("float32", equality.ElementType);
        Assert.True(equality.LayersCompared >= 4);
        Assert.Equal(6, equality.StepsCompared);
    }

    [Fact]
    public void AnotherEpsilonIsNamedAtItsLayer()
    {
        var equality = LayerEquality.Between(Train("before", Normal()), Train("after", Normal(epsilon: 1e-3)));

        Assert.Equal((0, Stage.Activations, "norm", "LayerNorm"), (equality.First!.Step, equality.First.Stage, equality.First.Scope, equality.First.LayerType));
        Assert.InRange(equality.First.Relative, 10 * equality.First.Allowed, 0.1);
    }

    [Fact]
    public void AnotherRateIsNamedInTheUpdates() =>
        Assert.Equal((0, Stage.Updates), Part(LayerEquality.Between(Train("before", Normal()), Train("after", Normal(), rate: 0.0101))));

    [Fact]
    public void AnotherLossIsNamedInTheLoss() =>
        Assert.Equal((0, Stage.Loss), Part(LayerEquality.Between(Train("before", Normal()), Train("after", Normal(), scale: 1.001))));

    [Fact]
    public void OtherDataAreNamedAtTheirStep() =>
        Assert.Equal((3, Stage.Data), Part(LayerEquality.Between(Train("before", Normal()), Train("after", Normal(), otherFrom: 3))));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (long Step, Stage Stage) Part(LayerEquality equality) => (equality.First!.Step, equality.First.Stage);

    private static nn.Module<Tensor, Tensor> Normal(double epsilon = 1e-5) =>
        nn.Sequential(("fc", nn.Linear(12, 16)), ("norm", nn.LayerNorm([16], epsilon)), ("act", nn.Tanh()), ("out", nn.Linear(16, 3)));

    /// <summary>The same under other names.</summary>
    private static nn.Module<Tensor, Tensor> Renamed() =>
        nn.Sequential(("first", nn.Linear(12, 16)), ("normalize", nn.LayerNorm([16])), ("bend", nn.Tanh()), ("last", nn.Linear(16, 3)));

    private RunTrace Train(string name, nn.Module<Tensor, Tensor> model, double rate = 0.01, double scale = 1, int otherFrom = int.MaxValue)
    {
        using var scope = NewDisposeScope();
        using var owned = model;
        var generator = new Generator(7);
        foreach (var parameter in model.parameters())
        {
            using var _ = no_grad();
            parameter.copy_(randn(parameter.shape, generator: generator) * 0.3);
        }

        using var optimizer = optim.SGD(model.parameters(), rate);
        using var criterion = nn.CrossEntropyLoss();
        string path = Path.Combine(_folder, name + ".jsonl");
        using (var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, RecordTo = path, Sampling = SamplingSchedule.EveryStep }))
        {
            for (int step = 0; step < 6; step++)
            {
                var x = randn([32, 12], generator: generator) * (step >= otherFrom ? 1.01 : 1);
                var y = randint(0, 3, [32], generator: generator);
                optimizer.zero_grad();
                using var loss = criterion.call(model.call(x), y) * scale;
                loss.backward();
                optimizer.step();
                monitor.Step(loss, y);
            }
        }

        return RunTrace.ReadAll(LogOpener.Open(path)[0])[0];
    }
}
