namespace TrainingDoctor.Tests;

/// <summary>How near a name is, letter by letter and word by word.</summary>
public sealed class NearestNameLimitsTests
{
    [Theory]
    [InlineData("a letter too many counts as one too few", "abcd", "abcde xyabcd", "abcde")]
    [InlineData("an exchanged letter is one change", "xkcd", "xkca zzzz", "xkca")]
    [InlineData("letters before count like letters behind", "qw", "zqw qwzz", "zqw")]
    [InlineData("of equally near ones the first", "ab", "ax ay", "ax")]
    [InlineData("the case does not matter", "AB", "abc AB", "AB")]
    [InlineData("a long name is not nearer than a short one", "pq", "pqrstu xx", "xx")]
    [InlineData("nothing written", "", "abc de", "de")]
    [InlineData("a letter too few counts as one that is exchanged", "qw", "qwz qx", "qwz")]
    [InlineData("a letter too many counts as one that is exchanged", "qwz", "qw qwx", "qw")]
    public void LettersAreCounted(string name, string written, string known, string expected)
    {
        _ = name;
        Assert.Equal(expected, NearestName.Of(written, known.Split(' ')));
    }

    /// <summary>Words of three letters on are looked for; those of two are no words.</summary>
    [Theory]
    [InlineData("abc", "xxabcxx abd", "xxabcxx")]
    [InlineData("ab", "xxabxx ax", "ax")]
    [InlineData("low-abc", "abc low-xx-abc", "low-xx-abc")]
    [InlineData("low_abc!", "low abc", "low")]
    [InlineData("a1b", "za1bz a2b", "za1bz")]
    public void WordsDecideBeforeLetters(string written, string known, string expected) => Assert.Equal(expected, NearestName.Of(written, known.Split(' ')));

    [Theory]
    [InlineData("abc", "abc", "'abc'")]
    [InlineData("abc", "abc1 abc2", "'abc1' or 'abc2'")]
    [InlineData("abc", "abc1 ABC1 abc2 abc3", "'abc1', 'abc2' or 'abc3'")]
    [InlineData("abc", "abc1 abc2 abc3 abc4 abc5", "'abc1', 'abc2', 'abc3' or 'abc4'")]
    [InlineData("zz", "zza zzb", "'zza'")]
    public void FourAreSuggestedAtMost(string written, string known, string expected) => Assert.Equal(expected, NearestName.Suggest(written, known.Split(' ')));

    [Fact]
    public void AMistakeIsToldWithItsArgument()
    {
        Assert.StartsWith("There must be at least one known name.", Assert.Throws<ArgumentException>(() => NearestName.Suggest("x", [])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => NearestName.Of(null!, ["x"]));
    }
}
