using TrainingDoctor.Rules.Loss;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Loss;

/// <summary>Losses that go below zero rightly settle; one whose fall does not slow down has no least value.</summary>
public sealed class EndlessFallTests
{
    private const int Steps = 600;

    /// <summary>Curves of healthy training that end below zero, or pass it, over the time from 0 to 1, each with its noise.</summary>
    private static readonly Dictionary<string, (Func<double, double> Level, double Noise)> Settling = new()
    {
        ["a flow on two moons"] = (t => 0.3 + (2.5 * Math.Exp(-8 * t)), 0.1),
        ["a flow on images, nats of all pixels"] = (t => -4000 + (7000 * Math.Exp(-Math.Pow(12 * t, 0.6))), 60),
        ["a Gaussian likelihood of numbers with little noise"] = (t => 1.4 - (0.5 * Math.Log(1 + (5000 * t))), 0.05),
        ["a Gaussian likelihood of a hundred numbers without noise"] = (t => 140 - (50 * Math.Log(1 + (20000 * t))), 4),
        ["a flow that follows the root of the time"] = (t => 2 - (60 * Math.Sqrt(t)), 0.5),
        ["a critic that leads at first"] = (t => -45 * Math.Exp(-5 * t) * (1 - Math.Exp(-60 * t)) - 3, 1.5),
        ["a bound on the likelihood of continuous data"] = (t => 60 - (180 * (1 - Math.Pow(1 + (40 * t), -0.7))), 3),
        ["a bound whose divergence is phased in"] = (t => 40 - (150 * (1 - Math.Exp(-6 * t))) + (25 * Math.Min(1, 2 * t)), 2),
        ["a policy's surrogate"] = (t => -0.02 * Math.Exp(-3 * t), 0.05),
        ["a cosine with a minus that wakes up late"] = (t => -0.01 - (0.95 / (1 + Math.Exp(-14 * (t - 0.7)))), 0.01),
        ["an overlap with a minus, in its rise"] = (t => -0.02 - (0.8 * t * t), 0.01),
        ["a signal's decibels with a minus"] = (t => 25 - (40 * (1 - Math.Exp(-5 * t))), 1),
        ["a likelihood that breaks through late"] = (t => 3 - (45 / (1 + Math.Exp(-25 * (t - 0.6)))), 0.4),
        ["margins of a ranking"] = (t => 0.5 - (0.9 * (1 - Math.Exp(-4 * t))), 0.1),
        ["a value that only drifts"] = (t => -200 - (30 * t), 8),
        ["a mixture's likelihood on a cosine schedule"] = (t => 3 - (40 * Math.Sin(Math.PI * t / 2)), 0.8),
    };

    /// <summary>Curves of objectives without a least value.</summary>
    private static readonly Dictionary<string, (Func<double, double> Level, double Noise)> Falling = new()
    {
        ["a divergence that is rewarded"] = (t => 30 + (10 * Math.Exp(-20 * t)) - (4000 * t * t), 3),
        ["a distance that is rewarded"] = (t => -Math.Exp(14 * t), 0.2),
        ["an entropy that is rewarded, at a constant pace"] = (t => 2 - (300 * t), 1),
        ["a variance that closes in on a point"] = (t => 1.2 - (80 * Math.Pow(t, 1.2)), 0.5),
        ["a mean square with the opposite sign, clipped"] = (t => -1 - (900 * t), 5),
        ["a logarithm that was left out"] = (t => -0.1 - (70 * Math.Pow(t, 1.6)), 0.4),
    };

    public static TheoryData<string> Healthy => [.. Settling.Keys];

    public static TheoryData<string> Endless => [.. Falling.Keys];

    [Theory]
    [MemberData(nameof(Healthy))]
    public void WhatSettlesIsSilent(string name)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            Assert.Empty(Find(Settling[name], seed));
        }
    }

    [Theory]
    [MemberData(nameof(Endless))]
    public void WhatDoesNotSlowDownIsFound(string name)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            var finding = Assert.Single(Find(Falling[name], seed));

            Assert.Equal((Severity.Warning, Cause.WrongLoss), (finding.Severity, finding.Causes[0].Cause));
            Assert.Contains("without end", finding.Title.ToString(), StringComparison.Ordinal);
        }
    }

    /// <summary>The interval of logging and the unit of the loss change nothing.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 1000)]
    public void IntervalsAndUnitsDoNotCount(int interval, double unit)
    {
        Trace Course(Func<double, double> level) => Trace.Of(Metric.Loss, SeededCurve.Noisy(Steps / interval, step => unit * level((double)step * interval / Steps), unit)).Every(interval);

        Assert.Single(RuleVerifier.Run(new ImplausibleLoss(new()), Course(t => 5 - (900 * t))));
        Assert.Empty(RuleVerifier.Run(new ImplausibleLoss(new()), Course(t => 5 - (60 * Math.Sqrt(t)))));
    }

    /// <summary>An actor's loss is minus what it earns, an adversary's is no measure, and a loss that can't be negative is told as such.</summary>
    [Fact]
    public void OtherTrainingsHaveOtherLosses()
    {
        var falling = Trace.Of(Metric.Loss, SeededCurve.Noisy(Steps, step => 2 - (0.5 * step), 1));

        Assert.Empty(RuleVerifier.Run(new ImplausibleLoss(new()), falling.And(Trace.Of(Metric.Reward, Enumerable.Range(0, Steps).Select(step => (double)step)))));
        Assert.Empty(RuleVerifier.Run(new ImplausibleLoss(new()), falling, new RunDescription { Task = TrainingTask.Adversarial }));
        Assert.Contains("negative", Assert.Single(RuleVerifier.Run(new ImplausibleLoss(new()), falling, new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } })).Title.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AFewLossesAreTooFew() => Assert.Empty(RuleVerifier.Run(new ImplausibleLoss(new()), Trace.Of(Metric.Loss, Enumerable.Range(0, 18).Select(step => 1 - (30.0 * step)))));

    private static IReadOnlyList<Finding> Find((Func<double, double> Level, double Noise) curve, int seed) =>
        RuleVerifier.Run(new ImplausibleLoss(new()), Trace.Of(Metric.Loss, SeededCurve.Noisy(Steps, step => curve.Level((double)step / Steps), curve.Noise, seed)));
}
