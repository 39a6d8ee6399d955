using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>A loss that compares each place's output with the next label by itself, as those of language models in well-known libraries do.</summary>
public sealed class ShiftedLossTests
{
    private const int Tokens = 7;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void LabelsAreShiftedOnceOrTwice(bool isShiftedBefore, int expected)
    {
        var report = Train(isShiftedBefore);

        Assert.Equal(expected, report.Diagnosis.Facts.Of(Metric.TargetShift)!.Value.Last);
        Assert.Equal(isShiftedBefore, report.Diagnosis.Findings.Any(finding => finding.Rule.Id == "TD1010"));
        Assert.DoesNotContain(report.Diagnosis.Findings, finding => finding.Rule.Id is "TD1009" or "TD6013");
    }

    private static DiagnosisReport Train(bool isShiftedBefore)
    {
        manual_seed(3);
        using var generator = new Generator(9);
        using var model = nn.Sequential(nn.Embedding(Tokens, 16), nn.Linear(16, Tokens));
        using var criterion = new CausalLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.02);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.LanguageModeling });
        foreach (int step in Enumerable.Range(0, 60))
        {
            using var scope = NewDisposeScope();

            // Each token is followed by its double, most of the time.
            var first = randint(Tokens, [16, 1], generator: generator);
            var texts = cat([.. Enumerable.Range(0, 12).Select(place => first.mul((long)Math.Pow(2, place)).remainder(Tokens))], 1);
            texts = where(rand(texts.shape, generator: generator).lt(0.2), randint(Tokens, texts.shape, generator: generator), texts).to(ScalarType.Int64);
            var (inputs, labels) = isShiftedBefore ? (texts.narrow(1, 0, 11), texts.narrow(1, 1, 11)) : (texts, texts);
            optimizer.zero_grad();
            var loss = criterion.call(model.call(inputs), labels);
            loss.backward();
            optimizer.step();
            monitor.Step(loss, labels);
            if (step % 15 == 14)
            {
                using var still = no_grad();
                monitor.Validation(criterion.call(model.call(inputs), labels).item<float>());
            }
        }

        return monitor.Complete();
    }

    private sealed class CausalLoss : nn.Module<Tensor, Tensor, Tensor>
    {
        private readonly CrossEntropyLoss _entropy = nn.CrossEntropyLoss();

        public CausalLoss()
            : base(nameof(CausalLoss)) => RegisterComponents();

        public override Tensor forward(Tensor scores, Tensor labels)
        {
            long last = scores.shape[1] - 1;
            return _entropy.call(scores.narrow(1, 0, last).reshape(-1, scores.shape[2]), labels.narrow(1, 1, last).reshape(-1));
        }
    }
}
