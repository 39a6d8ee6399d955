using TrainingDoctor.Rules.Evaluation;
using TrainingDoctor.Rules.Structure;

namespace TrainingDoctor.Tests.Structure;

/// <summary>TD7004 on what an optimizer holds: which parameters it leaves out, whether they moved all the same, and whether they look trained.</summary>
public sealed class OptimizerHoldingsTests
{
    /// <summary>Three layers of which each is held (h), left out (o), frozen (f) or not known (-).</summary>
    [Theory]
    [InlineData("hhh", null, null, "")]
    [InlineData("ooo", "foreign-optimizer", Severity.Error, "0 1 2")]
    [InlineData("ohh", "frozen-body", Severity.Info, "0")]
    [InlineData("ooh", "frozen-body", Severity.Info, "0 1")]
    [InlineData("oho", "not-held", Severity.Warning, "0 2")]
    [InlineData("hoh", "not-held", Severity.Warning, "1")]
    [InlineData("fho", "not-held", Severity.Warning, "2")]
    [InlineData("foh", "frozen-body", Severity.Info, "1")]
    [InlineData("oo-", "foreign-optimizer", Severity.Error, "0 1")]
    [InlineData("---", null, null, "")]
    public void LeftOutAtTheBeginningIsFineTuning(string layers, string? variant, Severity? severity, string told)
    {
        var symptom = Inspection.Of(new UnregisteredParameters(new()), Held(layers)).SingleOrDefault();

        Assert.Equal((variant, severity, told), (symptom?.Variant, symptom?.Severity, string.Join(' ', symptom?.Layers ?? [])));
        Assert.Equal(variant is null ? null : severity == Severity.Info ? 0.4 : 0.85, symptom?.Confidence);
        Assert.Empty(Inspection.Of(new UnregisteredParameters(new()), Held(layers), moment: StructureMoment.FirstStep));
        Assert.Equal(variant, Inspection.Of(new UnregisteredParameters(new()), Held(layers), moment: StructureMoment.Attached).SingleOrDefault()?.Variant);
    }

    /// <summary>Two networks against each other have an optimizer each.</summary>
    [Theory]
    [InlineData("hoh", Severity.Info)]
    [InlineData("ooo", Severity.Error)]
    public void OfTwoNetworksEachHasItsOwn(string layers, Severity expected) =>
        Assert.Equal(expected, Assert.Single(Inspection.Of(new UnregisteredParameters(new()), Held(layers), null, new RunDescription { Task = TrainingTask.Adversarial })).Severity);

    /// <summary>Steps in which the parameters of the layer that is left out stood still, or moved by so much at last.</summary>
    [Theory]
    [InlineData("hoh", 10, 0, "not-held", 0.97)]
    [InlineData("hoh", 9, 0, "not-held", 0.85)]
    [InlineData("hoh", 10, 1e-3, null, null)]
    [InlineData("ooo", 10, 0, "foreign-optimizer", 0.85)]
    public void WhatMovedIsHeldByAnother(string layers, int steps, double update, string? variant, double? confidence)
    {
        var trace = new[] { "1.weight", "1.bias" }.Select(name => Trace.Of(Metric.UpdateRatio, name, [.. Enumerable.Repeat(0.0, steps - 1), update])).Aggregate((one, next) => one.And(next));
        var symptom = Inspection.Of(new UnregisteredParameters(new()), Held(layers), trace).SingleOrDefault();

        Assert.Equal((variant, confidence), (symptom?.Variant, symptom?.Confidence));
    }

    /// <summary>Where all are left out and some moved, another optimizer is at work, which a rule cannot know.</summary>
    [Fact]
    public void WhereSomeOfAllMovedNothingIsTold()
    {
        var trace = Trace.Of(Metric.UpdateRatio, "1.weight", Enumerable.Repeat(1e-3, 12));

        Assert.Empty(Inspection.Of(new UnregisteredParameters(new()), Held("ooo"), trace));
        Assert.Equal(6, Assert.Single(Inspection.Of(new UnregisteredParameters(new()), Held("ooo"))).Evidence[0].Value);
    }

    private static readonly ParameterDescription Fresh = new()
    {
        Name = "weight",
        LayerPath = "0",
        Role = ParameterRole.Weight,
        Shape = [8, 4],
        Count = 32,
        FanIn = 4,
        FanOut = 8,
        IsInOptimizer = false,
        InitialStandardDeviation = Math.Sqrt(1 / 12.0),
        InitialAbsoluteMaximum = 0.5,
    };

    public static TheoryData<string, ParameterDescription, bool> Beginnings => new()
    {
        { "fresh", Fresh, true },
        { "beyond the bound", Fresh with { InitialAbsoluteMaximum = 0.51 }, false },
        { "narrower", Fresh with { InitialStandardDeviation = 0.8 * Math.Sqrt(1 / 12.0) }, false },
        { "wider", Fresh with { InitialStandardDeviation = 1.2 * Math.Sqrt(1 / 12.0) }, false },
        { "a little narrower", Fresh with { InitialStandardDeviation = 0.9 * Math.Sqrt(1 / 12.0) }, true },
        { "few numbers", Fresh with { Shape = [8, 3], Count = 31 }, false },
        { "unknown fans", Fresh with { FanIn = null }, false },
        { "a scale of ones", Fresh with { Role = ParameterRole.NormalizationScale, InitialMean = 1, InitialStandardDeviation = 0 }, true },
        { "a scale of twos", Fresh with { Role = ParameterRole.NormalizationScale, InitialMean = 2, InitialStandardDeviation = 0 }, false },
        { "a scale that varies", Fresh with { Role = ParameterRole.NormalizationScale, InitialMean = 1, InitialStandardDeviation = 0.1 }, false },
        { "a shift of zeros", Fresh with { Role = ParameterRole.NormalizationShift, InitialAbsoluteMaximum = 0 }, true },
        { "a shift", Fresh with { Role = ParameterRole.NormalizationShift, InitialAbsoluteMaximum = 0.1 }, false },
        { "a bias", Fresh with { Role = ParameterRole.Bias }, true },
        { "an embedding", Fresh with { Role = ParameterRole.Embedding }, false },
    };

    /// <summary>There is nothing to fine-tune in what is as torch made it.</summary>
    [Theory]
    [MemberData(nameof(Beginnings))]
    public void ABeginningThatIsFreshIsNoBody(string name, ParameterDescription parameter, bool isFresh)
    {
        var model = new ModelDescription { TypeName = "M", Layers = [], Parameters = [parameter, Fresh with { Name = "head", LayerPath = string.Empty, IsInOptimizer = true }] };

        Assert.True((isFresh ? "not-held" : "frozen-body") == Assert.Single(Inspection.Of(new UnregisteredParameters(new()), model)).Variant, name);
    }

    [Fact]
    public void AParameterWithoutALayerIsNamedItself()
    {
        var model = new ModelDescription { TypeName = "M", Layers = [], Parameters = [Fresh with { IsInOptimizer = true }, Fresh with { Name = "scale", LayerPath = string.Empty }, Fresh with { Name = "other", LayerPath = "1" }] };

        Assert.Equal(["scale", "1"], Assert.Single(Inspection.Of(new UnregisteredParameters(new()), model)).Layers);
    }

    /// <summary>Members that were never registered, by what they are called and what is trained.</summary>
    [Theory]
    [InlineData("blocks", 100, null, Severity.Error)]
    [InlineData("TeacherNetwork", 100, null, Severity.Info)]
    [InlineData("emaModel", 100, null, Severity.Info)]
    [InlineData("blocks", 0, null, null)]
    [InlineData("blocks", 100, TrainingTask.Reinforcement, Severity.Info)]
    public void MembersAreJudgedByTheirNames(string member, long count, TrainingTask? task, Severity? expected)
    {
        var model = Piece.Sequence(Piece.Linear(8, 2)) with { Unregistered = [new UnregisteredMember(member, "Net", count)] };

        Assert.Equal(expected, Inspection.Of(new UnregisteredParameters(new()), model, null, new RunDescription { Task = task }).SingleOrDefault()?.Severity);
    }

    /// <summary>What is said of each, with names and numbers.</summary>
    [Theory]
    [InlineData("ooo", "The optimizer holds none of the model's parameters", "The optimizer holds 3 parameters, none of them of this model.")]
    [InlineData("hoh", "The optimizer leaves out 1", "2 trainable parameters are not in the optimizer: 1.")]
    [InlineData("ohh", "The optimizer leaves out the beginning of the model", "2 trainable parameters before the first one that the optimizer holds are not in it: fine-tuning, or an oversight.")]
    [InlineData("hhh", "blocks was never registered", "2 modules or parameters stand in members of custom modules but not in named_parameters(), with 150 values in all: blocks, more.")]
    public void WhatIsLeftOutIsToldWithItsNumber(string layers, string title, string message)
    {
        var model = Held(layers) with { Unregistered = layers == "hhh" ? [new UnregisteredMember("blocks", "Net", 100), new UnregisteredMember("more", "Net", 50)] : [] };
        var run = new RunDescription { Model = model, Optimizer = new OptimizerDescription { TypeName = "Adam", ParameterCount = 3 } };
        var finding = Assert.Single(RuleVerifier.Run(new UnregisteredParameters(new()), Trace.Of(Metric.Loss, 2, 2), run));

        Assert.Equal((title, message), (finding.Title.ToString(), finding.Message.ToString()));
    }

    private static ModelDescription Held(string layers)
    {
        var model = Piece.Sequence(Piece.Linear(8, 8), Piece.Linear(8, 6), Piece.Linear(6, 2));
        return model with
        {
            Parameters = [.. model.Parameters.Select(parameter => layers[parameter.LayerPath[0] - '0'] is var state ? parameter with { IsInOptimizer = state is '-' or 'f' ? null : state == 'h', IsTrainable = state != 'f' } : parameter)],
        };
    }
}
