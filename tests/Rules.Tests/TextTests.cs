namespace TrainingDoctor.Tests;

/// <summary>Sentences for people: numbers as they are spoken, words that go with them, and other languages.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData(8.09e11, "8.09e11")]
    [InlineData(-1.5e-6, "-1.5e-6")]
    [InlineData(1e100, "1e100")]
    [InlineData(0.5, "0.5")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void PowersOfTenStandAsOnTheAxesOfCharts(double value, string expected)
    {
        Text text = $"{value:G3}";

        Assert.Equal(expected, text.ToString());
    }

    [Fact]
    public void OnlyNumbersHavePowersOfTen()
    {
        Text text = $"at {"2E+05"}, of {(float)2e10:G3}, {null}, {12345:N0}, {DayOfWeek.Friday}";

        Assert.Equal("at 2E+05, of 2e10, , 12,345, Friday", text.ToString());
    }

    [Theory]
    [InlineData(1, "1 layer is dead")]
    [InlineData(2, "2 layers are dead")]
    [InlineData(0, "0 layers are dead")]
    public void WordsGoWithTheNumberBeforeThem(int count, string expected)
    {
        Text text = $"{count} layer(s) (is|are) dead";

        Assert.Equal(expected, text.ToString());
    }

    [Fact]
    public void TheNumberAsItIsShownCounts()
    {
        Text rounded = $"{1.2:F0} step(s) and {1L} place(s), {1.2:F1} step(s)";
        Text named = $"{1} of {"three"} layer(s) and (s)";
        Text last = $"{1} of {3} layer(s)";
        Text forms = $"{1} (mouse|mice), {2} (mouse|mice)";

        Assert.Equal("1 step and 1 place, 1.2 steps", rounded.ToString());
        Assert.Equal("1 of three layer and (s)", named.ToString());
        Assert.Equal("1 of 3 layers", last.ToString());
        Assert.Equal("1 mouse, 2 mice", forms.ToString());
    }

    [Fact]
    public void WithoutANumberWordsStandForMany()
    {
        Text text = $"all layer(s) (is|are) dead, a|b";

        Assert.Equal("all layers are dead, a|b", text.ToString());
    }

    [Fact]
    public void TemplatesAreTranslatedWithTheTextsInThem()
    {
        Text inner = $"layer {3}";
        Text text = $"{inner} of {2} layer(s)";
        string? German(string template) => template switch { "{0} of {1} layer(s)" => "{0} von {1} (lage|lagen)", "layer {0}" => "Schicht {0}", _ => null };

        Assert.Equal(("{0} of {1} layer(s)", "Schicht 3 von 2 lagen"), (text.Template, text.ToString(German)));
        Assert.Equal("layer 3 of 2 layers", text.ToString(_ => null));
        Assert.Equal([inner, 2], text.Arguments);
        Assert.Throws<ArgumentNullException>(() => text.ToString(null!));
    }

    [Fact]
    public void BracesAreKept()
    {
        Text text = $"{{x}} is {1}";

        Assert.Equal(("{x} is 1", "{{x}} is {0}"), (text.ToString(), text.Template));
        Assert.Equal(("{0} and }", "{{0}} and }}"), (Text.FromString("{0} and }").ToString(), Text.FromString("{0} and }").Template));
        Assert.Throws<ArgumentNullException>(() => Text.FromString(null!));
    }

    [Fact]
    public void TextsAreEqualWhereTheySayTheSame()
    {
        Text number = $"step {3}";
        Text other = $"step {4}";
        var words = Text.FromString("step 3");

        Assert.True(number.Equals(words) && number.Equals((object)words) && number.GetHashCode() == words.GetHashCode());
        Assert.False(number.Equals(other) || number.Equals(null) || number.Equals((object)"step 3"));
    }
}
