using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Tests.Live;

/// <summary>Where the options of a host come from: the command line before the environment before the file.</summary>
[Collection(Lanes.Alone)]
public sealed class LiveOptionsTests : IDisposable
{
    private readonly string _before = Environment.CurrentDirectory;
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    public LiveOptionsTests() => Environment.CurrentDirectory = _folder;

    [Fact]
    public void TheNearestSourceWins()
    {
        File.WriteAllText("appsettings.json", """{ "Logging": {}, "traindoctor": { "address": "http://127.0.0.1:1", "record": "a", "maxRuns": 7, "token": "of the file, long enough" } }""");
        Environment.SetEnvironmentVariable("TRAINDOCTOR_TOKEN", "of the environment");

        var (options, _) = LiveOptions.Load("http://127.0.0.1:2", record: null);

        Assert.Equal(("http://127.0.0.1:2", "a", 7, "of the environment"), (options.Address, options.Record, options.MaxRuns, options.Token));
    }

    /// <summary>A header's value has no blanks at its ends: a token with some would never fit.</summary>
    [Fact]
    public void BlanksAroundATokenAreNoneOfIt()
    {
        Environment.SetEnvironmentVariable("TRAINDOCTOR_TOKEN", " correct-horse-battery-1 ");

        Assert.Equal("correct-horse-battery-1", LiveOptions.Load(null, null).Options.Token);
    }

    [Fact]
    public void ATokenOfBlanksIsTooShort()
    {
        Environment.SetEnvironmentVariable("TRAINDOCTOR_TOKEN", new string(' ', 17));

        Assert.Contains("16 characters", Assert.Throws<UsageException>(() => LiveOptions.Load(null, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATokenForLookingAloneIsNone()
    {
        Environment.SetEnvironmentVariable("TRAINDOCTOR_READTOKEN", "only-for-looking-at");

        Assert.Contains("name the token of those who push", Assert.Throws<UsageException>(() => LiveOptions.Load(null, null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyTokenIsNone()
    {
        Environment.SetEnvironmentVariable("TRAINDOCTOR_TOKEN", string.Empty);

        Assert.Null(LiveOptions.Load(null, null).Options.Token);
    }

    [Fact]
    public void NothingHasToBeSaid()
    {
        var (options, _) = LiveOptions.Load(null, null);

        Assert.Equal((LiveAddress.Default, null, null), (options.Address, options.Record, options.Token));
    }

    [Theory]
    [InlineData("""{ "traindoctor": { "maxRunz": 7 } }""", "traindoctor:maxRunz", "MaxRuns")]
    [InlineData("""{ "traindoctor": { "maxRuns": "many" } }""", "many", "MaxRuns")]
    [InlineData("""{ "traindoctor": { "maxRuns": 0 } }""", "MaxRuns", "between 1")]
    [InlineData("""{ "traindoctor": { "maxRuns": 70000 } }""", "maxRuns in appsettings.json, or TRAINDOCTOR_MAXRUNS: '70000'", "between 1")]
    [InlineData("""{ "traindoctor": { "token": "short" } }""", "Token", "16")]
    [InlineData("""{ "traindoctor": """, "appsettings.json", "")]
    public void WhatIsWrongIsNamed(string json, string named, string expected)
    {
        File.WriteAllText("appsettings.json", json);

        var thrown = Assert.Throws<UsageException>(() => LiveOptions.Load(null, null));

        Assert.Contains(named, thrown.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(expected, thrown.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("short", thrown.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TRAINDOCTOR_TOKEN", null);
        Environment.SetEnvironmentVariable("TRAINDOCTOR_READTOKEN", null);
        Environment.CurrentDirectory = _before;
        Directory.Delete(_folder, recursive: true);
    }
}
