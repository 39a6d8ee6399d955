using System.Buffers.Binary;
using TorchSharp;
using TrainingDoctor.Readers.Protocol;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Recording;

[Trait("Speed", "Slow")]
public sealed class HistogramRecordingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TensorBoardGetsHistogramsOfParametersAndGradients(bool onDevice)
    {
        torch.manual_seed(1);
        using var model = nn.Sequential(("fc1", nn.Linear(200, 100)), ("relu", nn.ReLU()), ("fc2", nn.Linear(100, 3)));
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var criterion = nn.MSELoss();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions
        {
            Optimizer = optimizer,
            Loss = criterion,
            RecordTo = _folder,
            RecordFormat = RecordFormat.TensorBoard,
            Sampling = SamplingSchedule.EveryStep,
            ForceDevicePath = onDevice,
        });
        using var input = randn(8, 200);
        using var target = randn(8, 3);
        for (int step = 0; step <= 200; step++)
        {
            optimizer.zero_grad();
            using var output = model.call(input);
            using var loss = criterion.call(output, target);
            loss.backward();
            optimizer.step();
            monitor.Step(loss);
        }

        var report = monitor.Complete();

        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id.StartsWith("TD0", StringComparison.Ordinal));
        var events = Events().Where(entry => entry.Summary?.Value.Any(value => value.Histogram is not null) == true).ToList();
        Assert.Equal([0, 100, 200], events.Select(entry => entry.Step));
        var last = events[^1].Summary.Value.Where(value => value.Histogram is not null).ToDictionary(value => value.Tag, value => value.Histogram);
        Assert.Equal(8, last.Count);
        var second = model.get_parameter("fc2.weight")!;
        CheckAgainst(second, last["hist/weights/fc2.weight"]);
        CheckAgainst(second.grad!, last["hist/gradients/fc2.weight"]);

        // Of a large tensor a sample is counted, which has nearly the same spread.
        var sample = last["hist/weights/fc1.weight"];
        Assert.InRange(sample.Num, 6000, 10_000);
        Assert.Equal(Math.Sqrt(model.get_parameter("fc1.weight")!.square().mean().item<float>()), Math.Sqrt(sample.SumSquares / sample.Num), 0.003);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void CheckAgainst(Tensor tensor, HistogramRecord histogram)
    {
        float[] elements = [.. tensor.detach().flatten().data<float>()];
        Assert.Equal(elements.Length, histogram.Num);
        Assert.Equal(elements.Length, histogram.Bucket.Sum());
        Assert.Equal(elements.Sum(element => (double)element), histogram.Sum, 1e-6);
        Assert.Equal((elements.Min(), elements.Max()), ((float)histogram.Min, (float)histogram.Max));
        int positive = histogram.BucketLimit.Select((edge, index) => (edge, index)).First(bucket => bucket.edge > 0).index;
        Assert.Equal(elements.Count(element => element <= -Math.ScaleB(1, -24)), histogram.Bucket.Take(positive).Sum());
    }

    private IEnumerable<EventRecord> Events()
    {
        byte[] bytes = File.ReadAllBytes(Assert.Single(Directory.GetFiles(_folder)));
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            yield return EventRecord.Parser.ParseFrom(bytes, at + 12, length);
            at += 12 + length + 4;
        }
    }
}
