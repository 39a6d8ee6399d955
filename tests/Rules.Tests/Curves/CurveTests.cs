using TrainingDoctor.Rules.Curves;

namespace TrainingDoctor.Tests.Curves;

/// <summary>What a curve notes of its values as they come: repeats, infinities, and a description that is never out of date.</summary>
public sealed class CurveTests
{
    [Theory]
    [InlineData("one millionth apart", 1000001, 3, 10)]
    [InlineData("further apart", 1000002, 2, 11)]
    public void ValuesThatAgreeInSixDigitsAreRepeats(string name, double second, long repeats, long since)
    {
        _ = name;
        var curve = Of(1000000, second, second);

        Assert.Equal((repeats, since), (curve.Repeats, curve.RepeatedSince));
    }

    [Fact]
    public void RepeatsAreCountedAnewFromEachOtherValue()
    {
        Assert.Equal((0, -1), (new Curve().Repeats, new Curve().RepeatedSince));
        Assert.Equal((1, 12), (Of(5, 5, 6).Repeats, Of(5, 5, 6).RepeatedSince));
        Assert.Equal((2, 11), (Of(5, -5, -5).Repeats, Of(5, -5, -5).RepeatedSince));
        Assert.Equal((2, 10), (Of(0, 0).Repeats, Of(0, 0).RepeatedSince));

        // What is no number equals nothing, itself not either.
        Assert.Equal((1, 12), (Of(5, double.NaN, double.NaN).Repeats, Of(5, double.NaN, double.NaN).RepeatedSince));
    }

    [Fact]
    public void TheFirstInfinityIsKept()
    {
        var curve = Of(1, double.NaN, double.NegativeInfinity, 2, double.PositiveInfinity);

        Assert.Equal((2, (12, double.NegativeInfinity)), (curve.Infinities, curve.FirstInfinity));
        Assert.Equal((0, (-1, double.NaN)), (Of(1).Infinities, Of(1).FirstInfinity));
    }

    [Fact]
    public void ItIsDescribedAsItIsNow()
    {
        var curve = Of(3, 2, 4);
        Assert.Equal((2, 4), (curve.Describe()!.Value.Best, curve.Describe(higherIsBetter: true)!.Value.Best));

        curve.Add(13, 1);
        curve.Add(14, 5);
        Assert.Equal((1, 5), (curve.Describe()!.Value.Best, curve.Describe(higherIsBetter: true)!.Value.Best));
        Assert.Null(Of(double.NaN).Describe());
    }

    private static Curve Of(params double[] values)
    {
        var curve = new Curve();
        foreach (var (index, value) in values.Index())
        {
            curve.Add(10 + index, value);
        }

        return curve;
    }
}
