using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Rows of a batch that equal an earlier one, and whether their targets do.</summary>
public sealed class RepeatedRowsTests : IDisposable
{
    private readonly Generator _generator = new(5);

    [Theory]
    [InlineData(64, 6)]
    [InlineData(40, 300)]
    public void RowsThatComeAgainAreCounted(int rows, int width)
    {
        using var few = randn(5, width, generator: _generator);
        using var five = few[arange(rows).remainder(5)];
        using var labels = arange(rows).remainder(5);

        Assert.Equal((1 - (5.0 / rows), 0.0), Measure(five, labels));
        Assert.Equal((1 - (5.0 / rows), 1.0), Measure(five, arange(rows)));
        Assert.Equal((1 - (5.0 / rows), 1.0), Measure(five, randn(rows, 2, generator: _generator)));
        Assert.Equal((1 - (5.0 / rows), null), Measure(five, null));
        Assert.Equal((1 - (5.0 / rows), null), Measure(five, arange(3)));
    }

    [Fact]
    public void RowsThatDifferAreNoCopies()
    {
        Assert.Equal((0.0, null), Measure(randn(60, 4, generator: _generator), arange(60)));

        // They differ in one place only, which is none of those that are looked at first.
        using var almost = ones(16, 1000) * 0.3;
        almost.select(1, 5).copy_(randn(16, generator: _generator));
        Assert.Equal((0.0, null), Measure(almost, null));
    }

    [Fact]
    public void PaddedPicturesAndOversampledRowsAreSmallShares()
    {
        using var pictures = rand(30, 1, 12, 12, generator: _generator);
        pictures.narrow(2, 6, 6).zero_();
        Assert.Equal((0.0, null), Measure(pictures, arange(30)));

        using var filled = randn(20, 6, generator: _generator);
        filled.narrow(0, 5, 15).zero_();
        Assert.Equal((0.0, null), Measure(filled, null));

        using var copies = randn(40, 6, generator: _generator);
        copies.narrow(0, 0, 10).copy_(copies.narrow(0, 20, 10));
        Assert.Equal((0.25, 0.0), Measure(copies, cat([arange(20, 30), arange(10, 40)])));
    }

    [Fact]
    public void WhatHasFewValuesRepeatsRightly()
    {
        Assert.Equal((null, null), Measure(randint(2, [64, 4], generator: _generator).to(float32), null));
        Assert.Equal((null, null), Measure((randint(2, [64, 4], generator: _generator) - 0.5) / 0.37, null));
        Assert.Equal((null, null), Measure(randint(9, [64, 1], generator: _generator) / 7.0, null));
        Assert.Equal((null, null), Measure(randint(4, [64, 2], generator: _generator) / 3.0, null));
        Assert.Equal((null, null), Measure(randint(2, [64, 1], generator: _generator) * tensor(new[] { 1.5f, -0.7f }), null));
        Assert.Equal((0.0, null), Measure(randint(50, [64, 1], generator: _generator) * ones(1, 3), null));
        Assert.Equal((null, null), Measure(randint(90, [64, 12], generator: _generator), null));
        Assert.Equal((null, null), Measure(ones(6, 4) * 0.3, null));
    }

    [Fact]
    public void ModelsAreHeard()
    {
        using var model = nn.Linear(6, 3);
        using var criterion = nn.CrossEntropyLoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Loss = criterion });
        using var few = randn(5, 6, generator: _generator);
        for (int step = 0; step < 30; step++)
        {
            using var indices = randint(5, [32], generator: _generator);
            using var labels = randint(3, [32], generator: _generator);
            using var inputs = few[indices];
            using var output = model.call(inputs);
            using var loss = criterion.call(output, labels);
            loss.backward();
            monitor.Step(loss, labels);
        }

        var found = Assert.Single(monitor.Complete().Findings, finding => finding.Rule.Id == "TD1013");
        Assert.Equal(Cause.LabelError, found.Causes[0].Cause);
    }

    public void Dispose() => _generator.Dispose();

    private static (double? Duplicates, double? Conflicts) Measure(Tensor input, Tensor? target)
    {
        var rows = new RepeatedRows(takesOneTensor: true);
        rows.AddCall(input);
        if (target is not null)
        {
            rows.AddTarget(target);
        }

        var told = new Dictionary<Metric, double>();
        rows.Report((metric, _, value) => told.Add(metric, value));
        return (Find(told, Metric.InputDuplicateFraction), Find(told, Metric.ConflictingTargetFraction));
    }

    private static double? Find(Dictionary<Metric, double> told, Metric metric) => told.TryGetValue(metric, out double value) ? value : null;
}
