using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>The gradients of layers' outputs, where they are asked for, against the same computed by hand.</summary>
public sealed class ActivationGradientTests
{
    private static readonly Metric[] Measured =
    [
        Metric.ActivationGradientNorm, Metric.ActivationGradientMean, Metric.ActivationGradientStandardDeviation, Metric.ActivationGradientAbsoluteMaximum,
        Metric.ActivationGradientZeroFraction, Metric.ActivationGradientNonFiniteCount,
    ];

    /// <summary>Of <c>out(relu(fc(x)))</c> with the mean of squares as its loss, by the chain rule in float64, the main memory's way and the devices' way.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AgreeWithTheChainRule(bool byDevice)
    {
        torch.manual_seed(3);
        using var scope = NewDisposeScope();
        var first = nn.Linear(8, 16);
        var last = nn.Linear(16, 4);
        var model = nn.Sequential(("fc", first), ("relu", nn.ReLU()), ("out", last));
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { MeasuresActivationGradients = true, ForceDevicePath = byDevice });
        var input = randn(32, 8);
        using (NewDisposeScope())
        {
            // The program's own handles are gone before the step ends.
            model.call(input).square().mean().backward();
        }

        monitor.Step(0.5);
        var facts = monitor.Complete().Diagnosis.Facts;

        var before = nn.functional.linear(input.@double(), first.weight!.detach().@double(), first.bias!.detach().@double());
        var outputs = nn.functional.linear(before.relu(), last.weight!.detach().@double(), last.bias!.detach().@double());
        var atOutput = 2 * outputs / outputs.NumberOfElements;
        var atRelu = atOutput.matmul(last.weight!.detach().@double());
        var atFirst = atRelu * before.gt(zeros_like(before)).@double();
        foreach (var (layer, gradient) in new[] { ("out", atOutput), ("relu", atRelu), ("fc", atFirst) })
        {
            double[] expected =
            [
                gradient.norm().item<double>(), gradient.mean().item<double>(), gradient.std(unbiased: false).item<double>(), gradient.abs().max().item<double>(),
                gradient.eq(zeros_like(gradient)).@double().mean().item<double>(), 0,
            ];
            foreach (var (metric, value) in Measured.Zip(expected))
            {
                double actual = facts.Of(metric, layer)!.Value.Last;
                Assert.True(Math.Abs(actual - value) <= 1e-5 * Math.Max(1e-3, Math.Abs(value)), $"{metric} of {layer}: {actual}, expected {value}");
            }
        }
    }

    [Fact]
    public void AreNotMeasuredUnlessAskedFor()
    {
        var facts = Train(new TrainingMonitorOptions(), (model, _) => model.call(randn(4, 8)).square().mean().backward());

        Assert.All(Measured, metric => Assert.False(facts.Has(metric)));
        Assert.True(facts.Has(Metric.OutputMean));
    }

    [Fact]
    public void AStepWithoutABackwardPassHasNone()
    {
        var facts = Train(new TrainingMonitorOptions { MeasuresActivationGradients = true, Sampling = SamplingSchedule.EveryStep }, (model, step) =>
        {
            using var loss = model.call(randn(4, 8)).square().mean();
            if (step % 2 == 0)
            {
                loss.backward();
            }
        });

        Assert.Equal((2, 4), (facts.Of(Metric.ActivationGradientNorm, "fc")!.Value.Count, facts.Of(Metric.OutputMean, "fc")!.Value.Count));
    }

    [Fact]
    public void OneThatIsNotFiniteIsSeenWhereItComesBack()
    {
        // The root of zero is finite, its gradient is not.
        var facts = Train(new TrainingMonitorOptions { MeasuresActivationGradients = true }, (model, _) => (model.call(randn(4, 8)) * 0).sqrt().sum().backward());

        Assert.True(facts.Of(Metric.ActivationGradientNonFiniteCount, "out")!.Value.Last > 0);
        Assert.Equal(0, facts.Of(Metric.OutputNonFiniteCount, "out")!.Value.Last);
        Assert.Equal(0, facts.FirstNonFiniteStep);
    }

    private static RunFacts Train(TrainingMonitorOptions options, Action<nn.Module<Tensor, Tensor>, int> run)
    {
        torch.manual_seed(3);
        using var scope = NewDisposeScope();
        var model = nn.Sequential(("fc", nn.Linear(8, 16)), ("relu", nn.ReLU()), ("out", nn.Linear(16, 4)));
        using var monitor = TrainingMonitor.Attach(model, options);
        for (int step = 0; step < 4; step++)
        {
            run(model, step);
            monitor.Step(0.5);
        }

        var report = monitor.Complete();
        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD0001");
        return report.Diagnosis.Facts;
    }
}
