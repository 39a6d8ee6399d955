using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Treatments;

/// <summary>What a plan changes in the steps of a training: learning rates, gradients, the optimizer.</summary>
public sealed class TreatedStepTests : IDisposable
{
    private readonly TrialFolder _trial = new();

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void ALearningRateIsScaledAndReadBack()
    {
        using var training = new TreatedTraining(optimizer: parameters => optim.SGD(parameters, 0.1));
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 });

        Assert.Equal(0.01, training.Rate, 1e-12);
        var applied = Assert.Single(_trial.Answer()["applied"]!);
        Assert.Equal("scale-learning-rate", applied["kind"]);
        Assert.StartsWith("learning rate 0.1 -> 0.01", (string?)applied["text"], StringComparison.Ordinal);
        Assert.Empty(_trial.Answer()["skipped"]!);
        Assert.Equal("csharp", _trial.Answer()["monitor"]);
        Assert.Equal("t03", _trial.Answer()["trial"]);
    }

    [Fact]
    public void AScaledRateGoesTheWayOfASchedule()
    {
        foreach (bool isMadeBefore in new[] { true, false })
        {
            using var training = new TreatedTraining(optimizer: parameters => optim.SGD(parameters, 0.1));
            var schedule = isMadeBefore ? Schedule() : null;
            using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 });
            schedule ??= Schedule();
            for (int step = 0; step < 5; step++)
            {
                training.Step(monitor);
                schedule.step();
                training.Call();
                Assert.Equal(0.01 * Math.Pow(0.9, step + 1), training.Rate, 1e-9);
            }

            // Computed from the rate that the schedule kept when it was made.
            optim.lr_scheduler.LRScheduler Schedule() => optim.lr_scheduler.LambdaLR(training.Optimizer, step => Math.Pow(0.9, step));
        }
    }

    [Fact]
    public void ARateThatMultipliesStaysScaled()
    {
        using var training = new TreatedTraining(optimizer: parameters => optim.SGD(parameters, 0.1));
        var schedule = optim.lr_scheduler.ExponentialLR(training.Optimizer, 0.1);
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 });
        training.Step(monitor);
        schedule.step();
        training.Call();

        Assert.Equal(0.001, training.Rate, 1e-9);
    }

    [Fact]
    public void ARateThatIsSetIsACeilingAndOneThatIsHeldIsNot()
    {
        using var training = new TreatedTraining(optimizer: parameters => optim.SGD(parameters, 0.1));
        using (var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 0.02 }))
        {
            Program(training, 0.5);
            Assert.Equal(0.02, training.Rate, 1e-12);
            Program(training, 0.005);
            Assert.Equal(0.005, training.Rate, 1e-12);
        }

        using var held = new TreatedTraining(optimizer: parameters => optim.SGD(parameters, 0.1));
        using var holding = _trial.Attach(held, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 0.02, Method = RemedyAction.Constant });
        Program(held, 0.005);
        Assert.Equal(0.02, held.Rate, 1e-12);

        static void Program(TreatedTraining training, double rate)
        {
            training.SetRate(rate);
            training.Call();
        }
    }

    [Fact]
    public void ARateIsWarmedUp()
    {
        using var training = new TreatedTraining(optimizer: parameters => optim.SGD(parameters, 0.1));
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 0.2 }, new RemedyAction { Kind = RemedyActionKind.AddWarmup, Steps = 4 });
        var rates = new List<double>();
        for (int step = 0; step < 6; step++)
        {
            training.Step(monitor, beforeStep: () => rates.Add(training.Rate));
        }

        Assert.Equal([0.05, 0.1, 0.15, 0.2, 0.2, 0.2], rates.Select(rate => Math.Round(rate, 9)));
        Assert.Contains("0.05 up to 0.2 within 4 steps", _trial.Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void GradientsAreClippedWhereTheProgramTellsWhen()
    {
        using var training = new TreatedTraining(optimizer: parameters => optim.SGD(parameters, 0.1));
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 0.01 });
        Assert.Empty(_trial.Answer()["applied"]!);
        Assert.Empty(_trial.Answer()["skipped"]!);

        training.Step(monitor, beforeStep: () =>
        {
            monitor.BeforeStep();
            Assert.InRange(training.GradientNorm(), 1e-4, 0.0100001);
        });

        Assert.Contains("gradient norm limited to 0.01", _trial.Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void ClippingWithoutBeforeStepIsSaidToHaveNoPlaceAfterTheSecondStep()
    {
        using var training = new TreatedTraining();
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 0.01 });
        training.Step(monitor);
        Assert.Empty(_trial.Answer()["skipped"]!);
        training.Step(monitor);

        Assert.Contains("monitor.BeforeStep()", (string?)Assert.Single(_trial.Answer()["skipped"]!)["reason"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnotherOptimizerTakesTheStepsOfTheProgram(bool tellsBeforeStep)
    {
        using var training = new TreatedTraining(optimizer: parameters => optim.SGD(parameters, 1e3));
        using var twin = new TreatedTraining(optimizer: parameters => optim.Adam(parameters, 0.01), like: training);
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = "Adam", Value = 0.01 });
        for (int step = 0; step < 3; step++)
        {
            training.Step(monitor, beforeStep: tellsBeforeStep ? monitor.BeforeStep : null);
            twin.Step(null);
        }

        Assert.Equal(0, training.DistanceTo(twin), 1e-6);
        Assert.Contains("SGD -> Adam at 0.01", _trial.Texts(), StringComparison.Ordinal);
        Assert.Equal("Adam", monitor.Complete().Run.Optimizer?.TypeName);
    }

    [Fact]
    public void WeightsDecayAndFrozenOnesAreTrained()
    {
        using var training = new TreatedTraining(optimizer: parameters => optim.SGD(parameters.Where(parameter => parameter.requires_grad), 0.1), frozen: true);
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.Unfreeze }, new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Value = 0.5 });
        using var before = training.First.weight!.detach().clone();
        training.Step(monitor);

        Assert.NotEqual(0, (training.First.weight! - before).abs().max().item<float>());
        Assert.Contains("2 parameters unfrozen, and 2 given to the optimizer", _trial.Texts(), StringComparison.Ordinal);
        Assert.Contains("weight decay 0.5 beside the optimizer", _trial.Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void GradientsAreClearedAndAForgottenStepIsTaken()
    {
        using var training = new TreatedTraining { ClearsGradients = false, TakesSteps = false };
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.ZeroGradients }, new RemedyAction { Kind = RemedyActionKind.StepOptimizer });
        using var before = training.First.weight!.detach().clone();
        training.Step(monitor);

        Assert.NotEqual(0, (training.First.weight! - before).abs().max().item<float>());
        Assert.Equal(0, training.GradientNorm());
    }
}
