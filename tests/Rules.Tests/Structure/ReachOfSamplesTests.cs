using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7011, TD7016 and TD7017: what reaches from one sample to another, from the answer to its prediction, and which axes were exchanged.</summary>
public sealed class ReachOfSamplesTests
{
    [Theory]
    [InlineData("five steps", Metric.SequenceAxisSwapped, new[] { 1.0, 1, 1, 1, 1 }, "Samples are taken for the places of a sequence", 4, null)]
    [InlineData("four steps", Metric.SequenceAxisSwapped, new[] { 1.0, 1, 1, 1 }, null, null, null)]
    [InlineData("eight steps", Metric.SequenceAxisSwapped, new[] { 1.0, 1, 1, 1, 1, 1, 1, 1 }, "Samples are taken for the places of a sequence", 7, null)]
    [InlineData("but for the first", Metric.SequenceAxisSwapped, new[] { 0.0, 1, 1, 1, 1, 1, 1 }, null, null, null)]
    [InlineData("with a look that gave no number", Metric.SequenceAxisSwapped, new[] { double.NaN, 1, 1, double.NaN, 1, 1, 1 }, "Samples are taken for the places of a sequence", 6, null)]
    [InlineData("put right later", Metric.SequenceAxisSwapped, new[] { 1.0, 1, 1, 1, 1, 1, 0, 0 }, "Samples are taken for the places of a sequence", 5, 6)]
    [InlineData("images", Metric.InputRegrouped, new[] { 1.0, 1, 1, 1, 1, 1 }, "Images are reshaped where axes should be exchanged", 5, null)]
    [InlineData("images but for the third", Metric.InputRegrouped, new[] { 1.0, 1, 0, 1, 1, 1, 1 }, null, null, null)]
    public void ExchangedAxesAreToldAfterSomeSteps(string name, Metric metric, double[] values, string? title, int? last, int? recovered)
    {
        var finding = RuleVerifier.Run(new SwappedAxes(new()), Trace.Of(metric, "layer", values)).SingleOrDefault();

        Assert.True((title, last, recovered) == (finding?.Title.ToString(), (int?)finding?.LastStep, (int?)finding?.RecoveredAt), $"{name}: {finding}");
        Assert.True(finding is null || (finding.Severity, finding.FirstStep, finding.Layers.Single()) == (Severity.Warning, 0, "layer"), name);
    }

    [Theory]
    [InlineData("five steps", new[] { 0.0, 1, 1, 1, 1, 1 }, 1)]
    [InlineData("four steps", new[] { 0.0, 1, 1, 1, 1 }, null)]
    [InlineData("interrupted", new[] { 1.0, 1, 1, 1, 0, 1, 1 }, null)]
    [InlineData("with a step that gave no number", new[] { 1.0, 1, double.NaN, 1, 1, 1 }, 0)]
    public void RegroupedLogitsAreToldAfterSomeStepsInARow(string name, double[] values, int? first)
    {
        var finding = RuleVerifier.Run(new SwappedAxes(new()), Trace.Of(Metric.RecognizedRegrouping, values)).SingleOrDefault();

        Assert.True(first == (int?)finding?.FirstStep, $"{name}: {finding}");
        Assert.True(finding is null or { Severity: Severity.Error, Confidence: 0.97 }, name);
    }

    /// <summary>Exchanged layers are told together; one that is right, and another kind of exchange, apart from them.</summary>
    [Fact]
    public void LayersAreToldTogether()
    {
        double[] always = [1, 1, 1, 1, 1];
        var trace = Trace.Of(Metric.SequenceAxisSwapped, "a", always).And(Trace.Of(Metric.SequenceAxisSwapped, "b", always)).And(Trace.Of(Metric.SequenceAxisSwapped, "c", 0, 0)).And(Trace.Of(Metric.InputRegrouped, "a", 0, 0));
        var finding = Assert.Single(RuleVerifier.Run(new SwappedAxes(new()), trace));

        Assert.Equal(["a", "b"], finding.Layers);
    }

    [Theory]
    [InlineData(Metric.SequenceAxisSwapped, "layer", 0.0, RuleOutcome.Passed)]
    [InlineData(Metric.SequenceAxisSwapped, "layer", 1.0, RuleOutcome.Passed)]
    [InlineData(Metric.RecognizedRegrouping, "", 0.0, RuleOutcome.Passed)]
    [InlineData(Metric.SequenceAxisSwapped, "layer", double.NaN, RuleOutcome.NotEvaluated)]
    public void OneLookIsEnoughToJudge(Metric metric, string scope, double value, RuleOutcome outcome) =>
        Assert.Equal(outcome, RuleVerifier.Status(new SwappedAxes(new()), Trace.Of(metric, scope, value)).Outcome);

    /// <summary>Shares of the other samples that changed, by layer; layers are called in the order c, b, a, and d was never seen to be called.</summary>
    [Theory]
    [InlineData("at the output alone", "", 0.5, "", Severity.Warning)]
    [InlineData("no more than a quarter", "a", 0.25, null, null)]
    [InlineData("first in the order of calls", "a b", 0.5, "b", Severity.Warning)]
    [InlineData("called before one that was not", "d a", 0.5, "a", Severity.Warning)]
    [InlineData("by name where calls do not tell", "e d", 0.5, "d", Severity.Warning)]
    [InlineData("in a recurrent layer", "c", 0.5, "c", Severity.Error)]
    [InlineData("in a layer that is not known", "x", 0.5, "", Severity.Warning)]
    public void SamplesMixInTheFirstLayerThatLeaks(string name, string leaking, double share, string? layer, Severity? expected)
    {
        static LayerDescription Of(string path, LayerKind kind) => new() { Path = path, TypeName = "Layer", Kind = kind, IsLeaf = true };
        var model = new ModelDescription
        {
            TypeName = "M",
            Parameters = [],
            Layers = [Of("a", LayerKind.Other), Of("b", LayerKind.Other), Of("c", LayerKind.Recurrent), Of("d", LayerKind.Other), Of("e", LayerKind.Other)],
        };
        string[] leaks = leaking.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var trace = new[] { "a", "b", "c", "d", "e", "x" }.Select(path => Trace.Of(Metric.SampleLeakage, path, leaks.Contains(path) ? 1.0 : 0.25))
            .Concat(new[] { "c", "b", "a" }.Select((path, order) => Trace.Of(Metric.CallOrder, path, [order]))).Aggregate(Trace.Of(Metric.SampleLeakage, "(output)", share), (one, next) => one.And(next));
        var finding = RuleVerifier.Run(new MixedSamples(new MixedSamplesOptions { MaximumLeakage = 0.25 }), trace, new RunDescription { Model = model }).SingleOrDefault();

        Assert.True((layer, expected) == (finding is null ? null : string.Join(' ', finding.Layers), finding?.Severity), $"{name}: {finding}");
        Assert.True(finding is null || finding.Remedies[0].Title.ToString().StartsWith("Give", StringComparison.Ordinal) == (expected == Severity.Error), name);
        Assert.True(finding is null || finding.Remedies.Count == (layer is "" ? 1 : 2), name);
    }

    /// <summary>The largest share of answers that are seen is told; the first of two as large.</summary>
    [Theory]
    [InlineData(new[] { 0.25, 0.25 }, false, null)]
    [InlineData(new[] { 0.25, 0.5, 0.5, 0.375 }, false, 1)]
    [InlineData(new[] { 0.5, 0.75 }, false, 1)]
    [InlineData(new[] { 0.5 }, true, 0)]
    public void AnAnswerThatIsSeenIsToldAtItsWorst(double[] shares, bool attends, int? step)
    {
        var run = new RunDescription { Model = attends ? Piece.Sequence(Piece.Of(LayerKind.Attention, "MultiheadAttention"), Piece.Linear(8, 2)) : Piece.Sequence(Piece.Linear(8, 2)) };
        var finding = RuleVerifier.Run(new VisibleAnswer(new VisibleAnswerOptions { MaximumLeakage = 0.25 }), Trace.Of(Metric.AnswerLeakage, "(output)", shares), run).SingleOrDefault();

        Assert.Equal((step, step), ((int?)finding?.FirstStep, (int?)finding?.LastStep));
        Assert.Equal(step is null ? null : shares.Max(), finding?.Evidence[0].Value);
    }
}
