using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Probes;

/// <summary>Integer labels of a loss of signs are looked at as the loss takes them.</summary>
public sealed class SignLabelsTests
{
    [Theory]
    [InlineData(false, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    public void LabelsOfPairsAreSeen(bool areSigns, bool areTold, bool found)
    {
        using var model = nn.Linear(6, 4);
        using var criterion = nn.CosineEmbeddingLoss();
        using var stored = randint(2, 16);
        using var labels = areSigns ? (2 * stored) - 1 : stored.clone();
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Loss = criterion });
        for (int step = 0; step < 6; step++)
        {
            using var first = model.call(randn(16, 6));
            using var second = model.call(randn(16, 6));
            using var loss = criterion.call(first, second, labels);
            loss.backward();
            monitor.Step(loss, areTold ? stored : null);
        }

        Assert.Equal(found, monitor.Complete().Findings.Any(finding => finding.Rule.Id == "TD1006" && finding.Severity == Severity.Error));
    }
}
