using System.Text;
using Newtonsoft.Json.Linq;
using TorchSharp;
using TrainingDoctor.Telemetry;
using TrainingDoctor.Telemetry.Push;
using TrainingDoctor.Tests.Cures;
using TrainingDoctor.Tests.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Telemetry.Push;

/// <summary>A monitor that pushes: the host gets what a file gets, and the report says what it did not get.</summary>
public sealed class PushedRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    /// <summary>Law 1: the report of what was pushed equals the report of the live run.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(8)]
    public async Task WhatIsPushedIsWhatAFileHolds(double learningRate)
    {
        await using var host = await PushHost.StartAsync();
        string path = Path.Combine(_folder, "run.jsonl");
        torch.set_num_threads(1);
        using var monitoring = new MonitoringObserver(options => options.Tap = scopes => new CompositeSink(
            new TelemetryRecorder(path, 1 << 30, scopes),
            new TelemetryRecorder(new TelemetryPush(PushAddress.Parse(host.Address), new PushSettings { Drain = TimeSpan.FromMinutes(5) }), scopes)));

        TrainingLoop.Run(new DigitsTestProgram { Optimizer = model => optim.SGD(model.parameters(), learningRate) }, 1, monitoring);

        Assert.Equal(await File.ReadAllTextAsync(path), string.Concat(host.Lines.Values.Select(line => line + "\n")));
        Assert.Equal(Findings(monitoring.Report!), Findings(Replay(host.Lines.Values)));
    }

    [Fact]
    public async Task TheMonitorPushesToAnAddress()
    {
        await using var host = await PushHost.StartAsync();
        using var model = nn.Linear(4, 2);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Name = "über/..?&#", RecordTo = host.Address });
        monitor.Step(0.5);

        var report = monitor.Complete();

        Assert.Equal("über/..?&#", host.Name);
        Assert.Equal("{\"complete\":true}", host.Lines.Values.Last());
        Assert.DoesNotContain(report.Findings, finding => finding.Rule == RuleFailed.Metadata);
        Assert.Null(report.Run.Path);
    }

    [Fact]
    public async Task TheReportSaysWhatWasNotDeliveredAndJudgesTheRunAsBefore()
    {
        await using var host = await PushHost.StartAsync();
        host.Intercept = context =>
        {
            context.Response.StatusCode = 403;
            return Task.FromResult(true);
        };
        using var model = nn.Linear(4, 2);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { RecordTo = host.Address });
        monitor.Step(0.5);

        var report = monitor.Complete();

        var finding = Assert.Single(report.Findings, finding => finding.Rule == RuleFailed.Metadata);
        Assert.Equal(Severity.Info, finding.Severity);
        Assert.Contains("not delivered", finding.Title.ToString(), StringComparison.Ordinal);
        Assert.Null(report.Primary);
    }

    [Theory]
    [InlineData("http://user:secret@127.0.0.1:1", "TRAINDOCTOR_TOKEN")]
    [InlineData("https://host/?token=secret", "TRAINDOCTOR_TOKEN")]
    [InlineData("https://host/#secret", "TRAINDOCTOR_TOKEN")]
    [InlineData("http://user:secret@[", "http://127.0.0.1:5173")]
    public void AnAddressWithASecretIsRejectedWithoutRepeatingIt(string address, string expected)
    {
        using var model = nn.Linear(2, 2);

        var exception = Assert.Throws<ArgumentException>(() => TrainingMonitor.Attach(model, new TrainingMonitorOptions { RecordTo = address }));

        Assert.Contains(nameof(TrainingMonitorOptions.RecordTo), exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEventFileCannotBePushed()
    {
        using var model = nn.Linear(2, 2);

        var exception = Assert.Throws<ArgumentException>(
            () => TrainingMonitor.Attach(model, new TrainingMonitorOptions { RecordTo = "http://127.0.0.1:1", RecordFormat = RecordFormat.TensorBoard }));

        Assert.Contains(nameof(TrainingMonitorOptions.RecordFormat), exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static DiagnosisReport Replay(IEnumerable<string> lines)
    {
        RuleEngine? engine = null;
        var replay = new TelemetryReplay((_, scopes) => engine = new RuleEngine(RuleSet.Default, scopes));
        foreach (string line in lines)
        {
            replay.Add(line);
        }

        replay.Complete();
        return DiagnosisReport.Create(engine!.Diagnose());
    }

    private static string Findings(DiagnosisReport report)
    {
        var json = JObject.Parse(report.ToJson());
        return new JArray(json["verdict"]!, json["primary"]!, json["findings"]!, json["rules"]!).ToString();
    }
}
