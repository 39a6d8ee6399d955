using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Gradients that were made and cleared before the step could use them, and steps that look like it.</summary>
public sealed class BackwardPassTests
{
    private const int Steps = 30;

    private static readonly Metric Lost = Metric.GradientLost;

    [Fact]
    public void GradientsThatAreClearedBeforeTheStepAreToldAsThat()
    {
        var report = Train((_, optimizer, loss) =>
        {
            loss.backward();
            optimizer.zero_grad();
            optimizer.step();
        });

        Assert.Equal(("TD2005", Cause.MisplacedZeroGrad), (report.Diagnosis.Primary!.Rule.Id, report.Diagnosis.Primary.Causes[0].Cause));
        Assert.All(report.Findings.Where(finding => finding.Rule.Id == "TD2004"), finding => Assert.Equal(Cause.MisplacedZeroGrad, finding.Causes[0].Cause));
    }

    /// <summary>What a head brings back through units that are all dead is zero: nothing was cleared.</summary>
    [Fact]
    public void DeadOutputsLoseNoGradients()
    {
        var report = Train(
            (_, optimizer, loss) =>
            {
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
            },
            () => nn.Sequential(("out", Biased(nn.Linear(8, 1), -100)), ("relu", nn.ReLU())));

        Assert.False(report.Diagnosis.Facts.Has(Lost));
        Assert.Contains(report.Findings, finding => finding.Rule.Id == "TD2004");
    }

    [Fact]
    public void StepsThatUsedTheirGradientsLostNone()
    {
        var report = Train((_, optimizer, loss) =>
        {
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        });

        Assert.False(report.Diagnosis.Facts.Has(Lost));
        Assert.Empty(report.Findings);
    }

    [Fact]
    public void GradientsThatAreClearedBeforeTheMonitorLooksWereUsed()
    {
        var report = Train((_, optimizer, loss) =>
        {
            loss.backward();
            optimizer.step();
            optimizer.zero_grad();
        });

        Assert.False(report.Diagnosis.Facts.Has(Lost));
    }

    /// <summary>The output took part in no backward pass: its gradients were not cleared, there were none.</summary>
    [Fact]
    public void ALossThatIsCutOffFromTheModelLosesNoGradients()
    {
        var report = Train((_, optimizer, loss) =>
        {
            optimizer.zero_grad();
            using var cut = (loss.detach() * ones(1, requires_grad: true)).sum();
            cut.backward();
            optimizer.step();
        });

        Assert.False(report.Diagnosis.Facts.Has(Lost));
        Assert.Contains(report.Findings, finding => finding.Rule.Id == "TD2004" && finding.Causes[0].Cause == Cause.DetachedGraph);
    }

    /// <summary>A frozen model through which an input is trained, as for adversarial examples: none of its parameters is to be trained.</summary>
    [Fact]
    public void AFrozenModelHasNoneToLose()
    {
        var report = Train(
            (model, optimizer, loss) =>
            {
                loss.backward();
                optimizer.zero_grad();
            },
            () => Frozen(Network()),
            trainsInput: true);

        Assert.False(report.Diagnosis.Facts.Has(Lost));
    }

    /// <summary>Gradients are gathered elsewhere, cleared, and put back for a step after many: they were used.</summary>
    [Fact]
    public void GradientsThatAreGatheredElsewhereAreNotLost()
    {
        int step = 0;
        var report = Train((_, optimizer, loss) =>
        {
            loss.backward();
            if (step++ % 15 == 14)
            {
                optimizer.step();
            }

            optimizer.zero_grad();
        });

        var lost = report.Diagnosis.Facts.Of(Lost)!.Value;
        Assert.Equal((15, 0, 1), (lost.Count, lost.Minimum, lost.Maximum));
        Assert.DoesNotContain(report.Findings, finding => finding.Causes.Any(cause => cause.Cause == Cause.MisplacedZeroGrad));
    }

    private static nn.Module<Tensor, Tensor> Network() => nn.Sequential(("fc", nn.Linear(8, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 1)));

    private static nn.Module<Tensor, Tensor> Frozen(nn.Module<Tensor, Tensor> model)
    {
        foreach (var parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        return model;
    }

    private static nn.Module<Tensor, Tensor> Biased(Linear layer, double bias)
    {
        nn.init.constant_(layer.bias!, bias);
        return layer;
    }

    private static DiagnosisReport Train(Action<nn.Module, optim.Optimizer, Tensor> step, Func<nn.Module<Tensor, Tensor>>? make = null, bool trainsInput = false)
    {
        torch.manual_seed(3);
        using var scope = NewDisposeScope();
        var model = (make ?? Network)();
        var optimizer = optim.SGD(model.parameters(), learningRate: 0.05);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Sampling = SamplingSchedule.EveryStep, Optimizer = optimizer, Task = TrainingTask.Regression });
        for (int at = 0; at < Steps; at++)
        {
            using var turn = NewDisposeScope();
            var input = randn(new long[] { 64, 8 }, requires_grad: trainsInput);
            var target = input.detach().sum(1, keepdim: true) + (0.01 * randn(64, 1));
            var loss = (model.call(input) - target).square().mean();
            step(model, optimizer, loss);
            monitor.Step(loss.item<float>(), target);
        }

        return monitor.Complete();
    }
}
