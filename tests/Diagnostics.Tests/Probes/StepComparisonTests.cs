using TrainingDoctor.Probes;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

public sealed class StepComparisonTests
{
    /// <summary>A forecast that is off by one is asked for the newest value that it is given; one that recalls the first is asked on purpose.</summary>
    [Theory]
    [InlineData("the newest value of a window", 29, true)]
    [InlineData("the first of a window, to be recalled", 0, false)]
    [InlineData("what comes next", -1, false)]
    public void TheTargetIsFoundAmongTheNewestFeaturesOfASequence(string name, int place, bool isFound)
    {
        _ = name;
        using var seeded = new Generator(3);
        using var windows = randn(64, 30, 2, generator: seeded);
        using var next = randn(64, 1, generator: seeded);
        using var column = windows.select(1, Math.Max(0, place)).select(1, 0).unsqueeze(1);
        using var output = zeros(64, 1);
        double correlation = 0;
        using var comparison = new StepComparison(null, knowsLoss: true);

        comparison.Keep(windows, output);
        comparison.Measure(1, double.NaN, place < 0 ? next : column, (metric, _, value) => correlation = metric == Metric.TargetFeatureCorrelation ? value : correlation);

        Assert.Equal(isFound, correlation > 0.999999);
    }
}
