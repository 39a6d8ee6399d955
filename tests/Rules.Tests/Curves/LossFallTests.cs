using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Tests.Curves;

/// <summary>How far a loss has fallen, in the whole and late in the run, and how small a fall would show.</summary>
public sealed class LossFallTests
{
    [Theory]
    [InlineData(40, 10, 0.15, new[] { 1.7, 1.2, 3.27142857, 3.675, 1.12, 0.46988534, 0.26208952 })]
    [InlineData(200, 100, 0.3, new[] { 1.91, 1.355, 2.97382353, 3.535, 1.08166667, 0.33029886, 0.16641536 })]
    public void ItsLevelsAreThoseOfItsParts(int steps, int turn, double noise, double[] expected)
    {
        var fall = LossFall.Of(CurveOf.Loss(CurveOf.Bend(steps, turn, 2, 1, 4, noise)));

        Assert.Equal(expected, new[] { fall.Start, fall.Third, fall.Level, fall.End, fall.Lowest, fall.Error, fall.LateError }.Select(value => Math.Round(value, 8)));
    }

    /// <summary>The lowest level is that of an eighth of the run, or that of its last third where that is lower.</summary>
    [Fact]
    public void TheLowestLevelMayBeTheLast()
    {
        var falling = LossFall.Of(CurveOf.Loss([9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 1, 1]));

        Assert.Equal((1, 1, 9), (falling.Lowest, falling.Level, falling.Start));
        Assert.Equal(2, LossFall.Of(CurveOf.Loss([9, 8, 2, 6, 5, 4, 4, 4, 4, 4])).Lowest);
        Assert.Equal(5.625, LossFall.Of(CurveOf.Loss(Enumerable.Range(0, 24).Select(step => step % 3 == 1 ? 0.0 : 9))).Lowest);
    }

    [Fact]
    public void DifferencesGoFromEarlyToLate()
    {
        var fall = new LossFall { Start = 8, Third = 5, Level = 3, End = 2, Lowest = 1, Error = 0.5, LateError = 0.25 };

        Assert.Equal((6, 0.75, 3, 7, -5), (fall.Whole, fall.Share, fall.Late, fall.Deepest, fall.Rise));
    }

    [Theory]
    [InlineData(0.1875, false)]
    [InlineData(0.25, true)]
    public void AFallShowsBeyondThreeErrors(double share, bool expected)
    {
        var fall = new LossFall { Start = 8, Third = 5, Level = 3, End = 2, Lowest = 1, Error = 0.5, LateError = 0.5 };

        Assert.Equal((expected, expected), (fall.WouldShow(share), fall.WouldShowLate(8 * share)));
    }
}
