using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>Values of activation functions as the C library computes them (Python's math), on either side of zero, far out, and next to zero where digits are lost.</summary>
public sealed class ActivationValuesTests
{
    [Theory]
    [InlineData(ActivationKind.Identity, -2.0, 0.5, 7.0)]
    [InlineData(ActivationKind.ReLU, 0.0, 0.5, 7.0)]
    [InlineData(ActivationKind.ReLU6, 0.0, 0.5, 6.0)]
    [InlineData(ActivationKind.LeakyReLU, -0.02, 0.5, 7.0)]
    [InlineData(ActivationKind.PReLU, -0.5, 0.5, 7.0)]
    [InlineData(ActivationKind.RReLU, -0.458333333333333333, 0.5, 7.0)]
    [InlineData(ActivationKind.ELU, -0.8646647167633873, 0.5, 7.0)]
    [InlineData(ActivationKind.CELU, -0.8646647167633873, 0.5, 7.0)]
    [InlineData(ActivationKind.SELU, -1.520166468595695, 0.5253504936777402, 7.354906911488364)]
    [InlineData(ActivationKind.GELU, -0.04550026389635844, 0.34573123063700656, 6.999999999991041)]
    [InlineData(ActivationKind.SiLU, -0.2384058440442351, 0.3112296656009273, 6.993622641639195)]
    [InlineData(ActivationKind.Mish, -0.2525014826957089, 0.3752452113048951, 6.999988379809741)]
    [InlineData(ActivationKind.Hardswish, -0.3333333333333333, 0.2916666666666667, 7.0)]
    [InlineData(ActivationKind.Softplus, 0.1269280110429725, 0.9740769841801067, 7.000911466453775)]
    [InlineData(ActivationKind.Softsign, -0.6666666666666666, 0.3333333333333333, 0.875)]
    [InlineData(ActivationKind.Sigmoid, 0.11920292202211755, 0.6224593312018546, 0.9990889488055994)]
    [InlineData(ActivationKind.Hardsigmoid, 0.16666666666666666, 0.5833333333333333, 1.0)]
    [InlineData(ActivationKind.LogSigmoid, -2.1269280110429727, -0.4740769841801067, -0.0009114664537742447)]
    [InlineData(ActivationKind.Tanh, -0.9640275800758169, 0.46211715726000974, 0.9999983369439447)]
    [InlineData(ActivationKind.Hardtanh, -1.0, 0.5, 1.0)]
    [InlineData(ActivationKind.Exponential, 0.1353352832366127, 1.6487212707001282, 1096.6331584284585)]
    [InlineData(ActivationKind.Softmax, double.NaN, double.NaN, double.NaN)]
    [InlineData(ActivationKind.Other, double.NaN, double.NaN, double.NaN)]
    public void ValuesAreThoseOfTheLibrary(ActivationKind kind, double atMinusTwo, double atAHalf, double atSeven)
    {
        Assert.Equal(atMinusTwo, ActivationFunctions.Evaluate(kind, -2), 1e-14);
        Assert.Equal(atAHalf, ActivationFunctions.Evaluate(kind, 0.5), 1e-14);
        Assert.Equal(atSeven, ActivationFunctions.Evaluate(kind, 7), 1e-11);
        Assert.Equal(!double.IsNaN(atSeven), !double.IsNaN(ActivationFunctions.Derivative(kind, 0.5)));
    }

    [Theory]
    [InlineData(ActivationKind.LeakyReLU, -1.0)]
    [InlineData(ActivationKind.PReLU, -1.0)]
    [InlineData(ActivationKind.RReLU, -1.0)]
    [InlineData(ActivationKind.ELU, -0.43233235838169365)]
    [InlineData(ActivationKind.CELU, -0.49084218055563293)]
    public void ASlopeOfOnesOwnIsTaken(ActivationKind kind, double expected) => Assert.Equal(expected, ActivationFunctions.Evaluate(kind, -2, 0.5), 1e-14);

    /// <summary>Next to zero a difference of two numbers near one would lose all digits.</summary>
    [Theory]
    [InlineData(ActivationKind.ELU, -1e-6, -9.999995000001667e-07)]
    [InlineData(ActivationKind.ELU, -8e-6, -7.999968000085332e-06)]
    [InlineData(ActivationKind.Softplus, -13, 2.2603268524403896e-06)]
    [InlineData(ActivationKind.LogSigmoid, 13, -2.2603268524403896e-06)]
    public void DigitsAreKeptNearZero(ActivationKind kind, double x, double expected) => Assert.Equal(expected, ActivationFunctions.Evaluate(kind, x), 1e-16);

    [Theory]
    [InlineData(-8, 6.220960574271785e-16, 1e-26)]
    [InlineData(-7, 1.279812543885835e-12, 1e-22)]
    [InlineData(-6.5, 4.016000583859125e-11, 1e-20)]
    [InlineData(-6, 9.865876450377012e-10, 1e-15)]
    [InlineData(-1.5, 0.06680720126885809, 1e-15)]
    [InlineData(0, 0.5, 0)]
    [InlineData(1.5, 0.9331927987311419, 1e-15)]
    [InlineData(6, 0.9999999990134123, 1e-15)]
    [InlineData(7, 0.9999999999987201, 1e-15)]
    public void TheNormalDistributionIsThatOfTheLibrary(double x, double expected, double tolerance) => Assert.Equal(expected, NormalDistribution.Cumulative(x), tolerance);

    [Fact]
    public void MomentsOfTheNormalDistributionAreItsOwn()
    {
        Assert.Equal([0.3989422804014327, 0.24197072451914337, 0.05399096651318806], new[] { 0.0, 1, -2 }.Select(NormalDistribution.Density));
        Assert.Equal(1, NormalDistribution.Expectation(_ => 1), 1e-12);
        Assert.Equal(0, NormalDistribution.Expectation(z => z), 1e-12);
        Assert.Equal(3, NormalDistribution.Expectation(z => z * z * z * z), 1e-9);
        Assert.Equal(Math.Exp(0.5), NormalDistribution.Expectation(Math.Exp), 1e-9);
    }

    /// <summary>Moments at a scale: of a rectifier half of all is left; what works on several numbers at once passes them on.</summary>
    [Theory]
    [InlineData(ActivationKind.Identity, 4, 4, 1)]
    [InlineData(ActivationKind.ReLU, 2, 2 - (2 / Math.PI), 0.5)]
    [InlineData(ActivationKind.LeakyReLU, 2.5, 2.5 - (0.5 / Math.PI), 0.625)]
    [InlineData(ActivationKind.Softmax, 4, 4, 1)]
    public void MomentsAtAScale(ActivationKind kind, double second, double variance, double slope)
    {
        Assert.Equal(second, ActivationProperties.SecondMomentAt(kind, 2, 0.5), 1e-3);
        Assert.Equal(variance, ActivationProperties.VarianceAt(kind, 2, 0.5), 1e-3);
        Assert.Equal(slope, ActivationProperties.DerivativeSecondMomentAt(kind, 2, 0.5), 2e-3);
    }

    /// <summary>Bounds, where the slope falls below a hundredth, the largest slope, and whether it is smooth and rises: sigmoid's slope is 0.01 at ln(98 ± …) = 4.58, that of tanh at artanh √0.99 = 2.99.</summary>
    [Theory]
    [InlineData(ActivationKind.Sigmoid, 0, 1, -4.58, 4.58, 0.25, true, true)]
    [InlineData(ActivationKind.Tanh, -1, 1, -2.99, 2.99, 1, true, true)]
    [InlineData(ActivationKind.Softsign, -1, 1, -9, 9, 1, true, true)]
    [InlineData(ActivationKind.Hardtanh, -1, 1, -1, 1, 1, false, true)]
    [InlineData(ActivationKind.ReLU6, 0, 6, 0, 6, 1, false, true)]
    [InlineData(ActivationKind.Hardsigmoid, 0, 1, -3, 3, 1.0 / 6, false, true)]
    [InlineData(ActivationKind.ReLU, 0, double.PositiveInfinity, 0, double.PositiveInfinity, 1, false, true)]
    [InlineData(ActivationKind.LeakyReLU, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, 1, false, true)]
    [InlineData(ActivationKind.ELU, -1, double.PositiveInfinity, -4.61, double.PositiveInfinity, 1, true, true)]
    [InlineData(ActivationKind.Identity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, 1, true, true)]
    [InlineData(ActivationKind.Softplus, 0, double.PositiveInfinity, -4.6, double.PositiveInfinity, 1, true, true)]
    [InlineData(ActivationKind.LogSigmoid, double.NegativeInfinity, 0, double.NegativeInfinity, 4.6, 1, true, true)]
    [InlineData(ActivationKind.SiLU, -0.2785, double.PositiveInfinity, -6.26, double.PositiveInfinity, 1.1, true, false)]
    [InlineData(ActivationKind.Hardswish, -0.375, double.PositiveInfinity, -3, double.PositiveInfinity, 1.5, false, false)]
    public void PropertiesAreThoseOfTheFunction(ActivationKind kind, double lower, double upper, double below, double above, double largest, bool isSmooth, bool isMonotonic)
    {
        var properties = ActivationProperties.Of(kind);

        Assert.Equal((kind, lower, upper), (properties.Kind, properties.LowerBound, properties.UpperBound));
        Assert.Equal((below, above), (properties.VanishesBelow, properties.VanishesAbove));
        Assert.Equal(largest, properties.LargestDerivative, 2e-3);
        Assert.Equal((isSmooth, isMonotonic), (properties.IsSmooth, properties.IsMonotonic));
        Assert.Equal(double.IsFinite(lower) && double.IsFinite(upper), properties.IsBounded);
        Assert.Equal(double.IsFinite(below) && double.IsFinite(above), properties.Saturates);
    }

    [Fact]
    public void MomentsBelongToTheFunction()
    {
        var identity = ActivationProperties.Of(ActivationKind.Identity);
        var relu = ActivationProperties.Of(ActivationKind.ReLU);
        var leaky = ActivationProperties.Of(ActivationKind.LeakyReLU, 0.5);

        Assert.Equal((0, 1, 1, 1, 1), (Math.Round(identity.Mean, 9), Math.Round(identity.SecondMoment, 9), Math.Round(identity.Gain, 9), Math.Round(identity.MeanDerivative, 9), Math.Round(identity.DerivativeSecondMoment, 9)));
        Assert.Equal((0.5, 0.5), (Math.Round(relu.SecondMoment, 4), Math.Round(relu.DerivativeSecondMoment, 2)));
        Assert.Equal((0.625, 0.75), (Math.Round(leaky.SecondMoment, 4), Math.Round(leaky.MeanDerivative, 2)));
        Assert.Equal(0.625, leaky.DerivativeSecondMoment, 2e-3);
    }
}
