using System.Diagnostics;
using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Trials;

/// <summary><c>traindoctor cure -- COMMAND</c> on small trainings that are programs of their own.</summary>
[Collection(Lanes.Commands)]
[Trait("Speed", "Slow")]
public sealed class ForeignCureTests : IDisposable
{
    private readonly CureProcess _cure = new();

    [ScriptFact]
    public async Task AFlagOfTheCommandCuresIt()
    {
        var (code, output, error) = await _cure.RunAsync("--yes", "--logs", "metrics.csv", "--", "python3", _cure.Put("flags.py"), "--lr", "0.5");

        Assert.True(code == 0, error);
        var document = _cure.Document;
        Assert.Equal(("True", "confirmed", "validation_loss"), ((string?)document["cured"], (string?)document["confirmation"], (string?)document["metric"]));
        Assert.True((double)document["after"]! < 0.1, document.ToString());
        Assert.True((double)document["trainings"]! <= 4, document.ToString());
        Assert.Contains("Command: python3 flags.py --lr 0.05", output, StringComparison.Ordinal);
        Assert.Equal("ill", (string?)_cure.Runs[0]["verdict"]);
        Assert.Contains(_cure.Runs, run => (string?)run["settings"]!["seed"] == "2");

        // The reports hold the trial beside its remedy.
        var report = JObject.Parse(await File.ReadAllTextAsync(Path.Combine(_cure.Trials, "report.json")));
        Assert.Contains(report.SelectTokens("findings[*].remedies[*].trial"), trial => trial is JObject && (bool)trial["cured"]!);
        Assert.True(File.Exists(Path.Combine(_cure.Trials, "report.html")));
        Assert.Empty(await _cure.StillThereAsync());
    }

    [ScriptFact]
    public async Task WhatTheCommandWritesInItsFolderStaysThatOfTheTrainingAsItIs()
    {
        _ = await _cure.RunAsync("--no-confirm", "--logs", "metrics.csv", "--", "python3", _cure.Put("flags.py"), "--lr", "0.5");

        Assert.EndsWith(",0.5", (await File.ReadAllLinesAsync(Path.Combine(_cure.Folder, "metrics.csv")))[^1], StringComparison.Ordinal);
        Assert.EndsWith(",0.05", (await File.ReadAllLinesAsync(Path.Combine(_cure.Trials, "t01", "work", "metrics.csv")))[^1], StringComparison.Ordinal);
        Assert.Equal(["flags.py", "metrics.csv", "out"], Directory.EnumerateFileSystemEntries(_cure.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [ScriptFact]
    public async Task TheNameOfTheTrialKeepsLogsApart()
    {
        var (code, _, error) = await _cure.RunAsync("--no-confirm", "--logs", "{trial}.csv", "--", "python3", _cure.Put("flags.py"), "--lr", "0.5", "--out", "{trial}.csv");

        Assert.True(code == 0, error);
        Assert.True((bool)_cure.Document["cured"]!);
        Assert.True(File.Exists(Path.Combine(_cure.Folder, "t00.csv")) && File.Exists(Path.Combine(_cure.Folder, "t01.csv")));
    }

    [ScriptFact]
    public async Task WhatIsHealthyIsLeftAlone()
    {
        var (code, output, error) = await _cure.RunAsync("--logs", "metrics.csv", "--", "python3", _cure.Put("flags.py"));

        Assert.True(code == 0, error);
        Assert.Contains("There is nothing to cure", output, StringComparison.Ordinal);
        Assert.Single(_cure.Runs);
    }

    [ScriptFact]
    public async Task AMonitorAppliesWhatItCanAndNothingIsTrainedTwice()
    {
        var (code, output, error) = await _cure.RunAsync("--", "python3", _cure.Put("recorded.py"), "--lr", "0.5", "--pause", "0.1");

        Assert.True(code == 0, error);
        var winner = Assert.Single(_cure.Runs, run => (string?)run["name"] == (string?)_cure.Document["winner"]);
        Assert.Equal(("python", "learning rate 0.5 -> 0.05"), ((string?)winner["monitor"], (string?)winner["applied"]![0]));
        Assert.Contains("Through the monitor: learning rate 0.5 -> 0.05", output, StringComparison.Ordinal);

        // What won its short trial stood still meanwhile, and went on from there.
        Assert.Single(_cure.Runs, run => (string?)run["title"] == (string?)winner["title"]);
        Assert.Equal(1, (double)winner["share"]!, 2);
        Assert.Equal("confirmed", (string?)_cure.Document["confirmation"]);
        Assert.Equal(2, (int)_cure.Runs[^1]["seed"]!);
        Assert.Empty(await _cure.StillThereAsync());
    }

    [ScriptFact]
    public async Task WithoutPausesTheBetterOnesRunAgain()
    {
        var (code, _, error) = await _cure.RunAsync("--no-pause", "--no-confirm", "--", "python3", _cure.Put("recorded.py"), "--lr", "0.5", "--pause", "0.05");

        Assert.True(code == 0, error);
        Assert.True((bool)_cure.Document["cured"]!);
        Assert.Equal(2, _cure.Runs.Count(run => (string?)run["title"] == (string?)_cure.Document["change"]));
    }

    [ScriptFact]
    public async Task WhatTheMonitorCannotChangeAKnobDoes()
    {
        // The stand-in says that it cannot clip; the knob is there, though the program does not know it.
        var (code, _, error) = await _cure.RunAsync("--no-confirm", "--knob", "gradient-clip=--clip {value}", "--", "python3", _cure.Put("recorded.py"), "--lr", "0.5");

        Assert.True(code == 0, error);
        Assert.Contains(_cure.Runs, run => ((string?)run["stopped"])?.StartsWith("begun again with knobs", StringComparison.Ordinal) == true);
        Assert.Contains(_cure.Runs, run => run["command"]!.Select(word => (string?)word).Contains("--clip"));
    }

    [ScriptTheory]
    [InlineData("config.yaml", "optimizer:\n  name: sgd   # as always\n  lr: 0.5       # much\nepochs: 3\n", "yaml:config.yaml:optimizer.lr", "+  lr: 0.05       # much")]
    [InlineData("config.json", "{\n  \"optimizer\": { \"name\": \"sgd\", \"lr\": 0.5 },\n  \"epochs\": 3\n}\n", "json:config.json:optimizer.lr", "+  \"optimizer\": { \"name\": \"sgd\", \"lr\": 0.05 },")]
    public async Task AConfigurationIsChangedInACopyAndToldAsAPatch(string file, string text, string knob, string line)
    {
        _cure.Write(file, text);

        var (code, output, error) = await _cure.RunAsync("--no-confirm", "--knob", $"learning-rate={knob}", "--", "python3", _cure.Put("configured.py"), "--config", file);

        Assert.True(code == 0, error);
        Assert.True((bool)_cure.Document["cured"]!, output + error);
        Assert.Contains(line, output, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(_cure.Folder, file)));
    }

    [ScriptFact]
    public async Task WhatABeginningLooksLikeByChanceEndsNoTrial()
    {
        // After seven steps of a single sample each, the cured training has only risen, like the one as it is.
        _cure.Write("config.yaml", "lr: 0.5\n");

        var (code, output, error) = await _cure.RunAsync("--no-confirm", "--knob", "learning-rate=yaml:config.yaml:lr", "--", "python3", _cure.Put("configured.py"), "--config", "config.yaml", "--stall");

        Assert.True(code == 0, error);
        Assert.True((bool)_cure.Document["cured"]!, output);
    }

    [ScriptFact]
    public async Task AVariableOfTheEnvironmentIsAKnob()
    {
        _cure.Write("config.yaml", "lr: 0.5\n");

        var (code, output, error) = await _cure.RunAsync("--no-confirm", "--no-guess", "--knob", "learning-rate:0.5=env:RATE={value}", "--", "python3", _cure.Put("configured.py"), "--config", "config.yaml");

        Assert.True(code == 0, error);
        Assert.Contains("Environment: RATE=0.05", output, StringComparison.Ordinal);
    }

    [ScriptFact]
    public async Task GuessesFromHelpAreShownAndNotUsedUnasked()
    {
        var (code, _, error) = await _cure.RunAsync("--logs", "metrics.csv", "--", "python3", _cure.Put("flags.py"), "--lr", "0.5");

        Assert.Equal(0, code);
        Assert.Contains("guessed from --help: seed='--seed {value}'", error, StringComparison.Ordinal);
        Assert.Contains("--yes", error, StringComparison.Ordinal);
        Assert.DoesNotContain(_cure.Runs, run => run["settings"]!["seed"] is not null);
        Assert.Equal("no-seed", (string?)_cure.Document["confirmation"]);
    }

    [ScriptFact]
    public async Task ABudgetOfTrainingsIsKept()
    {
        _ = await _cure.RunAsync("--budget", "1.5", "--", "python3", _cure.Put("recorded.py"), "--lr", "0.5", "--pause", "0.1");

        Assert.True((double)_cure.Document["trainings"]! <= 1.75, _cure.Document.ToString());
    }

    [ScriptFact]
    public async Task ABudgetOfTimeIsKept()
    {
        long begun = Stopwatch.GetTimestamp();

        // As it is, it would train for half an hour.
        var (code, output, error) = await _cure.RunAsync("--budget", "12s", "--", "python3", _cure.Put("recorded.py"), "--lr", "0.5", "--pause", "0.3", "--epochs", "6000");

        Assert.True(code == 0, error);
        Assert.Contains("was stopped, still running after 4 s", error, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMinutes(2), output);
        Assert.Empty(await _cure.StillThereAsync());
    }

    [ScriptFact]
    public async Task AnInterruptTellsWhatIsKnownAndLeavesNothingRunning()
    {
        using var process = _cure.Start("--", "python3", _cure.Put("recorded.py"), "--lr", "0.5", "--pause", "0.1");
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }
        while (line?.StartsWith("t01: ", StringComparison.Ordinal) == false);

        Process.Start("/bin/kill", ["-INT", FormattableString.Invariant($"{process.Id}")])!.WaitForExit();
        var (code, output, _) = await CureProcess.EndAsync(process);

        Assert.Equal(0, code);
        Assert.Contains("Interrupted", output, StringComparison.Ordinal);
        Assert.True((bool)_cure.Document["interrupted"]!);
        Assert.True(File.Exists(Path.Combine(_cure.Trials, "report.json")));
        Assert.Empty(await _cure.StillThereAsync());
    }

    [ScriptFact]
    public async Task AnInterruptOfTheTrainingAsItIsTellsWhatItShowedByThen()
    {
        using var process = _cure.Start("--", "python3", _cure.Put("recorded.py"), "--lr", "0.5", "--pause", "0.1", "--epochs", "6000");
        string recording = Path.Combine(_cure.Trials, "t00", "recording", "run.jsonl");
        while (!File.Exists(recording) || new FileInfo(recording).Length < 20_000)
        {
            Assert.False(process.HasExited);
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        Process.Start("/bin/kill", ["-INT", FormattableString.Invariant($"{process.Id}")])!.WaitForExit();
        var (code, output, error) = await CureProcess.EndAsync(process);

        Assert.True(code == 0, error);
        Assert.Contains("Interrupted", output, StringComparison.Ordinal);
        Assert.Single(_cure.Runs);
        Assert.True(File.Exists(Path.Combine(_cure.Trials, "report.json")));
        Assert.Empty(await _cure.StillThereAsync());
    }

    [ScriptTheory]
    [InlineData("-INT", "-INT")]
    [InlineData("-TERM", "-TERM")]
    public async Task WhoIsInAHurryLeavesNothingRunningEither(string first, string second)
    {
        // A deaf shell with a training in it.
        using var process = _cure.Start("--", "sh", "-c", $"trap '' TERM; python3 {_cure.Put("recorded.py")} --lr 0.5 --pause 0.3; sleep 3600");
        string? line;
        do
        {
            line = await process.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }
        while (line?.StartsWith("t00: ", StringComparison.Ordinal) == false);

        while (!_cure.LeftBehind().Any(words => words.Contains("recorded.py", StringComparison.Ordinal) && !words.Contains("trap", StringComparison.Ordinal)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }

        Process.Start("/bin/kill", [first, FormattableString.Invariant($"{process.Id}")])!.WaitForExit();
        Process.Start("/bin/kill", [second, FormattableString.Invariant($"{process.Id}")])!.WaitForExit();
        _ = await CureProcess.EndAsync(process);

        Assert.Empty(await _cure.StillThereAsync());
    }

    public void Dispose() => _cure.Dispose();
}
