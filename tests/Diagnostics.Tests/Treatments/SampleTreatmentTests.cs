using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Treatments;

/// <summary>What a trial does about samples that only the program has: rare classes, targets without a scale, and damaged values.</summary>
public sealed class SampleTreatmentTests : IDisposable
{
    private readonly TrialFolder _trial = new();

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void RareClassesWeighMoreInTheGradientAndNotInTheLoss()
    {
        using var model = nn.Linear(2, 2);
        using var loss = nn.CrossEntropyLoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var monitor = _trial.AttachTo(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = loss }, new RemedyAction { Kind = RemedyActionKind.BalanceClasses });
        using var input = ones(10, 2);
        using var target = tensor(new long[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 });
        using var output = model.call(input);
        using var told = loss.call(output, target);
        told.backward();
        using var probability = output.softmax(1);
        double first = probability[0, 0].item<float>();
        monitor.Step(told, target);

        // Nine times (p - 1) at 5/9 and once p at 5, over ten samples.
        Assert.Equal(((9 * (first - 1) * 5 / 9) + (first * 5)) / 10, model.bias!.grad![0].item<float>(), 1e-5);
        Assert.Equal(nn.functional.cross_entropy(output, target).item<float>(), told.item<float>(), 1e-6);
        Assert.StartsWith("every sample weighted", (string?)_trial.Answer()["applied"]![0]!["text"], StringComparison.Ordinal);
    }

    [Fact]
    public void TargetsOfSeveralClassesAreNotBalanced()
    {
        using var model = nn.Linear(2, 3);
        using var loss = nn.BCEWithLogitsLoss();
        using var monitor = _trial.AttachTo(model, new TrainingMonitorOptions { Loss = loss }, new RemedyAction { Kind = RemedyActionKind.BalanceClasses });
        using var target = zeros(4, 3);
        using var told = loss.call(model.call(ones(4, 2)), target);
        monitor.Step(told, target);

        Assert.Empty(_trial.Answer()["applied"]!);
        Assert.Contains("not one class per sample", (string?)_trial.Answer()["skipped"]![0]!["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public void TargetsAreScaledInTheGradientAndAnswersTurnedBack()
    {
        manual_seed(1);
        using var model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1));
        using var loss = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.2);
        using var monitor = _trial.AttachTo(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = loss, Task = TrainingTask.Regression }, new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize-targets" });
        using var input = linspace(-1, 1, 64).unsqueeze(1);
        using var target = (input * 500) + 3000;
        double last = 0;
        for (int step = 0; step < 300; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var told = loss.call(model.call(input), target);
            told.backward();
            optimizer.step();
            monitor.Step(told, target);
            last = told.item<float>();
        }

        // A rate of 0.2 on targets of 3000 would be lost at once; the loss is told in the program's own units.
        Assert.InRange(last, 0, 0.05 * 500 * 500);
        using (no_grad())
        {
            using var answer = model.call(input);
            Assert.Equal(3000, answer.mean().item<float>(), 50f);
        }

        Assert.StartsWith("the model answers on the scale of the targets", (string?)_trial.Answer()["applied"]![0]!["text"], StringComparison.Ordinal);
        Assert.DoesNotContain(monitor.Complete().Findings, finding => finding.Rule.Name == "unscaled-target");
    }

    [Fact]
    public void SamplesAreRepairedOnTheirWayIn()
    {
        using var model = nn.Linear(2, 1);
        using var loss = nn.MSELoss();
        using var monitor = _trial.AttachTo(model, new TrainingMonitorOptions { Loss = loss }, new RemedyAction { Kind = RemedyActionKind.CleanData });
        using var input = tensor(new[] { 1f, float.NaN, 3f, 4f, 5f, 8f, 1e9f, 6f }, 4, 2);
        using var output = model.call(input);

        // 6 is the mean of 4, 8 and 6; samples end at 20 times the median of their largest values, which is that of 6, 4, 8 and 1e9: 6.
        using var clamped = model.call(tensor(new[] { 1f, 6f, 3f, 4f, 5f, 8f, 120f, 6f }, 4, 2));
        Assert.Equal(clamped.data<float>().ToArray(), output.data<float>().ToArray(), (one, other) => Math.Abs(one - other) < 1e-3);
        Assert.StartsWith("values that are not finite replaced", (string?)_trial.Answer()["applied"]![0]!["text"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0f, 255f)]
    [InlineData(-1f, 1f)]
    public void AnswersOfTwoValuesBecomeZeroAndOne(float no, float yes)
    {
        using var model = nn.Linear(2, 1);
        using var loss = nn.BCEWithLogitsLoss();
        using var monitor = _trial.AttachTo(model, new TrainingMonitorOptions { Loss = loss }, new RemedyAction { Kind = RemedyActionKind.CleanData });
        using var target = tensor(new[] { no, yes, no, no, yes, no, no, yes }, 8, 1);
        using var output = model.call(ones(8, 2));
        using var told = loss.call(output, target);

        using var wanted = nn.functional.binary_cross_entropy_with_logits(output, target.eq(yes).to_type(ScalarType.Float32));
        Assert.Equal(wanted.item<float>(), told.item<float>(), 1e-5);
        Assert.StartsWith("targets of two values brought to 0 and 1", (string?)_trial.Answer()["applied"]![0]!["text"], StringComparison.Ordinal);
    }

    [Fact]
    public void TwoNumbersOfARegressionStayAsTheyAre()
    {
        using var model = nn.Linear(2, 1);
        using var loss = nn.MSELoss();
        using var monitor = _trial.AttachTo(model, new TrainingMonitorOptions { Loss = loss }, new RemedyAction { Kind = RemedyActionKind.CleanData });
        using var target = tensor(new[] { -1.5f, 2.5f }, 2, 1);
        using var output = model.call(ones(2, 2));
        using var told = loss.call(output, target);

        Assert.Equal((output - target).square().mean().item<float>(), told.item<float>(), 1e-5);
    }

    [Fact]
    public void AScaleWaitsForABatchThatIsWhole()
    {
        using var model = nn.Linear(2, 1);
        using var monitor = _trial.AttachTo(model, new TrainingMonitorOptions(), new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize" });
        using var broken = tensor(new[] { 1f, float.NaN, 3f, 4f }, 2, 2);

        using var output = model.call(broken);

        Assert.True(output[0, 0].isnan().item<bool>());
    }
}
