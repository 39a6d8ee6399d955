using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7001 without a look at the output: a cross entropy that comes to rest at the floor that probabilities leave it, with what is known of classes, answers and the learning rate.</summary>
public sealed class ProbabilityFloorTests
{
    private static readonly OutputLossMismatch Rule = new(new());

    /// <summary>Thirty losses of ten classes, or of two, that come down from a guess to a level.</summary>
    [Theory]
    [InlineData("right answers", true, 10, 1.5, Metric.Accuracy, 1.0, Severity.Error, 2)]
    [InlineData("right answers in the validation", true, 10, 1.5, Metric.ValidationAccuracy, 1.0, Severity.Error, 2)]
    [InlineData("answers that are not told, at the floor", true, 10, 1.465, Metric.TargetMean, 1.0, Severity.Warning, 1)]
    [InlineData("answers that are not told, above the floor", true, 10, 1.5, Metric.TargetMean, 1.0, null, 0)]
    [InlineData("a rate that came to nothing", true, 10, 1.5, Metric.Accuracy, 0.001, Severity.Warning, 2)]
    [InlineData("two classes", true, 2, 0.35, Metric.Accuracy, 1.0, Severity.Warning, 2)]
    [InlineData("a loss that is not told", false, 10, 1.511, Metric.Accuracy, 1.0, Severity.Warning, 2)]
    [InlineData("a loss below the floor", true, 10, 1.4, Metric.Accuracy, 1.0, null, 0)]
    public void ALossThatRestsOnItsFloorIsGivenProbabilities(string name, bool isTold, double classes, double level, Metric score, double rate, Severity? expected, int evidence)
    {
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 30).Select(step => step < 4 ? Math.Log(classes) : level)).And(Trace.Of(score, Enumerable.Repeat(0.95, 30)))
            .And(Trace.Of(Metric.TargetClassCount, Enumerable.Repeat(classes, 30))).And(Trace.Of(Metric.LearningRate, Enumerable.Range(0, 30).Select(step => step < 20 ? 1 : rate)));
        var view = Inspection.View(Piece.Custom(Piece.Linear(8, 2)), trace, new RunDescription { Loss = isTold ? new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } : null });
        var symptom = Rule.InspectRun(view, view.Facts).SingleOrDefault();

        Assert.True((expected, evidence) == (symptom?.Severity, symptom?.Evidence.Count ?? 0), $"{name}: {symptom?.Severity}");
        Assert.True(symptom is null || (symptom.FirstStep, symptom.LastStep, symptom.Confidence) == (0, 29, expected == Severity.Error ? 0.97 : 0.85), name);
        Assert.True(symptom is null || symptom.Evidence[0] is { Step: 4, Metric: "loss" } && symptom.Evidence[0].Value == level, name);
    }

    /// <summary>The message tells the answers where they are known, and that the loss came to rest where they are not.</summary>
    [Fact]
    public void TheMessageTellsWhatIsKnown()
    {
        string Message(Metric score, double level)
        {
            var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 30).Select(step => step < 4 ? 2.3 : level)).And(Trace.Of(score, Enumerable.Repeat(0.95, 30))).And(Trace.Of(Metric.TargetClassCount, 10, 10));
            var view = Inspection.View(Piece.Custom(Piece.Linear(8, 2)), trace, new RunDescription { Loss = new LossDescription { Kind = LossKind.CrossEntropy, TypeName = "CrossEntropyLoss" } });
            return Rule.Diagnose(Assert.Single(Rule.InspectRun(view, view.Facts)), view.Facts).Message.ToString();
        }

        Assert.EndsWith("The smallest loss was 1.5 at step 4, although the accuracy was 0.95 at step 29: with logits, answers as right as these cost next to nothing.", Message(Metric.Accuracy, 1.5), StringComparison.Ordinal);
        Assert.EndsWith("The smallest loss was 1.465 at step 4, at which it came to rest; it was never below.", Message(Metric.TargetMean, 1.465), StringComparison.Ordinal);
    }
}
