using TrainingDoctor.Rules.Generalization;

namespace TrainingDoctor.Tests.Generalization;

/// <summary>TD6003 on validation losses that are the training losses themselves.</summary>
public sealed class IdenticalLossTests
{
    private const int Epochs = 12;

    public static TheoryData<string, Func<int, double>, Func<int, double>, bool> Pairs => new()
    {
        { "the same numbers", epoch => 1.0 / (epoch + 1), epoch => 1.0 / (epoch + 1), true },
        { "the same numbers, down to nothing", epoch => 4 - Math.Min(4, epoch), epoch => 4 - Math.Min(4, epoch), true },
        { "a loss that does not move is equal to everything", _ => 0.7, _ => 0.7, false },
        { "a loss that moves twice only", epoch => epoch < 2 ? 1 - (0.1 * epoch) : 0.8, epoch => epoch < 2 ? 1 - (0.1 * epoch) : 0.8, false },
        { "nearly the same", epoch => 1.0 / (epoch + 1), epoch => 1.000001 / (epoch + 1), false },
        { "the same every second time", epoch => 1.0 / (epoch + 1), epoch => (epoch % 2 == 0 ? 1.0 : 1.01) / (epoch + 1), false },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void OnlyPairsThatChangeTogetherAreOne(string pair, Func<int, double> loss, Func<int, double> validation, bool told)
    {
        var findings = RuleVerifier.Run(
            new SuspiciousValidation(new SuspiciousValidationOptions()),
            Trace.Of(Metric.Loss, Enumerable.Range(0, Epochs).Select(loss)).And(Trace.Of(Metric.ValidationLoss, Enumerable.Range(0, Epochs).Select(validation))));

        Assert.True(told == findings.Any(finding => finding.Title.ToString().Contains("training loss", StringComparison.OrdinalIgnoreCase)), $"{pair}: {string.Join("; ", findings)}");
    }
}
