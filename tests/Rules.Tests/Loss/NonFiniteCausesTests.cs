using TrainingDoctor.Rules.Loss;

namespace TrainingDoctor.Tests.Loss;

/// <summary>TD4001 on what a loss that is no number is blamed on: the data where they are broken, the steps where something grew before it, the arithmetic where nothing did.</summary>
public sealed class NonFiniteCausesTests
{
    private const int Broken = 5;

    /// <summary>How long a run must have gone on for its beginning not to be blamed.</summary>
    [Theory]
    [InlineData(1, Cause.PoorInitialization)]
    [InlineData(2, Cause.LearningRateTooHigh)]
    public void TheFirstTwoStepsAreTheBeginning(int step, Cause second)
    {
        var causes = Causes(Losses(step).From(30));

        Assert.Equal((Cause.NumericOverflow, second), (causes[0], causes[1]));
    }

    [Theory]
    [InlineData("values of the batch that are no numbers", Metric.InputNonFiniteCount, new[] { 0.0, 1 }, Cause.CorruptData)]
    [InlineData("targets that are no numbers", Metric.TargetNonFiniteCount, new[] { 0.0, 1 }, Cause.CorruptData)]
    [InlineData("a gradient that grew to ten times its first", Metric.GlobalGradientNorm, new[] { 1.0, 10 }, Cause.NumericOverflow)]
    [InlineData("a gradient at a hundred times its least", Metric.GlobalGradientNorm, new[] { 50.0, 1, 100 }, Cause.NumericOverflow)]
    [InlineData("weights that grew", Metric.GlobalWeightNorm, new[] { 1.0, 11 }, Cause.LearningRateTooHigh)]
    [InlineData("steps of more than half of the weights", Metric.GlobalUpdateRatio, new[] { 0.75, 0.1 }, Cause.LearningRateTooHigh)]
    public void WhatWasMeasuredBeforeIsBlamed(string name, Metric metric, double[] values, Cause expected)
    {
        _ = name;
        Assert.Equal(expected, Causes(Losses(20).And(Trace.Of(metric, values)))[0]);
    }

    [Theory]
    [InlineData("at once, of large inputs", 0, 1001, Cause.UnscaledData, Cause.NumericOverflow)]
    [InlineData("later, of large inputs and a growing gradient", 20, 1001, Cause.LearningRateTooHigh, Cause.UnscaledData)]
    public void LargeInputsAreBlamedAtOnceAndBesideTheStepsLater(string name, int step, double largest, Cause first, Cause second)
    {
        _ = name;
        var causes = Causes(Losses(step).And(Trace.Of(Metric.InputAbsoluteMaximum, largest)).And(Trace.Of(Metric.GlobalGradientNorm, step == 0 ? [1, 1] : [1, 50])));

        Assert.Equal((first, second), (causes[0], causes[1]));
    }

    [Theory]
    [InlineData("fine-tuned in half precision", true, "fp16", RemedyActionKind.ChangePrecision)]
    [InlineData("fine-tuned in bfloat16", true, "bf16", RemedyActionKind.ChangeLoss)]
    public void WhatIsTriedFirstDependsOnThePrecisionOfAFineTuning(string name, bool? isPretrained, string precision, RemedyActionKind first)
    {
        _ = name;
        var run = new RunDescription { Framework = isPretrained is null ? null : "huggingface", Situation = new RunSituation { IsPretrained = isPretrained, Precision = precision } };

        var remedies = Assert.Single(RuleVerifier.Run(new NonFiniteLoss(new()), Losses(20), run)).Remedies;

        Assert.Equal(isPretrained == true && precision == "fp16", remedies[0].Actions[0].Kind == RemedyActionKind.ChangePrecision);
        Assert.Equal(isPretrained == true, remedies.Any(remedy => remedy.Actions.Any(action => action.Kind == RemedyActionKind.UnmaskLabels)));
        Assert.Contains(remedies, remedy => remedy.Actions[0].Kind == first);
    }

    /// <summary>Broken data are cleaned before precision is looked at.</summary>
    [Fact]
    public void BrokenDataAreCleanedFirst()
    {
        var run = new RunDescription { Framework = "huggingface", Situation = new RunSituation { IsPretrained = true } };

        var remedies = Assert.Single(RuleVerifier.Run(new NonFiniteLoss(new()), Losses(20).And(Trace.Of(Metric.InputNonFiniteCount, 3)), run)).Remedies;

        Assert.Equal((RemedyActionKind.CleanData, RemedyActionKind.ChangePrecision), (remedies[0].Actions[0].Kind, remedies[1].Actions[0].Kind));
    }

    [Fact]
    public void ASmoothActivationIsAdvisedForLayersThatHaveAKink()
    {
        var run = new RunDescription
        {
            Model = new ModelDescription
            {
                TypeName = "Net",
                Parameters = [],
                Layers =
                [
                    new LayerDescription { Path = "kink", TypeName = "ReLU", Kind = LayerKind.Activation, Activation = ActivationKind.ReLU, IsLeaf = true },
                    new LayerDescription { Path = "leak", TypeName = "LeakyReLU", Kind = LayerKind.Activation, Activation = ActivationKind.LeakyReLU, IsLeaf = true },
                    new LayerDescription { Path = "smooth", TypeName = "GELU", Kind = LayerKind.Activation, Activation = ActivationKind.GELU, IsLeaf = true },
                ],
            },
        };

        var remedies = Assert.Single(RuleVerifier.Run(new NonFiniteLoss(new()), Losses(20), run)).Remedies;

        Assert.Equal(["kink", "leak"], remedies.SelectMany(remedy => remedy.Actions).Single(action => action.Kind == RemedyActionKind.ReplaceActivation).Layers);
    }

    private static Trace Losses(int step) => Trace.Of(Metric.Loss, Enumerable.Repeat(2.0, step).Concat(Enumerable.Repeat(double.NaN, Broken)));

    private static List<Cause> Causes(Trace trace) => [.. Assert.Single(RuleVerifier.Run(new NonFiniteLoss(new()), trace)).Causes.Select(cause => cause.Cause)];
}
