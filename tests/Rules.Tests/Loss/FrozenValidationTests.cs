using System.Globalization;
using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4005 on validations that give the same loss to the last digit: how many, and what shows that the weights still move, or need not.</summary>
public sealed class FrozenValidationTests
{
    [Theory]
    [InlineData("five of twelve", "2 1.9 1.8 1.7 1.6 1.5 1.4 1.3 1.3 1.3 1.3 1.3", -1)]
    [InlineData("five of eleven", "2 1.9 1.8 1.7 1.6 1.5 1.4 1.4 1.4 1.4 1.4", 6)]
    [InlineData("none left", "2 1 0 0 0 0 0", -1)]
    [InlineData("an end that is no number", "1.5 1.5 1.5 1.5 1.5 1.5 1.5 nan", -1)]
    public void FiveAreFrozenUnlessTheyAreTheSmallerPart(string name, string validations, int since)
    {
        _ = name;
        Assert.Equal(since, FrozenSince(Flat.And(Trace.Of(Metric.ValidationLoss, Numbers(validations)).Every(3))));
    }

    [Theory]
    [InlineData("training falls on", 0.5, -1)]
    [InlineData("training falls by a twentieth", 0.95, 5)]
    public void WeightsThatTrainingStillMovesAreNotFrozen(string name, double to, int since)
    {
        _ = name;
        var losses = Trace.Of(Metric.Loss, Enumerable.Range(0, 30).Select(step => step < 15 ? 1 : 1 - ((1 - to) * (step - 15) / 14)));

        Assert.Equal(since, FrozenSince(losses.And(Trace.Of(Metric.ValidationLoss, Numbers("2 1.9 1.8 1.7 1.6 1.5 1.5 1.5 1.5 1.5")).Every(3))));
    }

    /// <summary>Moves that became ever smaller came to rest; a fall of less than the share, a move just before, or too few moves are another thing.</summary>
    [Theory]
    [InlineData("ever smaller, the last three small", "2 1 0.5003 0.5002 0.5001 0.5 0.5 0.5 0.5 0.5 0.5 0.5", -1)]
    [InlineData("of two moves", "2 0.5001 0.5 0.5 0.5 0.5 0.5 0.5", 2)]
    public void WeightsThatCameToRestAreNotFrozen(string name, string validations, int since)
    {
        _ = name;
        Assert.Equal(since, FrozenSince(Flat.And(Trace.Of(Metric.ValidationLoss, Numbers(validations)).Every(3))));
    }

    private static Trace Flat { get; } = Trace.Of(Metric.Loss, Enumerable.Range(0, 36).Select(step => 1 + (0.001 * (step % 2))));

    /// <summary>The validation since which all are equal, as it is told; -1 where nothing is.</summary>
    private static int FrozenSince(Trace trace) =>
        RuleVerifier.Run(new PlateauedLoss(new()), trace).FirstOrDefault(finding => finding.Title.ToString().Contains("no longer move", StringComparison.Ordinal)) is { FirstStep: { } first } ? (int)first / 3 : -1;

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(number => number == "nan" ? double.NaN : double.Parse(number, CultureInfo.InvariantCulture))];
}
