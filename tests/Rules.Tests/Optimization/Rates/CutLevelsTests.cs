using TrainingDoctor.Rules.Optimization.Rates;
using TrainingDoctor.Rules.Statistics;

namespace TrainingDoctor.Tests.Optimization.Rates;

/// <summary>Cuts from level to level are counted, what glides has none; and how far the loss fell before the first of them.</summary>
public sealed class CutLevelsTests
{
    [Theory]
    [InlineData("two cuts", new[] { 1, 1, 0.5, 0.5, 0.125, 0.125 }, 2, 2, 4, 2)]
    [InlineData("one cut, switched off at once", new[] { 1, 0.125, 0.125 }, 1, 1, 1, 0)]
    [InlineData("a cut to six tenths", new[] { 1, 0.6, 0.125 }, 2, 1, 2, 1)]
    [InlineData("a glide to seven", new[] { 1, 0.7, 0.125 }, 2, 1, 2, 0)]
    [InlineData("a glide from the level before", new[] { 1, 0.5, 0.4, 0.1 }, 3, 1, 3, 0)]
    [InlineData("a rise after a cut", new[] { 1, 0.25, 0.5, 0.1 }, 3, 1, 3, 0)]
    [InlineData("a log rounds to zero", new[] { 1, 0.5, 0.125, 0 }, 3, 1, 2, 1)]
    [InlineData("anew from a larger rate", new[] { 1, 0.5, 0.125, 2, 1, 0.25 }, 2, 4, 5, 1)]
    [InlineData("anew, and not yet spent", new[] { 1, 0.5, 0.125, 2, 1, 0.5 }, 2, 4, 2, 0)]
    [InlineData("above an eighth", new[] { 1, 0.5, 0.25, 0.25 }, 2, 1, 0, 0)]
    [InlineData("a glide before a larger rate is forgotten", new[] { 1, 0.9, 2, 1, 0.125 }, 2, 3, 4, 1)]
    public void ARateThatIsCutDownIsSpentFromItsEighthOn(string name, double[] rates, int count, int first, int spentStep, int spent)
    {
        var cuts = new RateCuts(0.125);
        for (int step = 0; step < rates.Length; step++)
        {
            cuts.Add(step, rates[step]);
        }

        Assert.True((count, first, spentStep, spent) == (cuts.Count, cuts.FirstStep, cuts.SpentStep, cuts.Spent), $"{name}: {cuts.Count} {cuts.FirstStep} {cuts.SpentStep} {cuts.Spent}");
    }

    /// <summary>Thirty-two losses, of which the first twelve and the next four are alike, and the rest scatter: before the seventeenth the fourth quarter lies below the third.</summary>
    [Theory]
    [InlineData("at the step", 4, 3, 160, 0.25)]
    [InlineData("between two steps", 4, 3, 155, 0.25)]
    [InlineData("by half", 4, 2, 160, 0.5)]
    [InlineData("a rise", 3, 4, 160, null)]
    [InlineData("none", 3, 3, 160, null)]
    [InlineData("below zero", -3, -4, 160, null)]
    [InlineData("three losses before", 4, 3, 30, null)]
    [InlineData("before the fall", 4, 3, 120, null)]
    public void TheLossFellByAShareOfTheThirdQuarter(string name, double before, double after, int step, double? expected)
    {
        var losses = new CompactedSeries();
        for (int i = 0; i < 32; i++)
        {
            losses.Add(10 * i, i < 12 ? before : i < 16 ? after : 100 * (i % 2));
        }

        Assert.True(expected == RateCuts.FallBefore(losses, step), name);
    }

    /// <summary>Two levels that lie twice as far apart as they are uncertain are no fall; a little further they are.</summary>
    [Fact]
    public void NoiseExplainsASmallFall()
    {
        double? Fall(double by)
        {
            var losses = new CompactedSeries();
            for (int i = 0; i < 32; i++)
            {
                losses.Add(i, 10 + (i % 2) - (i < 12 ? 0 : by));
            }

            return RateCuts.FallBefore(losses, 16);
        }

        Assert.Null(Fall(1));
        Assert.NotNull(Fall(6));
    }
}
