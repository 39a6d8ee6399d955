using Newtonsoft.Json.Linq;
using TorchSharp;
using TrainingDoctor.Host.Demo;
using TrainingDoctor.Tests.Commands;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Demo;

/// <summary>The demos, run as a user runs them.</summary>
[Collection(Lanes.Alone)]
[Trait("Speed", "Slow")]
public sealed class DemoTests
{
    public static TheoryData<string, string[], string> IllDemos => new()
    {
        { "dead-relu", ["dead-units"], "dying-relu" },
        { "vanishing-sigmoid", ["vanishing-gradient"], "saturating-activation" },
        { "nan-learning-rate", ["non-finite-loss", "exploding-gradient", "oversized-update", "exploding-activation"], "learning-rate-too-high" },
        { "overfit", ["overfitting"], string.Empty },
        { "double-softmax", ["output-loss-mismatch"], "wrong-output-activation" },
    };

    [Theory]
    [MemberData(nameof(IllDemos))]
    public async Task AnIllnessIsNamedWithItsCause(string demo, string[] rules, string cause)
    {
        var (exitCode, report) = await RunAsync(demo);

        var primary = report["findings"]!.Single(finding => (string?)finding["id"] == (string?)report["primary"]);
        Assert.Equal(0, exitCode);
        Assert.Contains((string?)primary["rule"], rules);
        if (cause.Length > 0)
        {
            Assert.Equal(cause, (string?)primary["causes"]![0]!["cause"]);
        }

        Assert.NotEmpty(primary["remedies"]!);
    }

    [Fact]
    public async Task TheFirstRemedyOfDeadReluIsLeakyReluOrEluWithReinitialisation()
    {
        var (_, report) = await RunAsync("dead-relu");

        var actions = report["findings"]![0]!["remedies"]![0]!["actions"]!;
        Assert.Contains((string?)actions.Single(action => (string?)action["kind"] == "replace-activation")["to"], new[] { "LeakyReLU", "ELU" });
        Assert.Contains(actions, action => (string?)action["kind"] == "reinitialize");
    }

    [Fact]
    public void EveryNameLeadsToItsDemo() => Assert.All(DemoCatalog.Names, name => Assert.Equal(name, DemoCatalog.Find(name).Name));

    [Fact]
    public void DeadReluLearnsOnceItsRemedyIsAppliedByHand()
    {
        Assert.InRange(TrainingLoop.Run(new DeadRelu(), seed: 1).FinalValidation!.Accuracy!.Value, 0, 0.2);
        Assert.InRange(TrainingLoop.Run(new DeadReluRemedied(), seed: 1).FinalValidation!.Accuracy!.Value, 0.9, 1);
    }

    [Fact]
    public async Task TheHealthyDemoFindsNothingAtWarningOrAbove()
    {
        var (exitCode, report) = await RunAsync("healthy", "--fail-on", "warning");

        Assert.Equal(0, exitCode);
        Assert.Equal("healthy", (string?)report["verdict"]);
        Assert.DoesNotContain(report["findings"]!, finding => (string?)finding["severity"] is "warning" or "error");
    }

    [Fact]
    public async Task FailOnErrorExitsWithOneAndRequireNamesWhatWasNotEvaluated()
    {
        Assert.Equal(1, (await RunAsync("dead-relu", "--fail-on", "error")).ExitCode);
        Assert.Equal(0, (await RunAsync("healthy", "--require", "dead-units")).ExitCode);
        Assert.Equal(1, (await RunAsync("healthy", "--require", "straggling-rank")).ExitCode);
    }

    private static async Task<(int ExitCode, JObject Report)> RunAsync(string demo, params string[] options)
    {
        var outcome = await CommandLine.RunAsync(["demo", demo, "--output", "-", .. options]);
        return (outcome.ExitCode, JObject.Parse(outcome.Output));
    }

    /// <summary>The first remedy's code, pasted into the demo.</summary>
    private sealed class DeadReluRemedied() : DigitsProgram("dead-relu-remedied", "It learns.")
    {
        public override nn.Module CreateModel()
        {
            var model = Perceptron([64, 64], () => nn.LeakyReLU(), "relu");
            foreach (var layer in model.children().OfType<TorchSharp.Modules.Linear>())
            {
                nn.init.kaiming_normal_(layer.weight);
                nn.init.zeros_(layer.bias);
            }

            return model;
        }
    }
}
