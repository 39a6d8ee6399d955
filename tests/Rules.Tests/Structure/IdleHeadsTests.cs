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
