namespace TrainingDoctor.Tests;

/// <summary>Names of values as they stand in files and on command lines.</summary>
public sealed class KebabCaseTests
{
    [Theory]
    [InlineData("LearningRateTooHigh", '-', "learning-rate-too-high")]
    [InlineData("LearningRateTooHigh", '_', "learning_rate_too_high")]
    [InlineData("IsNaN", '-', "is-nan")]
    [InlineData("NaNCount", '-', "nan-count")]
    [InlineData("lower", '-', "lower")]
    [InlineData("A", '-', "a")]
    [InlineData("", '-', "")]
    public void EveryCapitalBeginsAWord(string name, char separator, string expected) => Assert.Equal(expected, KebabCase.Of(name, separator));

    [Fact]
    public void ValuesAreReadAsTheyAreWritten()
    {
        Assert.Equal("missing-zero-grad", KebabCase.Of(Cause.MissingZeroGrad));
        Assert.Equal((true, Cause.MissingZeroGrad), (KebabCase.TryParse("Missing-Zero-GRAD", out Cause cause), cause));
        Assert.Equal((false, default), (KebabCase.TryParse("missingzerograd", out Cause none), none));
        Assert.All(Enum.GetValues<Cause>(), value => Assert.True(KebabCase.TryParse(KebabCase.Of(value), out Cause read) && read == value));
    }

    [Fact]
    public void ThereMustBeAName() => Assert.Throws<ArgumentNullException>(() => KebabCase.Of(null!, '-'));
}
