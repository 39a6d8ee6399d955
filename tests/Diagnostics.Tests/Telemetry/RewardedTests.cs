using System.Text;
using TrainingDoctor.Telemetry;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Telemetry;

/// <summary>Who tells a reward trains on rewards, whether or not the program says so: the loss then is no measure of progress.</summary>
public sealed class RewardedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [Theory]
    [InlineData("reward")]
    [InlineData("ep_rew_mean")]
    [InlineData("episode_return")]
    [InlineData("validation/reward")]
    public void ARewardTellsTheTask(string name) => Assert.Equal(TrainingTask.Reinforcement, Replayed(name).Task);

    [Theory]
    [InlineData("score")]
    [InlineData("validation/score")]
    [InlineData("validation/f1")]
    [InlineData("rewards/format")]
    [InlineData("rewards/chosen")]
    [InlineData("entropy")]
    public void WhatMayBeAnythingDoesNot(string name) => Assert.Null(Replayed(name).Task);

    [Fact]
    public void WhatTheProgramSaidHolds() => Assert.Equal(TrainingTask.PolicyOptimization, Replayed("reward", "PolicyOptimization").Task);

    [Fact]
    public void WhatWasFoundBeforeTheRewardWasToldDoesNotCount()
    {
        var plain = Diagnose(rewardFrom: int.MaxValue);
        var rewarded = Diagnose(rewardFrom: 300);

        Assert.Contains(plain.Findings, finding => finding.Rule.Id == "TD4003");
        Assert.DoesNotContain(rewarded.Findings, finding => finding.Rule.Id == "TD4003");
        Assert.Equal(RuleOutcome.NotEvaluated, Assert.Single(rewarded.Rules, status => status.Rule.Id == "TD4003").Outcome);
    }

    [Fact]
    public void AMonitoredProgramNeedNotSayItEither()
    {
        string path = Path.Combine(_folder, "run.jsonl");
        using var model = nn.Linear(2, 1);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { RecordTo = path });
        foreach (int step in Enumerable.Range(0, 4))
        {
            using var scope = NewDisposeScope();
            var loss = model.call(ones(3, 2)).mean();
            loss.backward();
            monitor.Step(loss);
            monitor.Report("reward", step);
        }

        Assert.Equal(TrainingTask.Reinforcement, monitor.Complete().Run.Task);
        Assert.Equal(TrainingTask.Reinforcement, Replayed(File.ReadAllLines(path)).Task);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static RunDescription Replayed(string name, string? task = null) =>
        Replayed([Began(task), "{\"step\":0,\"m\":[[\"loss\",\"\",1]]}", $"{{\"step\":1,\"m\":[[\"loss\",\"\",1],[\"{name}\",\"\",2]]}}"]);

    /// <summary>Replays lines as they are, and spelled otherwise, so that both ways of reading them say the same.</summary>
    private static RunDescription Replayed(string[] lines)
    {
        var plain = new TelemetryReplay((_, _) => new Nobody());
        var other = new TelemetryReplay((_, _) => new Nobody());
        foreach (string line in lines)
        {
            plain.Add(Encoding.UTF8.GetBytes(line));
            other.Add(line);
        }

        Assert.Equal(plain.Run!.Task, other.Run!.Task);
        return plain.Run;
    }

    /// <summary>A loss that falls and then rises for long, beside which a reward is told from some step on.</summary>
    private static RunDiagnosis Diagnose(int rewardFrom)
    {
        RuleEngine? engine = null;
        var replay = new TelemetryReplay((_, scopes) => engine = new RuleEngine(RuleSet.Default, scopes) { IsLive = true });
        replay.Add(Began(null));
        foreach (int step in Enumerable.Range(0, 400))
        {
            double loss = (step < 60 ? 3 - (step / 30.0) : 1 + ((step - 60) / 5.0)) * (1 + (0.01 * Math.Sin(step)));
            replay.Add(FormattableString.Invariant($"{{\"step\":{step},\"m\":[[\"loss\",\"\",{loss:R}]{(step >= rewardFrom ? FormattableString.Invariant($",[\"reward\",\"\",{step}]") : string.Empty)}]}}"));
        }

        replay.Complete();
        return engine!.Diagnose();
    }

    private static string Began(string? task) => $"{{\"telemetry\":\"1.0\",\"run\":{{\"name\":\"run\"{(task is null ? string.Empty : $",\"task\":\"{task}\"")}}}}}";

    private sealed class Nobody : IMeasurementSink
    {
        public void Begin(RunDescription run)
        {
        }

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement)
        {
        }

        public void Complete()
        {
        }
    }
}
