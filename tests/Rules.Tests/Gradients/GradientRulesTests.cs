using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Gradients;
using TrainingDoctor.Tests.Examples;

namespace TrainingDoctor.Tests.Gradients;

public sealed class GradientRulesTests
{
    private static readonly VanishingGradient Vanishing = new(new());
    private static readonly ExplodingGradient Exploding = new(new());
    private static readonly NonFiniteGradient NonFinite = new(new());
    private static readonly AccumulatingGradient Accumulating = new(new());

    public static TheoryData<string, Func<int, double>, Func<int, double>> HealthyNorms => new()
    {
        { "a peak of a factor of 1000", step => step == 40 ? 1000 : 1, _ => 2.3 },
        { "peaks that come again, as in long runs", step => step % 50 == 3 ? 150 : 1, UpdateExamples.Falling },
        { "norms before unscaling in mixed precision", step => 2e5 * (1 + (0.5 * Math.Sin(step))), UpdateExamples.Falling },
        { "convergence: the gradient goes to zero", step => Math.Exp(-0.1 * step), UpdateExamples.Falling },
        { "growth from a flat start while the loss falls", step => 1e-4 * Math.Exp(0.1 * step), UpdateExamples.Falling },
        { "large first steps", step => step < 5 ? 500 : 1, UpdateExamples.Falling },
    };

    [Theory]
    [MemberData(nameof(HealthyNorms))]
    public void ExplodingReportsNothing(string name, Func<int, double> norm, Func<int, double> loss)
    {
        _ = name;
        Assert.Empty(RuleVerifier.Run(Exploding, GradientExamples.Gradients(norm, loss)));
    }

    [Fact]
    public void ExplodingIsAnErrorWhenGradientAndLossGoTogetherAndWhenOverflowEndsTheGrowth()
    {
        var slow = Assert.Single(RuleVerifier.Run(Exploding, GradientExamples.Gradients(step => Math.Exp(0.12 * step), step => 2.3 * Math.Exp(0.05 * step))));
        var fast = Assert.Single(RuleVerifier.Run(Exploding, GradientExamples.Gradients(step => step < 3 ? Math.Pow(1e6, step) : double.NaN, step => step < 3 ? Math.Pow(1e6, step) : double.NaN)));

        Assert.Equal((Severity.Error, Severity.Error), (slow.Severity, fast.Severity));
        Assert.Equal(Cause.LearningRateTooHigh, slow.Causes[0].Cause);
        Assert.Contains(fast.Remedies, remedy => remedy.Actions.Any(action => action.Kind == RemedyActionKind.ClipGradientNorm));
    }

    [Theory]
    [InlineData("even layers", 1.0, 2.3)]
    [InlineData("four-fold loss per layer is no vanishing", 0.4, 2.3)]
    [InlineData("small gradients and a loss that falls", 0.08, 0.1)]
    public void VanishingIsNoIllnessWithoutBothSigns(string name, double factor, double finalLoss)
    {
        _ = name;
        var findings = RuleVerifier.Run(Vanishing, GradientExamples.Layers(factor, step => finalLoss + ((2.3 - finalLoss) * Math.Exp(-step / 80.0))));

        Assert.DoesNotContain(findings, finding => finding.Severity >= Severity.Warning);
    }

    [Fact]
    public void VanishingGivesTheRowOfTheSourceArticle()
    {
        var run = new RunDescription { Model = Stack(ActivationKind.Sigmoid, 8) };

        var finding = Assert.Single(RuleVerifier.Run(Vanishing, GradientExamples.Layers(0.08, _ => 2.3), run));

        Assert.Equal((Severity.Error, Cause.SaturatingActivation), (finding.Severity, finding.Causes[0].Cause));
        Assert.Equal(["ReLU", "SiLU"], finding.Remedies.Take(2).Select(remedy => remedy.Actions[0].To));
        Assert.All(finding.Remedies.Take(2), remedy => Assert.Contains(remedy.Actions, action => action.Kind == RemedyActionKind.Reinitialize && action.Scheme == "he"));
        Assert.Contains(finding.Remedies, remedy => remedy.Actions.Any(action => action.Kind == RemedyActionKind.AddNormalization));
    }

    [Fact]
    public void VanishingDoesNotDependOnTheScaleOfTheLoss()
    {
        var ratio = (double scale) => RuleVerifier.Run(Vanishing, GradientExamples.Layers(0.08, _ => 2.3 * scale)).Single().Severity;

        Assert.Equal(ratio(1), ratio(1000));
    }

    [Fact]
    public void NonFiniteNamesTheLastParameterAndTheDirection()
    {
        var run = new RunDescription { Model = Stack(ActivationKind.ReLU, 3) };
        Trace At(string name, double count) => Trace.Of(Metric.GradientNonFiniteCount, name, [0, 0, count, count, count, count]);

        var finding = Assert.Single(RuleVerifier.Run(NonFinite, At("0.weight", 4).And(At("1.weight", 4)).And(At("2.weight", 0)), run));

        Assert.Equal((Severity.Error, "1.weight", 2L), (finding.Severity, finding.Layers[0], finding.FirstStep));
        Assert.Contains("backward", finding.Message.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one step, skipped", 1, false)]
    [InlineData("two steps at the beginning, the loss scale not told", 2, false)]
    [InlineData("ten steps while the loss scale finds its place", 10, true)]
    public void NonFiniteIsNoIllnessInMixedPrecision(string name, int bad, bool scaled)
    {
        _ = name;
        var trace = Trace.Of(Metric.GlobalGradientNorm, [.. Enumerable.Repeat(double.NaN, bad), .. Enumerable.Repeat(1.0, 50)]);
        trace = scaled ? trace.And(Trace.Of(Metric.LossScale, Enumerable.Repeat(65536.0, 50 + bad))) : trace;

        Assert.All(RuleVerifier.Run(NonFinite, trace), finding => Assert.Equal(Severity.Info, finding.Severity));
    }

    [Fact]
    public void MissingIsAnErrorWhenNothingIsTrainedAndAHintWhenGradientsWereCleared()
    {
        var rule = new MissingGradient(new());
        Trace Present(double present, double update) => Trace.Of(Metric.GradientPresent, "fc.weight", Enumerable.Repeat(present, 30))
            .And(Trace.Of(Metric.UpdateRatio, "fc.weight", Enumerable.Repeat(update, 30)));

        Assert.Equal(Severity.Error, Assert.Single(RuleVerifier.Run(rule, Present(0, 0))).Severity);
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(rule, Present(0, 1e-3))).Severity);
        Assert.Empty(RuleVerifier.Run(rule, Present(1, 1e-3)));
        Assert.Equal(RuleOutcome.NotEvaluated, RuleVerifier.Status(rule, Trace.Of(Metric.GradientPresent, "fc.weight", 0, 0)).Outcome);
    }

    [Fact]
    public void MissingReportsGradientsThatAreAlwaysZero()
    {
        var trace = Trace.Of(Metric.GradientPresent, "fc.weight", Enumerable.Repeat(1.0, 30)).And(Trace.Of(Metric.GradientNorm, "fc.weight", Enumerable.Repeat(0.0, 30)));

        Assert.Contains("zero", Assert.Single(RuleVerifier.Run(new MissingGradient(new()), trace)).Title.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<int, double>, double> HealthyDirections => new()
    {
        { "full-batch descent", step => Math.Exp(-0.02 * step), 0.999 },
        { "leaving a saddle on a full batch", step => Math.Exp(0.07 * step), 0.999 },
        { "a gradient that explodes in one direction", step => Math.Exp(0.3 * step), 0.99 },
        { "small batches", _ => 1, 0.1 },
        { "four batches added up on purpose", step => 1 + (step % 4), 0.9 },
        { "growing norms in unrelated directions", step => 1 + (0.3 * step), 0.2 },
    };

    [Theory]
    [MemberData(nameof(HealthyDirections))]
    public void AccumulatingReportsNothing(string name, Func<int, double> norm, double cosine)
    {
        _ = name;
        Assert.Empty(RuleVerifier.Run(Accumulating, GradientExamples.Sums(norm, cosine)));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void AccumulatingFindsSumsOfRealVectors(double common)
    {
        // Gradients of 64 dimensions that share a direction to some degree, added up as backward() does without zero_grad().
        var random = new Random(1);
        var sum = new double[64];
        var norms = new List<double>();
        var cosines = new List<double>();
        for (int step = 0; step < 60; step++)
        {
            var before = (double[])sum.Clone();
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += common + ((1 - common) * (random.NextDouble() + random.NextDouble() - 1) * 2.4);
            }

            norms.Add(Math.Sqrt(sum.Sum(x => x * x)));
            cosines.Add(step == 0 ? 0 : before.Zip(sum, (a, b) => a * b).Sum() / norms[step] / norms[step - 1]);
        }

        var trace = Trace.Of(Metric.GradientNorm, "fc.weight", norms).And(Trace.Of(Metric.GradientCosine, "fc.weight", cosines));
        var finding = Assert.Single(RuleVerifier.Run(Accumulating, trace));

        Assert.Equal(Cause.MissingZeroGrad, finding.Causes[0].Cause);
        Assert.Equal(RemedyActionKind.ZeroGradients, finding.Remedies[0].Actions[0].Kind);
    }

    [Fact]
    public void AccumulatingIsFoundWhereTheSumWasSeenHoweverTheNormGoes()
    {
        var turning = Trace.Of(Metric.GradientNorm, "fc.weight", Enumerable.Range(0, 60).Select(step => 1 + Math.Abs(Math.Sin(0.3 * step)))).And(Trace.Of(Metric.GradientCosine, "fc.weight", Enumerable.Repeat(0.2, 60)));
        var rising = Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => 2.3 * Math.Exp(0.1 * step)));
        var falling = Trace.Of(Metric.Loss, Enumerable.Range(0, 60).Select(step => 2.3 * Math.Exp(-0.1 * step)));

        var grave = Assert.Single(RuleVerifier.Run(Accumulating, turning.And(rising).And(Kept(60, _ => true))));
        var mild = Assert.Single(RuleVerifier.Run(Accumulating, turning.And(falling).And(Kept(60, _ => true))));

        Assert.Equal((Severity.Error, Cause.MissingZeroGrad), (grave.Severity, grave.Causes[0].Cause));
        Assert.Equal((Severity.Warning, 0L, 59L), (mild.Severity, mild.FirstStep, mild.LastStep));
    }

    [Fact]
    public void GradientsThatWereSeenClearedAreNoSumHoweverTheyGrow()
    {
        var growing = GradientExamples.Sums(step => 1 + step, 0.999);
        Assert.NotEmpty(RuleVerifier.Run(Accumulating, growing));

        Assert.Empty(RuleVerifier.Run(Accumulating, growing.And(Kept(60, _ => false))));
        Assert.Empty(RuleVerifier.Run(Accumulating, growing.And(Kept(60, step => step % 2 != 0))));
        Assert.Empty(RuleVerifier.Run(Accumulating, Kept(7, _ => true)));

        // Not cleared for more steps than were waited for, and cleared at most of those that followed.
        Assert.Equal(Severity.Info, Assert.Single(RuleVerifier.Run(Accumulating, Kept(60, step => step < 25))).Severity);
    }

    /// <summary>Cleared where an epoch begins, and not where a step ends.</summary>
    [Theory]
    [InlineData(60, 50)]
    [InlineData(60, 3)]
    [InlineData(9, 8)]
    public void GradientsThatAreClearedNowAndThenAreASum(int looks, int every)
    {
        var finding = Assert.Single(RuleVerifier.Run(Accumulating, Kept(looks, step => step % every != every - 1)));

        Assert.Equal((Severity.Warning, Cause.MissingZeroGrad), (finding.Severity, finding.Causes[0].Cause));
        Assert.Contains("not at every step", finding.Message.ToString(), StringComparison.Ordinal);
    }

    private static Trace Kept(int steps, Func<int, bool> isKept) => Trace.Of(Metric.GradientKept, Enumerable.Range(0, steps).Select(step => isKept(step) ? 1.0 : 0.0));

    internal static ModelDescription Stack(ActivationKind activation, int depth) => new()
    {
        TypeName = "Sequential",
        IsSequential = true,
        Layers =
        [
            .. Enumerable.Range(0, depth).SelectMany(i => new[]
            {
                new LayerDescription { Path = $"{i}", TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true, IsHooked = true },
                new LayerDescription { Path = $"act{i}", TypeName = activation.ToString(), Kind = LayerKind.Activation, Activation = activation, IsLeaf = true, IsHooked = true },
            }).SkipLast(1),
        ],
        Parameters = [.. Enumerable.Range(0, depth).Select(i => new ParameterDescription { Name = $"{i}.weight", LayerPath = $"{i}", Role = ParameterRole.Weight, Shape = [32, 32], Count = 1024 })],
    };
}
