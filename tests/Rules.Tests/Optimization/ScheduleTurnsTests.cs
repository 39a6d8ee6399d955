using TrainingDoctor.Rules.Optimization;

namespace TrainingDoctor.Tests.Optimization;

/// <summary>Where a learning rate turns, and where it jumps back to its beginning out of a fall that has not ended, told by hand.</summary>
public sealed class ScheduleTurnsTests
{
    public static TheoryData<string, double[], long[]> Climbs => new()
    {
        { "up and down by degrees", [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1], [5] },
        { "twice", [1, 2, 3, 4, 5, 6, 4, 2, 1, 2, 3, 4, 5, 6, 7, 3, 2], [5, 14] },
        { "three times", [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 5, 1], [3, 7, 12] },
        { "not yet down", [1, 2, 3, 4, 5, 6, 5, 4, 3], [] },
        { "down to a third", [1, 2, 3, 4, 5, 6, 4, 2], [5] },
        { "down to a little more", [1, 2, 3, 4, 5, 6, 4, 2.1], [] },
        { "up to three times", [1, 1.5, 2, 3, 2, 1], [3] },
        { "up to a little less", [1, 1.5, 2, 2.9, 1, 0.9], [] },
        { "up in three rates", [1, 2, 2.5, 3.5, 1], [3] },
        { "up in two", [1, 2, 3.5, 1], [] },
        { "back at once", [4, 3, 2, 1, 4, 3, 2, 1], [] },
        { "a fall among the rises begins the climb again", [1, 2, 1.5, 3, 4, 1], [] },
        { "a fall among the rises above", [1, 1.5, 3, 2.5, 4, 1], [4] },
        { "levels", [1, 1.5, 1.5, 2, 3, 4, 1], [5] },
        { "from next to nothing to little", [1, 0, 0.0005, 0.001, 0.0015, 0.002, 0.0025, 0], [] },
        { "from next to nothing to more", [1, 0, 0.001, 0.002, 0.003, 0.004, 0.0005], [5] },
        { "from a second trough", [4, 3, 2, 2.5, 3, 2, 1, 2, 2.5, 3, 0.5], [9] },
    };

    [Theory]
    [MemberData(nameof(Climbs))]
    public void AGradualClimbEndsAtItsPeak(string name, double[] rates, long[] peaks)
    {
        var turns = Of(rates);

        Assert.True(peaks.SequenceEqual(turns.Peaks), $"{name}: {string.Join(", ", turns.Peaks)}");
        Assert.Equal(peaks.Length < 2 ? double.NaN : (double)(peaks[^1] - peaks[0]) / (peaks.Length - 1), turns.Period);
    }

    public static TheoryData<string, double[], (long Step, long StepBefore, double Before, double Rate)?> Beginnings => new()
    {
        { "a straight fall, cut off in its middle", [.. Line(12, 16), 1], (12, 11, 0.3125, 1) },
        { "a straight fall of ten rates", [.. Line(10, 12), 1], (10, 9, 0.25, 1) },
        { "a straight fall of nine", [.. Line(9, 11), 1], null },
        { "a straight fall to its end", [.. Line(13, 12.5), 1], null },
        { "back to a little more", [.. Line(12, 16), 1.01], (12, 11, 0.3125, 1.01) },
        { "back to more", [.. Line(12, 16), 1.03], null },
        { "back to less", [.. Line(12, 16), 0.97], null },
        { "back from a third", [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3], null },
        { "back from a quarter, in two levels", [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4], (20, 19, 1, 4) },
        { "a level too many", [4, 4, 4, 4, 4, 4, 4, 3, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 4], null },
        { "an exponential fall", [.. Enumerable.Range(0, 12).Select(step => Math.Pow(0.75, step)), 1], (12, 11, Math.Pow(0.75, 11), 1) },
        { "an exponential fall to very little", [.. Enumerable.Range(0, 20).Select(step => Math.Pow(0.5, step)), 1], (20, 19, Math.Pow(0.5, 19), 1) },
        { "a fall that slows down", [.. Enumerable.Range(0, 20).Select(step => 1 / (1.0 + step)), 1], null },
        { "from zero", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], null },
        { "twice", [.. Line(12, 16), .. Line(12, 16), 1], (12, 11, 0.3125, 1) },
        { "three times in a cycle", [.. Line(12, 16), .. Line(12, 16), .. Line(12, 16), 1], null },
        { "three times after about as many steps", [.. Line(20, 25), .. Line(21, 26), .. Line(22, 27), 1], null },
        { "three times out of step", [.. Line(12, 16), .. Line(16, 21), .. Line(12, 16), 1], (12, 11, 0.3125, 1) },
        { "three times, the last late", [.. Line(12, 16), .. Line(12, 16), .. Line(16, 21), 1], (12, 11, 0.3125, 1) },
    };

    [Theory]
    [MemberData(nameof(Beginnings))]
    public void AJumpBackOutOfAFallThatGoesOnIsAReset(string name, double[] rates, (long Step, long StepBefore, double Before, double Rate)? expected) =>
        Assert.True((expected is { } reset ? (reset.Step, reset.StepBefore, 8 * reset.Before, 8 * reset.Rate) : expected) == Of(rates).Reset, $"{name}: {Of(rates).Reset}");

    /// <summary>A straight fall from 1 that would be over after a number of rates.</summary>
    private static IEnumerable<double> Line(int count, double end) => Enumerable.Range(0, count).Select(step => 1 - (step / end));

    /// <summary>Follows rates that are eight times as large.</summary>
    private static ScheduleTurns Of(double[] rates)
    {
        var turns = new ScheduleTurns();
        for (int step = 0; step < rates.Length; step++)
        {
            turns.Observe(step, 8 * rates[step]);
        }

        return turns;
    }
}
