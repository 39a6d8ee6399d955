using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Knowledge;

public sealed class LossProgressTests
{
    [Theory]
    [InlineData("falls", 0.2, false, false)]
    [InlineData("bias only, then flat", 1.8, true, false)]
    [InlineData("rises", 5.0, false, true)]
    public void TellsGoingFromStanding(string name, double late, bool isStuck, bool isWorse)
    {
        _ = name;
        var losses = SeededCurve.Noisy(400, step => step < 20 ? 2.3 : isWorse || late < 1 ? 2.3 + ((late - 2.3) * step / 400) : late, 0.01);

        var progress = LossProgress.Of(RuleVerifier.Diagnose([], Trace.Of(Metric.Loss, losses)).Facts);

        Assert.True(progress.IsKnown);
        Assert.Equal((isStuck, isWorse), (progress.IsStuck, progress.IsWorse));
    }

    [Fact]
    public void KnowsNothingFromFewLossesOrFromGames()
    {
        var losses = Trace.Of(Metric.Loss, Enumerable.Repeat(1.0, 100));

        Assert.False(LossProgress.Of(RuleVerifier.Diagnose([], Trace.Of(Metric.Loss, 1, 1, 1)).Facts).IsKnown);
        Assert.False(LossProgress.Of(RuleVerifier.Diagnose([], losses, new RunDescription { Task = TrainingTask.Adversarial }).Facts).IsKnown);
        Assert.True(LossProgress.Of(RuleVerifier.Diagnose([], losses).Facts).IsStuck);
    }

    [Theory]
    [InlineData("layers.2.weight", "layers.10.weight")]
    [InlineData("a", "b")]
    [InlineData("block1", "block1.x")]
    public void ReadsNumbersInNamesAsNumbers(string first, string second)
    {
        Assert.True(WeightOrder.CompareNaturally(first, second) < 0);
        Assert.True(WeightOrder.CompareNaturally(second, first) > 0);
        Assert.Equal(0, WeightOrder.CompareNaturally(first, first));
    }
}
