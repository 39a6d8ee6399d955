using TrainingDoctor.Rules.Optimization;

namespace TrainingDoctor.Tests.Optimization.Rates;

/// <summary>TD5006 on a schedule that was planned for steps and is moved once an epoch, so that a run of twelve epochs stays at the foot of its warm-up.</summary>
public sealed class RiseByEpochsTests
{
    private const int Epochs = 12;
    private const int StepsPerEpoch = 40;

    public static TheoryData<string, Func<int, double>, bool> Schedules => new()
    {
        { "one cycle of twelve hundred steps", epoch => 0.04 + (0.48 * (1 - Math.Cos(Math.PI * epoch / 144))), true },
        { "a straight warm-up of a thousand", epoch => 0.001 * (epoch + 1), true },
        { "a warm-up of five epochs", epoch => 0.02 * Math.Min(5, epoch + 1), false },
        { "a warm-up of six epochs and a decay", epoch => epoch < 6 ? 0.02 * (epoch + 1) : 0.12 * Math.Exp(6 - epoch), false },
        { "three rates for three phases", epoch => 0.01 * (1 + (epoch / 4)), false },
        { "steady", _ => 0.1, false },
    };

    [Theory]
    [MemberData(nameof(Schedules))]
    public void ARiseThatLastsToTheEndIsAWarmupThatNeverFinished(string schedule, Func<int, double> rate, bool told)
    {
        var trace = Trace.Of(Metric.LearningRate, Enumerable.Range(0, Epochs * StepsPerEpoch).Select(step => rate(step / StepsPerEpoch)))
            .And(Trace.Of(Metric.Loss, Enumerable.Range(0, Epochs * StepsPerEpoch).Select(step => 2 - (0.001 * step))));

        var findings = RuleVerifier.Run(new DegenerateLearningRate(new()), trace, new RunDescription { PlannedSteps = Epochs * StepsPerEpoch });

        Assert.True(told == (findings.Count == 1), $"{schedule}: {string.Join("; ", findings)}");
        Assert.All(findings, finding => Assert.Equal("The warm-up never finished", finding.Title.ToString()));
    }
}
