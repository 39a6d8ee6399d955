using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

public sealed class IdleHeadsTests
{
    [Theory]
    [InlineData("heads.1", 1.0, "heads.1")]
    [InlineData("heads.0", 1.0, "heads.0")]
    public void NamesTheHeadOfTheOutputThatIsNeverTrained(string head, double share, string expected)
    {
        var finding = Assert.Single(Run(head, _ => share));

        Assert.Equal([expected], finding.Layers);
    }

    [Fact]
    public void ZerosThatComeAndGoAreThoseOfALossWithAMargin() => Assert.Empty(Run("heads.1", step => step % 2 == 0 ? 1.0 : 0.9));

    [Fact]
    public void NoHeadIsIdleWhereNothingIsTrained() => Assert.Empty(Run("heads.1", _ => 1.0, other: 1.0));

    /// <summary>One head of four: a quarter of the rows of queries, keys and values, and of the columns of the projection.</summary>
    [Fact]
    public void HeadsThatDieInTheTrainingAreNamedWithTheStep()
    {
        var finding = Assert.Single(Attend(step => step < 60 ? 0.001 * (step % 3) : 0.25, step => step < 60 ? 0 : 0.25));

        Assert.Equal(60, finding.FirstStep);
        Assert.Equal(["attention"], finding.Layers);
        Assert.Contains("died", finding.Title.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ZerosThatComeAndGoAreNoDeath() => Assert.Empty(Attend(step => step % 2 == 0 || step >= 90 ? 0.25 : 0, step => step % 2 == 0 || step >= 90 ? 0.25 : 0));

    [Fact]
    public void ADeathThatIsTooYoungMayPass() => Assert.Empty(Attend(step => step < 105 ? 0 : 0.25, step => step < 105 ? 0 : 0.25));

    [Fact]
    public void AHeadThatIsCertainStillCarries() => Assert.Empty(Attend(step => step < 60 ? 0 : 1 / 6.0, _ => 0));

    [Fact]
    public void SingleElementsAreNoHeads() => Assert.Empty(Attend(step => step < 60 ? 0 : 0.2512, step => step < 60 ? 0 : 0.2512));

    [Fact]
    public void WhatComesBackIsNotDead() => Assert.Empty(Attend(step => step is >= 40 and < 80 ? 0.25 : 0, step => step is >= 40 and < 80 ? 0.25 : 0));

    private static IReadOnlyList<Finding> Attend(Func<int, double> projection, Func<int, double> output)
    {
        string[] names = ["attention.in_proj_weight", "attention.out_proj.weight"];
        var model = new ModelDescription
        {
            TypeName = "Reader",
            Layers = [new LayerDescription { Path = "attention", TypeName = "MultiheadAttention", Kind = LayerKind.Attention, IsLeaf = true }],
            Parameters = [.. names.Zip([96L, 32L], (name, rows) => new ParameterDescription { Name = name, LayerPath = "attention", Role = ParameterRole.Weight, Shape = [rows, 32], Count = rows * 32 })],
        };
        var trace = names.Zip([projection, output], (name, share) => Trace.Of(Metric.GradientZeroFraction, name, Enumerable.Range(0, 120).Select(share))).Aggregate((one, next) => one.And(next));
        return RuleVerifier.Run(new IdleHeads(new()), trace, new RunDescription { Model = model });
    }

    private static IReadOnlyList<Finding> Run(string head, Func<int, double> share, double other = 0)
    {
        string[] heads = ["heads.0", "heads.1"];
        var model = new ModelDescription
        {
            TypeName = "TwoTasks",
            Layers = [.. heads.Select(path => new LayerDescription { Path = path, TypeName = "Linear", Kind = LayerKind.Linear, IsLeaf = true, InputFeatures = 8, OutputFeatures = 2 })],
            Parameters = [.. heads.Select(path => new ParameterDescription { Name = path + ".weight", LayerPath = path, Role = ParameterRole.Weight, Shape = [2, 8], Count = 16 })],
        };
        var trace = heads.Select((path, order) => Trace.Of(Metric.CallOrder, path, [order])
            .And(Trace.Of(Metric.GradientZeroFraction, path + ".weight", Enumerable.Range(0, 40).Select(step => path == head ? share(step) : other)))).Aggregate((one, next) => one.And(next));
        return RuleVerifier.Run(new IdleHeads(new()), trace, new RunDescription { Model = model });
    }
}
