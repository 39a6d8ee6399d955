using System.Globalization;
using System.Text.RegularExpressions;
using TrainingDoctor.Tests.Commands;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Fleet.Heaps;

/// <summary>A folder of logs that hosts diagnose together: what comes of it is what comes of it on one machine.</summary>
[Collection(FleetCollection.Name)]
[Trait("Speed", "Slow")]
public sealed partial class HeapCommandTests(FleetServices services) : IAsyncLifetime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly List<HostProcess> _hosts = [];

    private string Runs => Path.Combine(_folder, "runs");

    /// <summary>A file that no folder is found to have a log in, and that is read because it is named.</summary>
    private string Broken => Path.Combine(Runs, "broken.txt");

    /// <summary>All reports, what is printed, the one log that cannot be read, and how the command ends; each host does some of it, and nothing is done twice.</summary>
    [FleetTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HostsSayWhatOneMachineSays(bool isRedis)
    {
        Write(count: 70, steps: 60);
        string database = await services.CreateDatabaseAsync();
        string[] cluster = ["--cluster", isRedis ? services.RedisAddress : database];
        await StartAsync(2, [.. cluster, "--record", database]);

        var (alone, aloneFiles) = await DiagnoseAsync("alone", []);
        var (shared, sharedFiles) = await DiagnoseAsync("shared", cluster);

        Assert.Equal(1, alone.ExitCode);
        Assert.Equal((alone.ExitCode, alone.Output), (shared.ExitCode, shared.Output));
        Assert.Equal(WithoutFiles(alone.Error), WithoutFiles(shared.Error));
        Assert.Contains("broken.txt", alone.Error, StringComparison.Ordinal);
        Assert.Equal(aloneFiles, sharedFiles);
        int[] diagnosed = await Task.WhenAll(_hosts.Select(DiagnosedAsync));
        Assert.All(diagnosed, count => Assert.InRange(count, 1, 70));
        Assert.Equal(71, diagnosed.Sum());
    }

    /// <summary>What the command line and its configuration say of reading and judging is said to the hosts.</summary>
    [FleetFact]
    public async Task OptionsReachTheHosts()
    {
        Write(count: 20, steps: 60);
        string database = await services.CreateDatabaseAsync();
        await StartAsync(1, ["--cluster", database]);
        string rules = Path.Combine(_folder, "rules.json");
        await File.WriteAllTextAsync(rules, """{ "rules": { "non-finite-loss": { "severity": "info" } } }""");
        string[] options = ["--config", rules, "--task", "regression", "--framework", "keras", "--lang", "ja", "--fail-on", "warning", "--max-runs", "3"];

        var (plain, _) = await DiagnoseAsync("plain", []);
        var (alone, aloneFiles) = await DiagnoseAsync("alone", options);
        var (shared, sharedFiles) = await DiagnoseAsync("shared", [.. options, "--cluster", database]);

        Assert.NotEqual(plain.Output, alone.Output);
        Assert.Equal((alone.ExitCode, alone.Output), (shared.ExitCode, shared.Output));
        Assert.Equal(aloneFiles, sharedFiles);
    }

    /// <summary>What good runs are like stands in a file that hosts do not see, and what columns mean that nobody knows only on the command line.</summary>
    [FleetFact]
    public async Task WhatIsNormalAndWhatColumnsMeanReachTheHosts()
    {
        Directory.CreateDirectory(Path.Combine(Runs, "unknown"));
        await File.WriteAllTextAsync(Broken, "Nothing of a training.\n");
        string[] good = [.. Enumerable.Range(0, 3).Select(seed => WritePaced(Path.Combine(_folder, FormattableString.Invariant($"good{seed}.csv")), pace: 40, seed))];
        foreach (int run in Enumerable.Range(0, 8))
        {
            WritePaced(Path.Combine(Runs, FormattableString.Invariant($"run{run}.csv")), pace: run % 2 == 0 ? 40 : 90, seed: 10 + run);
            string unknown = Path.Combine(Runs, "unknown", FormattableString.Invariant($"run{run}.csv"));
            await File.WriteAllLinesAsync(unknown, ["step,loss,qx7", .. Enumerable.Range(0, 60).Select(step => FormattableString.Invariant($"{step},{1.0 / (1 + step)},{(run % 2 == 1 && step > 30 ? 9.0 + step : 1.1 / (1 + step))}"))]);
        }

        string normal = Path.Combine(_folder, "normal.json");
        Assert.Equal(0, (await CommandLine.RunAsync(["learn", .. good, "--output", normal])).ExitCode);
        string database = await services.CreateDatabaseAsync();
        await StartAsync(2, ["--cluster", database]);
        var (_, plain) = await DiagnoseAsync("plain", []);

        foreach (string[] options in new string[][] { ["--normal", normal], ["--map", "validation_loss=qx7"] })
        {
            var (alone, aloneFiles) = await DiagnoseAsync("alone", options);
            var (shared, sharedFiles) = await DiagnoseAsync("shared", [.. options, "--cluster", database]);

            Assert.NotEqual(plain[1], aloneFiles[1]);
            Assert.Equal((alone.ExitCode, alone.Output), (shared.ExitCode, shared.Output));
            Assert.Equal(aloneFiles, sharedFiles);
        }
    }

    /// <summary>A host that is killed at work and one that stands still: the others take over what they had, and nothing is missing or there twice.</summary>
    [FleetFact]
    public async Task WhatAHostDoesNotComeBackWithAnotherDoes()
    {
        Write(count: 150, steps: 600);
        string database = await services.CreateDatabaseAsync();
        string[] cluster = ["--cluster", services.RedisAddress];
        await StartAsync(3, [.. cluster, "--record", database]);
        var (alone, aloneFiles) = await DiagnoseAsync("alone", []);

        var work = Task.Run(() => DiagnoseAsync("shared", cluster));
        while (!work.IsCompleted && await DiagnosedAsync(_hosts[0]) == 0)
        {
            await Task.Delay(50);
        }

        await _hosts[0].KillAsync();
        _hosts[1].Signal("STOP");
        var (shared, sharedFiles) = await work;
        _hosts[1].Signal("CONT");

        Assert.Equal((alone.ExitCode, alone.Output), (shared.ExitCode, shared.Output));
        Assert.Equal(aloneFiles, sharedFiles);
        Assert.InRange(await DiagnosedAsync(_hosts[2]), 1, int.MaxValue);
    }

    /// <summary>Hosts read what they were told to, and nothing else.</summary>
    [FleetFact]
    public async Task HostsReadOnlyWhatTheyMay()
    {
        Write(count: 3, steps: 30);
        string database = await services.CreateDatabaseAsync();
        Directory.CreateDirectory(Path.Combine(_folder, "elsewhere"));
        await StartAsync(1, ["--cluster", database], logs: Path.Combine(_folder, "elsewhere"));

        var refused = await CommandLine.RunAsync("diagnose", Runs, "--cluster", database);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("TRAINDOCTOR_LOGS", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-", "redis://127.0.0.1:1", "hosts read files that they see themselves")]
    [InlineData("runs", "http://127.0.0.1:1", "expected redis://HOST:PORT")]
    [InlineData("runs", "redis://127.0.0.1:1", "redis://127.0.0.1:1 cannot be used")]
    [InlineData("runs", "postgres://doctor:secret@127.0.0.1:1/x", "postgres://127.0.0.1:1/x")]
    public async Task WhatCannotBeSharedIsSaidInOneLine(string path, string cluster, string reason)
    {
        Write(count: 1, steps: 30);

        var refused = await CommandLine.RunAsync("diagnose", path == "runs" ? Runs : path, "--cluster", cluster);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(reason, Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Error, StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("\"(durationSeconds|secondsLost|seconds)\": [0-9.e-]+")]
    private static partial Regex Durations();

    [GeneratedRegex(@"^training_doctor_fleet_diagnosed\S* (\d+)", RegexOptions.Multiline)]
    private static partial Regex Diagnosed();

    private static string WithoutFiles(string errors) => string.Join('\n', errors.Split('\n').Where(line => !line.StartsWith("wrote ", StringComparison.Ordinal)));

    /// <summary>Logs of several kinds: CSV, JSON Lines and telemetry, healthy and ill, in folders, and a file that is none.</summary>
    private void Write(int count, int steps)
    {
        foreach (int run in Enumerable.Range(0, count))
        {
            string folder = Directory.CreateDirectory(Path.Combine(Runs, FormattableString.Invariant($"group{run % 3}"))).FullName;
            var losses = Enumerable.Range(1, steps).Select(step => run % 4 == 3 && step > steps / 2 ? double.NaN : (0.2 + Math.Exp(-step / (10.0 + run))) * (1 + (0.01 * Math.Sin(step * (run + 1))))).ToList();
            switch (run % 3)
            {
                case 0:
                    File.WriteAllLines(Path.Combine(folder, FormattableString.Invariant($"run{run}.csv")), ["step,loss", .. losses.Select((loss, step) => FormattableString.Invariant($"{step},{loss}"))]);
                    break;
                case 1:
                    File.WriteAllLines(Path.Combine(folder, FormattableString.Invariant($"run{run}.jsonl")), losses.Select((loss, step) => FormattableString.Invariant($"{{\"step\": {step}, \"loss\": {(double.IsNaN(loss) ? "NaN" : FormattableString.Invariant($"{loss:R}"))}}}")));
                    break;
                default:
                    File.WriteAllLines(Path.Combine(folder, FormattableString.Invariant($"run{run}.telemetry.jsonl")), TelemetryLines.Of(FormattableString.Invariant($"run{run}"), steps, illFrom: run % 4 == 3 ? steps / 2 : int.MaxValue, layers: 2));
                    break;
            }
        }

        File.WriteAllText(Broken, "Nothing of a training.\n");
    }

    /// <summary>A run that learns at a pace of its own: no fault that rules for everybody's trainings could name.</summary>
    private static string WritePaced(string path, double pace, int seed)
    {
        var random = new Random(seed);
        File.WriteAllLines(path, ["step,loss", .. Enumerable.Range(1, 200).Select(step => FormattableString.Invariant($"{step},{((2 * Math.Exp(-step / pace)) + 0.1) * (1 + (0.05 * (random.NextDouble() - 0.5))):R}"))]);
        return path;
    }

    private async Task StartAsync(int count, string[] cluster, string? logs = null)
    {
        var environment = new Dictionary<string, string> { ["TRAINDOCTOR_LOGS"] = logs ?? Runs };
        _hosts.AddRange(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", .. cluster], environment))));
    }

    private async Task<(CommandLine.Outcome Outcome, string[] Files)> DiagnoseAsync(string name, string[] options)
    {
        string[] files = [.. new[] { "json", "md", "sarif", "xml", "html" }.Select(ending => Path.Combine(_folder, $"{name}.{ending}"))];
        var outcome = await CommandLine.RunAsync(["diagnose", Runs, Broken, .. files.SelectMany(file => new[] { "--output", file }), .. options]);
        return (outcome, [.. files.Select(file => Durations().Replace(File.ReadAllText(file), string.Empty).Replace($"\"{name}-runs/", "\"", StringComparison.Ordinal))]);
    }

    /// <summary>What a host tells is some moments old.</summary>
    private async Task<int> DiagnosedAsync(HostProcess host)
    {
        await Task.Delay(400);
        return Diagnosed().Match(await _http.GetStringAsync($"{host.Address}/metrics")) is { Success: true } count ? int.Parse(count.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
    }
}
