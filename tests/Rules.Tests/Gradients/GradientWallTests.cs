using TrainingDoctor.Rules.Gradients;

namespace TrainingDoctor.Tests.Gradients;

/// <summary>One wall between two neighbours is no gradual loss: a mean over quarters hides it, and its place is what the reader wants to know.</summary>
public sealed class GradientWallTests
{
    private const int Steps = 240;
    private static readonly VanishingGradient Rule = new(new());

    /// <summary>Every block below the head gets 4e-6 where the head gets 0.455; the first is no smaller than the last but one.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void AWallIsFoundAndNamedByItsPlace(int wall)
    {
        var finding = Assert.Single(RuleVerifier.Run(Rule, Run(layer => layer < wall ? 4e-6 : 0.455, _ => 1.386)));

        Assert.Equal(Severity.Error, finding.Severity);
        Assert.Equal($"The gradient vanishes between blocks.{wall - 1} and blocks.{wall}", finding.Title.ToString());
        Assert.Equal([4e-6, 0.455], finding.Evidence.Where(evidence => evidence.Metric == "gradient_norm").Select(evidence => evidence.Value));
    }

    /// <summary>A layer that is passed by, through a skip connection, stands between layers that learn.</summary>
    [Fact]
    public void OneQuietLayerIsNoWall() => Assert.Empty(RuleVerifier.Run(Rule, Run(layer => layer == 3 ? 1e-7 : 0.3, _ => 1.386)));

    [Fact]
    public void AWallIsAHintWhileTheLossFalls() =>
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(Rule, Run(layer => layer < 3 ? 4e-6 : 0.455, step => 2 * Math.Exp(-0.02 * step)))).Severity);

    private static Trace Run(Func<int, double> gradient, Func<int, double> loss)
    {
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, Steps).Select(loss));
        for (int layer = 0; layer < 6; layer++)
        {
            string name = $"blocks.{layer}.weight";
            trace = trace.And(Trace.Of(Metric.GradientNorm, name, Enumerable.Repeat(gradient(layer), Steps))).And(Trace.Of(Metric.WeightNorm, name, Enumerable.Repeat(1.0, Steps)));
        }

        return trace;
    }
}
