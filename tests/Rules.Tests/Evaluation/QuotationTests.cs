namespace TrainingDoctor.Tests.Evaluation;

/// <summary>How numbers and spans are put into words, at each limit between two ways of putting them.</summary>
public sealed class QuotationTests
{
    [Theory]
    [InlineData(534321, "530,000 times", "530,000-fold")]
    [InlineData(10, "10 times", "10-fold")]
    [InlineData(9.99, "999 % of", "999 %")]
    [InlineData(0.01, "1 % of", "1 %")]
    [InlineData(0.0099, "0.99 % of", "0.99 %")]
    [InlineData(0.0001, "0.01 % of", "0.01 %")]
    [InlineData(0.000099, "9.9e-5 of", "less than 0.01 %")]
    [InlineData(0, "0 % of", "0 %")]
    public void ARatioIsAShareOrAMultiple(double ratio, string relative, string change)
    {
        Assert.Equal(relative, Quotation.RelativeTo(ratio).ToString());
        Assert.Equal(change, Quotation.Change(ratio).ToString());
    }

    [Fact]
    public void NothingIsAnyMultipleOfNothing() => Assert.Equal("beyond any multiple of", Quotation.RelativeTo(double.PositiveInfinity).ToString());

    [Theory]
    [InlineData(1234, "1,200")]
    [InlineData(10, "10")]
    [InlineData(9.96, "10")]
    [InlineData(2.54, "2.5")]
    public void AMultipleHasTwoDigits(double ratio, string expected) => Assert.Equal(expected, Quotation.Multiple(ratio).ToString());

    [Theory]
    [InlineData(0, "0 values")]
    [InlineData(1, "1 value")]
    [InlineData(2, "2 values")]
    [InlineData(66820, "66,820 values")]
    public void ValuesAreCounted(double count, string expected) => Assert.Equal(expected, Quotation.Values(count).ToString());

    [Theory]
    [InlineData(null, "2.574")]
    [InlineData(1L, "2.574")]
    [InlineData(2L, "2.574 (mean of 2)")]
    [InlineData(1500L, "2.574 (mean of 1,500)")]
    public void AMeanIsToldAsOne(long? count, string expected) => Assert.Equal(expected, Quotation.Of(new Evidence("loss", null, 1, 2.57412, null, ">") { MeanOf = count }).ToString());

    /// <summary>A span goes as far as its metric was measured: where that ended before the run, nobody may read a recovery into it.</summary>
    [Theory]
    [InlineData(6L, 6L, null, "At step 6")]
    [InlineData(6L, 9L, null, "From step 6 until the last measurement, step 9,")]
    [InlineData(6L, 8L, null, "From step 6 to step 8")]
    [InlineData(6L, 9L, 10L, "From step 6 to step 9")]
    [InlineData(6L, 19L, null, "From step 6 to step 19")]
    public void ASpanEndsWhereItWasSeen(long first, long last, long? recovered, string expected)
    {
        var facts = Measured.Facts(Measured.Steady(Metric.Loss, 1, 20).And(Measured.Steady(Metric.GradientNorm, "a", 1, 10)).And(Measured.Steady(Metric.GradientNorm, "b", 1, 5)));

        Assert.Equal(expected, Quotation.Span(new Symptom { Severity = Severity.Warning, FirstStep = first, LastStep = last, RecoveredAt = recovered, Evidence = [] }, facts, Metric.GradientNorm).ToString());
    }

    /// <summary>Of layers of which some recovered it is not said that it held to the end.</summary>
    [Theory]
    [InlineData(null, null, "From step 6 until the last measurement, step 9,")]
    [InlineData(8L, null, "From step 6 to step 9, though not everywhere to the end,")]
    [InlineData(8L, 9L, "From step 6 until the last measurement, step 9,")]
    public void LayersMayHaveRecovered(long? one, long? other, string expected)
    {
        var facts = Measured.Facts(Measured.Steady(Metric.Loss, 1, 20).And(Measured.Steady(Metric.GradientNorm, "a", 1, 10)));
        Symptom Part(long? recovered) => new() { Severity = Severity.Warning, FirstStep = 6, LastStep = 9, RecoveredAt = recovered, Evidence = [] };

        Assert.Equal(expected, Quotation.Span(new Symptom { Severity = Severity.Warning, FirstStep = 6, LastStep = 9, Evidence = [], Parts = [Part(one), Part(other)] }, facts, Metric.GradientNorm).ToString());
    }

    /// <summary>What was never measured ends where it was seen.</summary>
    [Fact]
    public void WhatWasNeverMeasuredIsOpenAtItsEnd()
    {
        var facts = Measured.Facts(Measured.Steady(Metric.Loss, 1, 20));

        Assert.True(Quotation.IsOpenEnded(9, null, facts, Metric.GradientNorm));
        Assert.False(Quotation.IsOpenEnded(19, null, facts, Metric.GradientNorm));
        Assert.False(Quotation.IsOpenEnded(null, null, facts, Metric.GradientNorm));
    }
}
