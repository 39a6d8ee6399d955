using TrainingDoctor.Rules.Optimization;

namespace TrainingDoctor.Tests.Optimization;

public sealed class RoundedUpdateTests
{
    /// <summary>An element of few digits moves by a whole digit or not at all: a mean step below half of one is that of weights of which few move.</summary>
    [Theory]
    [InlineData("a fine-tuning at the usual rate", "bfloat16", 0.001, 0.001, 0.1, true, true)]
    [InlineData("the same in half precision", "float16", 0.0001, 0.0001, 0.1, true, true)]
    [InlineData("a rate that goes with few digits", "bfloat16", 0.01, 0.01, 0.1, true, false)]
    [InlineData("small steps once all is learnt", "bfloat16", 0.01, 0.0001, 0.1, true, false)]
    [InlineData("full weights, computed with in few digits", "float32", 0.001, 0.001, 0.1, true, false)]
    [InlineData("copies of full weights that the optimizer holds", "bfloat16", 0.001, 0.001, 0.1, false, false)]
    [InlineData("an embedding of which a step uses few rows", "bfloat16", 0.001, 0.001, 0.99, true, false)]
    public void TellsStepsThatAreRoundedAway(string name, string type, double early, double late, double zeros, bool isHeld, bool found)
    {
        _ = name;
        var trace = Trace.Of(Metric.Loss, Enumerable.Range(0, 400).Select(step => 0.8 + (2.5 * Math.Exp(-step / 100.0))))
            .And(Trace.Of(Metric.GlobalUpdateRatio, Enumerable.Range(0, 400).Select(step => step < 60 ? early : late)))
            .And(Trace.Of(Metric.GlobalGradientNorm, Enumerable.Range(0, 400).Select(step => 1 + (0.3 * Math.Sin(step)))))
            .And(Trace.Of(Metric.GradientZeroFraction, "0.weight", Enumerable.Repeat(zeros, 400)));
        var run = new RunDescription
        {
            Model = new ModelDescription
            {
                TypeName = "Net",
                Layers = [new LayerDescription { Path = "0", TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true }],
                Parameters = [new ParameterDescription { Name = "0.weight", LayerPath = "0", Role = ParameterRole.Weight, Shape = [8, 8], Count = 64, DataType = type, IsTrainable = true, IsInOptimizer = isHeld }],
            },
        };
        var findings = RuleVerifier.Run(new UndersizedUpdate(new()), trace, run);

        Assert.Equal(found, findings.Count == 1);
        Assert.All(findings, finding => Assert.Equal((Severity.Warning, Cause.InsufficientPrecision), (finding.Severity, finding.Causes[0].Cause)));
    }
}
