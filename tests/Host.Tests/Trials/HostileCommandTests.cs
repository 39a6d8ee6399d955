using System.Diagnostics;

namespace TrainingDoctor.Tests.Trials;

/// <summary>Commands that fail, hang, print nothing or too much, or will not end: one clear line each, and nothing is left running.</summary>
[Collection(Lanes.Commands)]
[Trait("Speed", "Slow")]
public sealed class HostileCommandTests : IDisposable
{
    private const string Losses = "for i in $(seq 1 60); do echo \"step $i loss $(awk -v i=$i 'BEGIN { print 2.5 + (i % 3) / 100 }')\"; done";
    private readonly CureProcess _cure = new();

    [ScriptTheory]
    [InlineData("no-such-program", "was not found")]
    [InlineData("./no-such-program", "was not found")]
    [InlineData("./plain.txt", "may not be run")]
    public async Task WhatCannotBeRunIsSaidBeforeAnythingIsWritten(string program, string told)
    {
        _cure.Write("plain.txt", "text");

        var (code, _, error) = await _cure.RunAsync("--", program);

        Assert.Equal(2, code);
        Assert.Contains(told, Line(error), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_cure.Trials));
    }

    [ScriptTheory]
    [InlineData("echo 'no data here' >&2; exit 3", "exit code 3 before anything was measured: no data here")]
    [InlineData("true", "printed nothing and recorded nothing")]
    [InlineData("echo hello", "nothing that the command printed is the log of a training")]
    [InlineData("kill -9 $$", "exit code 137")]
    public async Task OneLineSaysWhyNothingWasMeasured(string script, string told)
    {
        var (code, output, error) = await _cure.RunAsync("--", "sh", "-c", script);

        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains(told, Line(error), StringComparison.Ordinal);
        Assert.Contains(_cure.Trials, Line(error), StringComparison.Ordinal);
    }

    [ScriptFact]
    public async Task ALogThatNeverAppearsIsNamed()
    {
        await File.WriteAllTextAsync(Path.Combine(_cure.Folder, "old.csv"), "step,loss\n1,2\n2,1\n");
        File.SetLastWriteTimeUtc(Path.Combine(_cure.Folder, "old.csv"), DateTime.UtcNow.AddHours(-1));

        var (code, _, error) = await _cure.RunAsync("--logs", "*.csv", "--", "sh", "-c", "echo trained");

        Assert.Equal(2, code);
        Assert.Contains("no log with a training appeared at *.csv", Line(error), StringComparison.Ordinal);
    }

    [ScriptFact]
    public async Task WhatHangsIsEnded()
    {
        var (code, _, error) = await _cure.RunAsync("--patience", "1s", "--", "sh", "-c", "sleep 3600");

        Assert.Equal(2, code);
        Assert.Contains("no output and no measurement for 1 s", Line(error), StringComparison.Ordinal);
        Assert.Empty(await _cure.StillThereAsync());
    }

    [ScriptFact]
    public async Task WhatIgnoresTerminationAndForksIsEndedWithAllItsChildren()
    {
        // One child in its group, one that has left its session, all deaf.
        var (code, _, error) = await _cure.RunAsync("--patience", "1s", "--", "sh", "-c", "trap '' TERM; sleep 3600 & setsid sleep 3601 & sleep 3602; sleep 3603");

        Assert.Equal(2, code);
        Assert.Contains("was stopped", Line(error), StringComparison.Ordinal);
        Assert.Empty(await _cure.StillThereAsync());
    }

    [ScriptFact]
    public async Task AChildThatOutlivesTheCommandHoldsNothingUp()
    {
        long begun = Stopwatch.GetTimestamp();

        var (code, _, error) = await _cure.RunAsync("--", "sh", "-c", $"sleep 3600 & {Losses}");

        Assert.True(code == 0, error);
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMinutes(3));
        Assert.Empty(await _cure.StillThereAsync());
    }

    [ScriptFact]
    public async Task HugeOutputIsBounded()
    {
        var (code, _, error) = await _cure.RunAsync("--", "sh", "-c", "head -c 200000000 /dev/zero | tr '\\0' 'x'; echo; exit 1");

        Assert.Equal(2, code);
        Assert.True(Line(error).Length < 10_000);
        Assert.True(new FileInfo(Path.Combine(_cure.Trials, "t00", "stdout.log")).Length <= 64L << 20);
    }

    [ScriptFact]
    public async Task ACommandThatReadsItsInputMeetsItsEnd()
    {
        var (code, _, error) = await _cure.RunAsync("--", "sh", "-c", "read answer; exit 4");

        Assert.Equal(2, code);
        Assert.Contains("exit code 4", Line(error), StringComparison.Ordinal);
    }

    [ScriptFact]
    public async Task NothingIsReachableFromOutsideAndThatIsSaid()
    {
        var (code, output, error) = await _cure.RunAsync("--", "sh", "-c", Losses);

        Assert.True(code == 0, error);
        Assert.Single(_cure.Runs);
        Assert.Contains("No remedy was better", output, StringComparison.Ordinal);
        Assert.Contains("Out of reach from outside", output, StringComparison.Ordinal);
    }

    [ScriptTheory]
    [InlineData("expected a command behind --", "--")]
    [InlineData("stands before --", "dead-relu", "--", "true")]
    [InlineData("--budget: 'much'", "--budget", "much", "--", "true")]
    [InlineData("--jobs: 0", "--jobs", "0", "--", "true")]
    [InlineData("--patience: '5'", "--patience", "5", "--", "true")]
    [InlineData("'speed' is not a known setting", "--knob", "speed=--fast {value}", "--", "true")]
    [InlineData("with one {value}", "--knob", "learning-rate=--lr", "--", "true")]
    [InlineData("there is no file", "--knob", "learning-rate=yaml:none.yaml:lr", "--", "true")]
    [InlineData("'learning-rate' is given twice", "--knob", "learning-rate=--lr {value}", "--knob", "learning-rate=--rate {value}", "--", "true")]
    [InlineData("--budget: expected a command behind --", "--budget", "3")]
    public async Task WrongUsageIsSaidInOneLine(string told, params string[] arguments)
    {
        var (code, output, error) = await _cure.RunAsync(arguments);

        Assert.Equal((2, string.Empty), (code, output));
        Assert.Contains(told, Line(error), StringComparison.Ordinal);
    }

    public void Dispose() => _cure.Dispose();

    /// <summary>Returns the one line that the program says of itself.</summary>
    private static string Line(string error) => Assert.Single(error.Split('\n'), line => line.StartsWith("traindoctor: ", StringComparison.Ordinal));
}
