using CsCheck;
using TrainingDoctor.Reports.Html.Charts;
using TrainingDoctor.Reports.Terminal;

namespace TrainingDoctor.Tests.Reports.Html.Charts;

/// <summary>Any numbers at all make an axis: bounded in ticks, and with every place on the paper.</summary>
public sealed class ChartScaleTests
{
    private static readonly double[] Extremes =
    [
        0, double.Epsilon, 3 * double.Epsilon, 1e-310, double.MaxValue, double.MinValue, double.MaxValue / 2, 1e308, -1e308, 9e15, 9e15 + 2, 1.7e18, long.MaxValue, 1, -1, 1 + 1e-16, 1e-300, 1e300, double.NaN, double.PositiveInfinity,
    ];

    private static readonly Gen<double> AnyNumber = Gen.OneOf(Gen.Double, Gen.Int[0, Extremes.Length - 1].Select(index => Extremes[index]), Gen.Long.Select(BitConverter.Int64BitsToDouble));

    [Fact]
    public void ABoundedAxisComesOfAnyValues() =>
        AnyNumber.Array[1, 30].Select(Gen.Double[0.01, 60]).Sample((values, wanted) =>
        {
            foreach (var kind in Enum.GetValues<AxisKind>())
            {
                var scale = ChartScale.Fit(values, 10, 110, kind);
                var ticks = scale.Ticks(wanted).Take(1000).ToList();
                Assert.InRange(ticks.Count, 0, ChartScale.MostTicks + 1);
                Assert.All(ticks, tick => Assert.True(double.IsFinite(tick), $"{tick}"));
                Assert.All(values, value => Assert.InRange(scale.Place(value), 10, 110));
            }
        }, iter: 20_000);

    [Fact]
    public void ABoundedAxisComesOfAnySteps() =>
        Gen.OneOf(Gen.Long, Gen.Long[8_999_999_999_999_000, 9_007_199_254_740_993], Gen.Long[0, 100]).Select(Gen.Long[0, 3]).Sample((first, length) =>
        {
            double last = (double)first + length;
            var scale = ChartScale.OfSteps(first, last, 0, 100);
            Assert.InRange(scale.Ticks(8).Take(1000).Count(), 1, ChartScale.MostTicks);
            Assert.InRange(scale.Place(last), 0, 100);
            Assert.True(scale.High > scale.Low);
        }, iter: 20_000);

    /// <summary>What an axis of usual numbers shows has not changed.</summary>
    [Theory]
    [InlineData(0, 100, 5, new double[] { 0, 20, 40, 60, 80, 100 })]
    [InlineData(-1, 1, 4, new double[] { -1, -0.5, 0, 0.5, 1 })]
    public void UsualTicksAreRound(double low, double high, double wanted, double[] expected) => Assert.Equal(expected, new ChartScale(low, high, 0, 1).Ticks(wanted));

    [Fact]
    public void ACurveInOneLineComesOfAnyNumbers() =>
        AnyNumber.Array[1, 90].Select(Gen.Long[0, 5], Gen.Bool).Sample((values, stride, isUnicode) =>
        {
            long[] steps = [.. values.Select((_, index) => (index * stride) + (stride == 5 ? long.MaxValue - 1000 : 0))];
            string line = Sparkline.Draw(steps, values, 40, isUnicode);
            Assert.InRange(line.Length, 1, 40);
        }, iter: 5000);

    [Fact]
    public void ASumThatADoubleCannotSayIsNoGapInTheCurve()
    {
        string line = Sparkline.Draw([.. Enumerable.Range(0, 70).Select(step => (long)step)], [.. Enumerable.Repeat(-1e308, 70)], 20, isUnicode: false);

        Assert.Equal(20, line.Length);
        Assert.DoesNotContain(line, character => character is ' ' or 'x');
    }
}
