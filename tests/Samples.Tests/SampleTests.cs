using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests;

/// <summary>Every sample does what its README says.</summary>
[Trait("Speed", "Slow")]
public sealed class SampleTests
{
    [Theory]
    [InlineData("Mlp", 0.9)]
    [InlineData("Cnn", 0.9)]
    [InlineData("Transformer", 0.9)]
    [InlineData("Lstm", 0.8)]
    [InlineData("CustomModule", 0.9)]
    public void ANetworkLearnsAndIsHealthy(string sample, double accuracy)
    {
        var run = SampleRun.Of(sample);

        Assert.Equal((0, "healthy"), (run.ExitCode, run.Verdict));
        Assert.True(run.Accuracy > accuracy, run.Output);
    }

    [Theory]
    [InlineData("PolicyGradient", "entropy-collapse")]
    [InlineData("Gan", "adversarial-imbalance")]
    [InlineData("Vae", "posterior-collapse")]
    public void WhatIsToldByNameTellsHealthFromIllness(string sample, string illness)
    {
        var healthy = SampleRun.Of(sample);
        var ill = SampleRun.Of(sample, "--ill");

        Assert.True((healthy.ExitCode, healthy.Verdict) == (0, "healthy"), healthy.Output);
        Assert.Equal(1, ill.ExitCode);
        Assert.Contains(illness, ill.Rules);

        // The ill one is told while it trains, and the healthy one is left alone.
        var told = Regex.Match(ill.Output, $@"While it trains, at step (\d+): Warning {illness}:");
        Assert.True(told.Success, ill.Output);
        Assert.True(int.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture) < 0.8 * int.Parse(Regex.Match(ill.Output, @"Steps: (\d+)\.").Groups[1].Value, CultureInfo.InvariantCulture), ill.Output);
        Assert.DoesNotMatch("While it trains, at step [0-9]+: (Warning|Error)", healthy.Output);
    }

    [Fact]
    public void ALayerThatNoHookSeesIsNamed()
    {
        var run = SampleRun.Of("CustomModule");

        Assert.Contains("4 of 5 layers were seen. Not seen: _head._out", run.Output, StringComparison.Ordinal);

        // That the loss of so short a training still falls may be told beside it.
        Assert.Equal(["layer-not-observed"], run.Rules.Except(["slow-convergence"]));
    }

    [Fact]
    public void AHostedTrainingEndsItsHost()
    {
        var run = SampleRun.Of("GenericHost");

        Assert.Equal((0, "healthy"), (run.ExitCode, run.Verdict));
        Assert.Contains("The training has ended: Healthy.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AHostedTrainingThatFallsIllIsStoppedAndItsFindingsAreLogged()
    {
        var run = SampleRun.Of("GenericHost", "--training:learningRate", "1000", "--training:epochs", "100000000");

        Assert.Equal((1, "ill"), (run.ExitCode, run.Verdict));
        Assert.Contains("fail: TrainingDoctor.TrainingMonitor", run.Output, StringComparison.Ordinal);
        Assert.Contains("The training has ended: Ill.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AGateLetsHealthyTrainingsPass()
    {
        var run = SampleRun.Of("CiGate");

        Assert.Equal((0, "healthy"), (run.ExitCode, run.Verdict));
        Assert.DoesNotContain("::error", run.Output, StringComparison.Ordinal);
        Assert.Contains("report.md", run.Files);
    }

    [Fact]
    public void AGateStopsIllTrainings()
    {
        var run = SampleRun.Of("CiGate", "--ill");

        Assert.Equal((1, "ill"), (run.ExitCode, run.Verdict));
        Assert.Contains("::error", run.Output, StringComparison.Ordinal);
        Assert.Contains("exploding-weights", run.Rules);
    }

    [Fact]
    public void ATrialRaisesTheAccuracy()
    {
        var run = SampleRun.Of("Cure");

        Assert.Equal(0, run.ExitCode);
        Assert.True(run.Accuracies[^1] > run.Accuracies[^2] + 0.2, run.Output);
    }

    [Fact]
    public void ALiveCureSavesATraining()
    {
        var run = SampleRun.Of("Cure", "live");

        Assert.Equal(0, run.ExitCode);
        Assert.NotEqual(0, run.Report.GetProperty("interventions").GetArrayLength());
    }
}
