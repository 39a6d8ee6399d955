using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>Models have thousands of layers: attaching to one and measuring a step cost what its layers cost, not their square.</summary>
public sealed class LargeModelTests
{
    private const double MostGrowth = 6.5;

    [Fact]
    public void FourTimesTheLayersCostAboutFourTimes()
    {
        _ = Cost(100);
        var (attachOnce, stepOnce) = Cost(200);
        var (attachFour, stepFour) = Cost(800);

        Assert.True(attachFour <= MostGrowth * attachOnce, FormattableString.Invariant($"attaching: {attachOnce:N0} and {attachFour:N0} bytes"));
        Assert.True(stepFour <= MostGrowth * stepOnce, FormattableString.Invariant($"a measured step: {stepOnce:N0} and {stepFour:N0} bytes"));
    }

    /// <summary>What was allocated while a monitor was attached, and while it measured a step and ended.</summary>
    private static (long Attach, long Step) Cost(int layers)
    {
        torch.manual_seed(1);
        using var model = nn.Sequential(Enumerable.Range(0, layers).Select(index => ($"layer{index}", (nn.Module<Tensor, Tensor>)(index % 2 == 0 ? nn.Linear(2, 2) : nn.Tanh()))).ToArray());
        long begun = GC.GetAllocatedBytesForCurrentThread();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Sampling = SamplingSchedule.EveryStep });
        long attached = GC.GetAllocatedBytesForCurrentThread();
        using (NewDisposeScope())
        {
            var loss = model.call(ones(4, 2)).mean();
            loss.backward();
            monitor.Step(loss);
        }

        _ = monitor.Complete();
        return (attached - begun, GC.GetAllocatedBytesForCurrentThread() - attached);
    }
}
