using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>Where to stop is one place, be it told as a step or as an epoch: that of the lowest validation, also where a single dip lies beside the lowest level.</summary>
public sealed class BestEpochTests
{
    private const int StepsPerEpoch = 2;

    [Theory]
    [InlineData(60, 14)]
    [InlineData(60, 22)]
    [InlineData(372, 35)]
    [InlineData(373, 36)]
    [InlineData(1001, 77)]
    public void TheStepAndTheEpochToStopAtAreOnePlace(int epochs, int dip)
    {
        var training = Enumerable.Range(0, epochs).Select(epoch => 0.02 + Math.Exp(-epoch / 10.0));
        var validation = Enumerable.Range(0, epochs).Select(epoch => epoch == dip ? 0.4 : 0.6 + (0.4 * Math.Exp(-epoch / 5.0)) + (2.0 * Math.Max(0, epoch - 16) / epochs) + (0.02 * (epoch % 3)));
        var trace = Trace.Of(Metric.Loss, training).And(Trace.Of(Metric.ValidationLoss, validation)).And(Trace.Of(Metric.Epoch, Enumerable.Range(0, epochs).Select(epoch => (double)epoch))).Every(StepsPerEpoch);

        foreach (var rule in new Rule[] { new Overfitting(new()), new Overtraining(new()) })
        {
            var stop = Assert.Single(RuleVerifier.Run(rule, trace)).Remedies.SelectMany(remedy => remedy.Actions).First(action => action.Kind == RemedyActionKind.StopEarly);
            Assert.Equal((dip * StepsPerEpoch, dip), ((long)stop.Step!, (double)stop.Epoch!));
        }
    }
}
