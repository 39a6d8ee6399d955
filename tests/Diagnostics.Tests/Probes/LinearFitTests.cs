using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>What a linear map of the inputs would answer, tried on each batch before it is learnt from.</summary>
public sealed class LinearFitTests : IDisposable
{
    private readonly Generator _generator = new(7);

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.9)]
    public void ItFindsTheNoise(double noise)
    {
        using var weights = randn(5, 2, generator: _generator);

        var errors = Measure(40, () => Batch(weights, noise));

        Assert.True(errors.Count is > 30 and < 40);
        Assert.Equal(noise * noise, errors.Average(), noise == 0 ? 1e-6 : 0.08);
    }

    [Fact]
    public void ConstantAndRepeatedFeaturesDoNoHarm()
    {
        using var weights = randn(5, 1, generator: _generator);

        var errors = Measure(40, () =>
        {
            var (inputs, targets) = Batch(weights, 0.1);
            return (cat([inputs, inputs.narrow(1, 0, 2) * 1e4, zeros(32, 1), ones(32, 1)], 1), targets);
        });

        Assert.InRange(errors.Average(), 0.005, 0.03);
    }

    [Fact]
    public void TheSameFewRowsTeachNothing()
    {
        using var weights = randn(5, 1, generator: _generator);
        var same = Batch(weights, 1);

        Assert.Empty(Measure(40, () => same));
    }

    [Fact]
    public void WhatIsNoRegressionIsLeftAlone()
    {
        Assert.Empty(Measure(30, () => (randn(32, 5, generator: _generator), randint(3, [32], generator: _generator))));
        Assert.Empty(Measure(30, () => (randint(9, [32, 5], generator: _generator), randn(32, generator: _generator))));
        Assert.Empty(Measure(30, () => (randn(32, 65, generator: _generator), randn(32, generator: _generator))));
        Assert.Empty(Measure(30, () => (randn(32, 5, generator: _generator), randn(16, generator: _generator))));
        Assert.Empty(Measure(30, () => (randn(32, 5, generator: _generator), full([32], double.NaN))));

        // What is to be given back.
        var batch = randn(32, 5, generator: _generator);
        Assert.Empty(Measure(30, () => (randn(32, 5, generator: _generator), batch)));
    }

    [Fact]
    public void OfSeveralCallsNobodyKnowsWhoseTargetsTheyAre()
    {
        using var weights = randn(5, 1, generator: _generator);

        Assert.Empty(Measure(40, () => Batch(weights, 0.5), calls: 2));
        Assert.NotEmpty(Measure(40, () => Batch(weights, 0.5), calls: 1));
    }

    [Fact]
    public void AMonitorTellsIt()
    {
        using var scope = NewDisposeScope();
        var weights = randn(4, 1, generator: _generator);
        using var model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1));
        using var optimizer = optim.SGD(model.parameters(), 1e-3);
        using var criterion = nn.MSELoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Sampling = SamplingSchedule.EveryStep });
        foreach (int step in Enumerable.Range(0, 30))
        {
            var inputs = randn(32, 4, generator: _generator);
            optimizer.zero_grad();
            var loss = criterion.call(model.call(inputs), inputs.matmul(weights) + (0.5 * randn(32, 1, generator: _generator)));
            loss.backward();
            optimizer.step();
            monitor.Step(loss);
        }

        var told = monitor.Complete().Diagnosis.Facts.Of(Metric.LinearFitError);

        Assert.True(told is { Count: > 20 });
        Assert.Equal(0.25, told!.Value.Mean, 0.08);
    }

    public void Dispose() => _generator.Dispose();

    private static List<double> Measure(int steps, Func<(Tensor Inputs, Tensor Targets)> next, int calls = 1)
    {
        using var fit = new LinearFit(suits: true);
        var told = new List<double>();
        foreach (int step in Enumerable.Range(0, steps))
        {
            using var scope = NewDisposeScope();
            var (inputs, targets) = next();
            foreach (int call in Enumerable.Range(0, calls))
            {
                fit.AddCall(inputs);
            }

            fit.AddTarget(targets);
            fit.AddTarget(targets);
            fit.Report((metric, scope, value) => told.Add(value));
        }

        return told;
    }

    private (Tensor Inputs, Tensor Targets) Batch(Tensor weights, double noise)
    {
        var inputs = (randn(32, weights.shape[0], generator: _generator) * 3) + 1;
        return (inputs, inputs.matmul(weights) + 2 + (noise * randn(32, weights.shape[1], generator: _generator)));
    }
}
