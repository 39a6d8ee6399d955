using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>A validation that follows the learning rate up and down is not noisy.</summary>
public sealed class ScheduledJumpsTests
{
    private const int Validations = 20;

    /// <summary>The loss is high in the first two of every five epochs, when the rate starts again.</summary>
    [Theory]
    [InlineData("warm restarts", 5, false)]
    [InlineData("a rate that stays", 0, true)]
    [InlineData("restarts at other times", 7, true)]
    public void JumpsOfTheScheduleAreNotCounted(string name, int period, bool found)
    {
        _ = name;
        var losses = Enumerable.Range(0, Validations).Select(epoch => (epoch % 5) switch { 0 => 0.09, 1 => 0.06, 2 => 0.05, 3 => 0.028, _ => 0.027 });
        var rates = Enumerable.Range(0, Validations).Select(epoch => period == 0 ? 0.08 : 0.001 + (0.04 * (1 + Math.Cos(Math.PI * (epoch % period) / (period - 1)))));
        var trace = Trace.Of(Metric.LearningRate, rates).And(Trace.Of(Metric.ValidationLoss, losses)).And(Trace.Of(Metric.Loss, Enumerable.Range(0, Validations).Select(epoch => 0.5 / (1 + epoch))));

        Assert.Equal(found, RuleVerifier.Run(new NoisyValidation(new()), trace).Any(finding => finding.Severity == Severity.Warning));
    }
}
