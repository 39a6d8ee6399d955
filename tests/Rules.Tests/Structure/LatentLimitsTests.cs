using System.Globalization;
using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7012 and TD7013 at their limits: codes and embeddings that come to nothing, and what tells them from those that do not.</summary>
public sealed class LatentLimitsTests
{
    private const int Steps = 40;

    /// <summary>A divergence that goes from one level to another in a tenth of the run, beside a reconstruction, and the weights that it has at first and at last.</summary>
    [Theory]
    [InlineData("next to nothing", 4, 0.004, 10.0, null, null, true)]
    [InlineData("more than a hundredth of the reconstruction", 4, 0.004, 0.25, null, null, false)]
    [InlineData("of a reconstruction below zero", 4, 0.004, -10.0, null, null, true)]
    [InlineData("an eighth of a nat", 4, 0.125, 100.0, null, null, false)]
    [InlineData("a little less", 4, 0.12, 100.0, null, null, true)]
    [InlineData("small and not much smaller", 0.05, 0.004, 10.0, null, null, false)]
    [InlineData("small from the beginning", 0.004, 0.004, 10.0, null, null, true)]
    [InlineData("below zero", 4, -1, 10.0, null, null, false)]
    [InlineData("a weight that is still raised", 4, 0.004, 10.0, 1.0, 0.25, false)]
    [InlineData("a weight that came down to half", 4, 0.004, 10.0, 1.0, 0.5, true)]
    [InlineData("a weight of zero", 4, 0.004, 10.0, 0.0, 0.0, false)]
    [InlineData("no reconstruction", 4, 0.004, null, null, null, false)]
    public void ADivergenceThatComesToNothingIsACollapse(string name, double first, double last, double? reconstruction, double? firstWeight, double? lastWeight, bool isFound)
    {
        var trace = Trace.Of(Metric.LatentDivergence, Enumerable.Range(0, Steps).Select(step => step < 4 ? first : last));
        trace = reconstruction is { } level ? trace.And(Trace.Of(Metric.ReconstructionLoss, Enumerable.Repeat(level, Steps))) : trace;
        trace = firstWeight is { } weight ? trace.And(Trace.Of(Metric.LatentWeight, Enumerable.Range(0, Steps).Select(step => step < 4 ? weight : lastWeight!.Value))) : trace;
        var finding = RuleVerifier.Run(new PosteriorCollapse(new PosteriorCollapseOptions { MaximumDivergence = 0.125 }), trace).SingleOrDefault();

        Assert.True(isFound == (finding is not null), $"{name}: {finding}");
        Assert.True(finding is null || (finding.Severity, finding.FirstStep, finding.LastStep, finding.Evidence[0].Value) == (Severity.Warning, 30, 39, last), name);
        Assert.True(finding is null || Math.Abs(finding.Evidence[0].Limit!.Value - Math.Min(0.125, Math.Abs(0.01 * reconstruction!.Value))) < 1e-9, name);
    }

    [Fact]
    public void EightDivergencesAreEnough() =>
        Assert.Equal(RuleOutcome.Passed, RuleVerifier.Status(new PosteriorCollapse(new()), Trace.Of(Metric.LatentDivergence, Enumerable.Repeat(4.0, 8)).And(Trace.Of(Metric.Loss, 1, 1))).Outcome);

    /// <summary>The loss stands for the reconstruction where that is not told.</summary>
    [Fact]
    public void TheLossStandsForTheReconstruction() =>
        Assert.Single(RuleVerifier.Run(new PosteriorCollapse(new()), Trace.Of(Metric.LatentDivergence, Enumerable.Repeat(0.004, Steps)).And(Trace.Of(Metric.Loss, Enumerable.Repeat(10.0, Steps)))));

    /// <summary>Layers in the order of their calls, as inputs and outputs, and the largest numbers that came out of each and of the model.</summary>
    [Theory]
    [InlineData("two heads of one code", "32:6 32:6 6:64", "0.125 0.0625 1", 1, null, "0 1")]
    [InlineData("of a variational task", "32:6 32:6 6:64", "0.125 0.0625 1", 1, TrainingTask.Variational, "0 1")]
    [InlineData("of a reconstruction", "32:6 32:6 6:64", "0.125 0.0625 1", 1, TrainingTask.Reconstruction, "0 1")]
    [InlineData("of a classifier", "32:6 32:6 6:64", "0.125 0.0625 1", 1, TrainingTask.MulticlassClassification, "")]
    [InlineData("means at the limit", "32:6 32:6 6:64", "0.25 0.0625 1", 1, null, "")]
    [InlineData("variances at the limit", "32:6 32:6 6:64", "0.125 0.25 1", 1, null, "")]
    [InlineData("an output at the limit", "32:6 32:6 6:64", "0.125 0.0625 1", 0.25, null, "")]
    [InlineData("other inputs", "32:6 16:6 6:64", "0.125 0.0625 1", 1, null, "")]
    [InlineData("other outputs", "32:6 32:8 6:64", "0.125 0.0625 1", 1, null, "")]
    [InlineData("as wide as their inputs", "6:6 6:6 6:64", "0.125 0.0625 1", 1, null, "")]
    [InlineData("at the end", "64:32 32:6 32:6", "1 0.125 0.0625", 1, null, "")]
    [InlineData("the first of two codes", "32:6 32:6 32:6 6:64", "0.125 0.0625 0.0625 1", 1, null, "0 1")]
    [InlineData("kernels", "32c6 32c6 6:64", "0.125 0.0625 1", 1, null, "0 1")]
    [InlineData("a kernel and a matrix", "32c6 32:6 6:64", "0.125 0.0625 1", 1, null, "")]
    [InlineData("layers of another kind", "32r6 32r6 6:64", "0.125 0.0625 1", 1, null, "")]
    public void HeadsThatBothComeToZeroAreACollapse(string name, string layers, string sizes, double output, TrainingTask? task, string expected)
    {
        var rule = new PosteriorCollapse(new PosteriorCollapseOptions { MaximumSize = 0.25 });
        var run = new RunDescription { Task = task, Model = Layers(layers) };
        var trace = sizes.Split(' ').Select((size, index) => Trace.Of(Metric.CallOrder, $"{index}", [index]).And(Trace.Of(Metric.OutputAbsoluteMaximum, $"{index}", Enumerable.Repeat(double.Parse(size, CultureInfo.InvariantCulture), 20))))
            .Aggregate(Trace.Of(Metric.OutputAbsoluteMaximum, "(output)", Enumerable.Repeat(output, 20)), (one, next) => one.And(next));
        var finding = RuleVerifier.Run(rule, trace, run).SingleOrDefault();

        Assert.True(expected == string.Join(' ', finding?.Layers ?? []), $"{name}: {finding}");
        Assert.True(finding is null || finding.Evidence[0].Value == 0.125, name);
    }

    [Theory]
    [InlineData(20, true, RuleOutcome.Passed)]
    [InlineData(20, false, RuleOutcome.NotEvaluated)]
    public void HeadsNeedStepsAndAModel(int steps, bool hasModel, RuleOutcome outcome) => Assert.Equal(
        outcome,
        RuleVerifier.Status(new PosteriorCollapse(new()), Trace.Of(Metric.OutputAbsoluteMaximum, "(output)", Enumerable.Repeat(1.0, steps)), new RunDescription { Model = hasModel ? Layers("8:8") : null }).Outcome);

    /// <summary>The spread of embeddings at first, on the way and at last, beside a loss that falls by so much.</summary>
    [Theory]
    [InlineData("from far apart to one place", 0.5, 0.01, 0.01, 0.75, true)]
    [InlineData("from near together", 0.25, 0.01, 0.01, 0.75, false)]
    [InlineData("from a little further apart", 0.26, 0.01, 0.01, 0.75, true)]
    [InlineData("at the limit at last", 0.5, 0.01, 0.0625, 0.75, false)]
    [InlineData("apart until the last step", 0.5, 0.4, 0.01, 0.75, false)]
    [InlineData("a loss that falls by less than half", 0.5, 0.01, 0.01, 0.375, false)]
    public void EmbeddingsCoincideWhereTheLossFell(string name, double first, double between, double last, double fell, bool isFound)
    {
        var rule = new CollapsedEmbedding(new CollapsedEmbeddingOptions { MinimumVariation = 0.0625, InitialVariation = 0.25 });
        var finding = RuleVerifier.Run(rule, Spread([first, .. Enumerable.Repeat(between, Steps - 2), last], fell)).SingleOrDefault();

        Assert.True(isFound == (finding is not null), $"{name}: {finding}");
        Assert.True(finding is null || finding.Message.ToString().StartsWith(FormattableString.Invariant($"At the first step the outputs of different samples differed by {first:P0} of the outputs' spread"), StringComparison.Ordinal), $"{name}: {finding?.Message}");
    }

    /// <summary>Where a task or a loss is known other rules judge; twenty steps and the model's output it takes.</summary>
    [Theory]
    [InlineData("nothing known", 20, null, LossKind.Other, RuleOutcome.Passed)]
    [InlineData("no output", 0, null, LossKind.Other, RuleOutcome.NotEvaluated)]
    [InlineData("a task", 20, TrainingTask.SelfSupervised, LossKind.Other, RuleOutcome.NotEvaluated)]
    [InlineData("a loss", 20, null, LossKind.CrossEntropy, RuleOutcome.NotEvaluated)]
    public void EmbeddingsAreJudgedWhereNothingElseIsKnown(string name, int steps, TrainingTask? task, LossKind loss, RuleOutcome outcome)
    {
        var run = new RunDescription { Task = task, Loss = new LossDescription { Kind = loss, TypeName = "Loss" } };

        Assert.True(outcome == RuleVerifier.Status(new CollapsedEmbedding(new()), Spread([.. Enumerable.Repeat(0.5, steps)], 0.75), run).Outcome, name);
    }

    private static Trace Spread(double[] variations, double fell) =>
        Trace.Of(Metric.Loss, Enumerable.Range(0, Steps).Select(step => 4 * (1 - (fell * step / Steps)))).And(Trace.Of(Metric.BatchVariation, "(output)", variations));

    private static ModelDescription Layers(string layers) => Piece.Custom([.. layers.Split(' ').Select(layer =>
    {
        char kind = layer.First(letter => !char.IsAsciiDigit(letter));
        long[] widths = [.. layer.Split(kind).Select(width => long.Parse(width, CultureInfo.InvariantCulture))];
        return kind == 'c' ? Piece.Convolution(widths[0], widths[1], 3)
            : kind == ':' ? Piece.Linear(widths[0], widths[1])
            : Piece.Of(LayerKind.Recurrent, "LSTM") is var recurrent ? recurrent with { Layer = recurrent.Layer with { InputFeatures = widths[0], OutputFeatures = widths[1] } } : null!;
    })]);
}
