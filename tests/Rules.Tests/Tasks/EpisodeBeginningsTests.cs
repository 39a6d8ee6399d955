using TrainingDoctor.Rules.Activations;
using TrainingDoctor.Rules.Gradients;
using TrainingDoctor.Rules.Inputs;

namespace TrainingDoctor.Tests.Tasks;

/// <summary>Who acts begins every episode at one place, and has next to no gradient before the first reward.</summary>
public sealed class EpisodeBeginningsTests
{
    private const int Steps = 100;

    [Theory]
    [InlineData(TrainingTask.PolicyOptimization, 26, Severity.Info)]
    [InlineData(TrainingTask.Reinforcement, 26, Severity.Info)]
    [InlineData(TrainingTask.Reinforcement, 1, Severity.Warning)]
    [InlineData(TrainingTask.Regression, 26, Severity.Warning)]
    public void EqualSamplesAreNoFaultWhereEpisodesBegin(TrainingTask task, int calls, Severity expected)
    {
        var trace = Trace.Of(Metric.InputStandardDeviation, Enumerable.Repeat(0.3, Steps)).And(Trace.Of(Metric.InputConstantFraction, Enumerable.Repeat(1.0, Steps)))
            .And(Trace.Of(Metric.CallCount, "0", (double)calls * Steps).From(Steps - 1));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new ConstantInput(new()), trace, new RunDescription { Task = task })).Severity);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public void SamplesThatAreAlikeAreAnsweredAlike(double constant, bool found)
    {
        var trace = Trace.Of(Metric.InputConstantFraction, Enumerable.Repeat(constant, Steps)).And(Trace.Of(Metric.BatchVariation, "(output)", Enumerable.Repeat(0.0, Steps)))
            .And(Trace.Of(Metric.OutputStandardDeviation, "(output)", Enumerable.Repeat(0.0, Steps))).And(Trace.Of(Metric.OutputAbsoluteMaximum, "(output)", Enumerable.Repeat(0.5, Steps)))
            .And(Trace.Of(Metric.Loss, Enumerable.Repeat(0.7, Steps)));

        Assert.Equal(found, RuleVerifier.Run(new CollapsedActivation(new()), trace).Count > 0);
    }

    [Theory]
    [InlineData("rewards begin", TrainingTask.PolicyOptimization, 0.004, Severity.Info)]
    [InlineData("a step throws the weights away", TrainingTask.PolicyOptimization, 0.4, Severity.Warning)]
    [InlineData("a loss that measures what is learnt", TrainingTask.Regression, 0.004, Severity.Warning)]
    public void GradientsThatComeWithTheFirstRewardsDoNotExplode(string name, TrainingTask task, double update, Severity expected)
    {
        _ = name;
        var trace = Trace.Of(Metric.GlobalGradientNorm, Enumerable.Range(0, Steps).Select(step => step < 40 ? 5e-4 : 0.08)).And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Repeat(update, Steps)))
            .And(Trace.Of(Metric.Loss, Enumerable.Range(0, Steps).Select(step => step < 40 ? -0.003 : 0.02)));

        Assert.Equal(expected, Assert.Single(RuleVerifier.Run(new ExplodingGradient(new()), trace, new RunDescription { Task = task })).Severity);
    }
}
