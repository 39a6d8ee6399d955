using TorchSharp;
using TorchSharp.Modules;
using TrainingDoctor.Models;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Models;

public sealed class ModelInspectorTests
{
    [Fact]
    public void ReadsLayersAndParametersOfASequence()
    {
        using var model = nn.Sequential(("conv", nn.Conv2d(3, 8, 3)), ("bn", nn.BatchNorm2d(8)), ("act", nn.LeakyReLU(0.2)), ("drop", nn.Dropout(0.3)), ("fc", nn.Linear(8, 4, hasBias: false)), ("out", nn.Softmax(1)));

        var description = ModelInspector.Describe(model);

        Assert.True(description.IsSequential);
        Assert.Equal(["conv", "bn", "act", "drop", "fc", "out"], description.Layers.Select(layer => layer.Path));
        Assert.Equal(
            [LayerKind.Convolution, LayerKind.BatchNormalization, LayerKind.Activation, LayerKind.Dropout, LayerKind.Linear, LayerKind.Activation],
            description.Layers.Select(layer => layer.Kind));
        Assert.Equal((3L, 8L), (description.Layers[0].InputFeatures, description.Layers[0].OutputFeatures));
        Assert.Equal((ActivationKind.LeakyReLU, 0.2), (description.Layers[2].Activation, description.Layers[2].NegativeSlope!.Value));
        Assert.Equal(0.3, description.Layers[3].DropoutRate!.Value, 6);
        Assert.Equal((8L, 4L, false), (description.Layers[4].InputFeatures, description.Layers[4].OutputFeatures, description.Layers[4].HasBias));
        Assert.True(description.Layers[0].HasBias);
        Assert.Equal((ActivationKind.Softmax, 1L), (description.Layers[5].Activation, description.Layers[5].Dimension));
        var kernel = description.FindParameter("conv.weight")!;
        Assert.Equal((27L, 72L, ParameterRole.Weight), (kernel.FanIn, kernel.FanOut, kernel.Role));
        Assert.Equal(ParameterRole.NormalizationScale, description.FindParameter("bn.weight")!.Role);
        Assert.Equal(ParameterRole.Bias, description.FindParameter("conv.bias")!.Role);
    }

    [Fact]
    public void SequencesInSequencesKeepTheOrderInWhichTheyRun()
    {
        using var model = nn.Sequential(("body", nn.Sequential(("fc", nn.Linear(4, 8)), ("act", nn.Sequential(("relu", nn.ReLU()), ("drop", nn.Dropout(0.1)))))), ("out", nn.Linear(8, 2)));

        var description = ModelInspector.Describe(model);

        Assert.True(description.IsSequential);
        Assert.Equal(["body.fc", "body.act.relu", "body.act.drop", "out"], description.Leaves.Select(layer => layer.Path));
    }

    [Fact]
    public void MeasuresInitialValuesAsASecondComputationDoes()
    {
        manual_seed(3);
        using var model = nn.Sequential(("fc", nn.Linear(50, 20)), ("out", nn.Linear(20, 3)));
        var values = ((Linear)model[0]).weight.data<float>().ToArray().Select(value => (double)value).ToArray();
        double mean = values.Average();

        var weight = ModelInspector.Describe(model).FindParameter("fc.weight")!;

        Assert.Equal(mean, weight.InitialMean, 9);
        Assert.Equal(Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), weight.InitialStandardDeviation, 9);
        Assert.Equal(values.Max(Math.Abs), weight.InitialAbsoluteMaximum, 9);
        Assert.Equal(1000, weight.Count);
        Assert.False(weight.HasEqualUnits);
        Assert.Equal(0, weight.InitialNonFiniteCount + weight.InitialDenormalCount);
    }

    [Fact]
    public void SeesDamagedAndEqualValues()
    {
        using var model = nn.Sequential(("a", nn.Linear(4, 4)), ("b", nn.Linear(4, 2)));
        using (no_grad())
        {
            ((Linear)model[0]).weight.fill_(0.5);
            ((Linear)model[1]).weight[0, 0] = float.NaN;
            ((Linear)model[1]).weight[0, 1] = 1e-40f;
        }

        var description = ModelInspector.Describe(model);

        Assert.True(description.FindParameter("a.weight")!.HasEqualUnits);
        Assert.Equal(0, description.FindParameter("a.weight")!.InitialStandardDeviation);
        Assert.Equal((1L, 1L), (description.FindParameter("b.weight")!.InitialNonFiniteCount, description.FindParameter("b.weight")!.InitialDenormalCount));
    }

    /// <summary>What lies plainly in memory is read there, all else is reduced by torch: both tell the same.</summary>
    [Fact]
    public void TwoWaysOfMeasuringAgree()
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var values = tensor([0.5, -2.0, 0.0, double.NaN, 1e-40, double.PositiveInfinity, 3.25, -0.0, 7.0]).reshape(3, 3).to_type(type);
            using var plain = new Parameter(values.clone());
            using var strided = new Parameter(values.t());

            var read = ParameterValues.Of(plain, rows: 3);
            var reduced = ParameterValues.Of(strided, rows: 3);

            Assert.Equal((9, 2, 2, 1, 7.0, false), (read.Count, read.NonFinite, read.Zeros, read.Denormal, read.AbsoluteMaximum, read.HasEqualRows));
            Assert.Equal((read.Count, read.NonFinite, read.Zeros, read.Denormal, read.AbsoluteMaximum), (reduced.Count, reduced.NonFinite, reduced.Zeros, reduced.Denormal, reduced.AbsoluteMaximum));
            Assert.Equal(read.Mean, reduced.Mean, 12);
            Assert.Equal(read.StandardDeviation, reduced.StandardDeviation, 12);
        }
    }

    [Fact]
    public void FindsWhatWasNeverRegistered()
    {
        using var model = new Forgetful();

        var found = ModelInspector.Describe(model).Unregistered.ToDictionary(member => member.Member, member => member.ParameterCount);

        Assert.Equal(72, found["_array[0]"]);
        Assert.Equal(72, found["_list[1]"]);
        Assert.Equal(72, found["_named[key]"]);
        Assert.Equal(5, found["Scale"]);
        Assert.DoesNotContain("_kept", found.Keys);
        Assert.DoesNotContain("_loss", found.Keys);
        Assert.Equal(5, found.Count);
    }

    [Fact]
    public void TellsWhichParametersTheOptimizerHolds()
    {
        using var model = nn.Sequential(("a", nn.Linear(4, 4)), ("b", nn.Linear(4, 2)));
        using var stranger = nn.Linear(2, 2);
        using var optimizer = optim.SGD([.. ((Linear)model[1]).parameters(), .. stranger.parameters()], 0.1, momentum: 0.9, weight_decay: 0.01);

        var parameters = ModelInspector.Describe(model, optimizer).Parameters;
        var description = OptimizerInspector.Describe(optimizer, model);

        Assert.Equal(["b.weight", "b.bias"], parameters.Where(parameter => parameter.IsInOptimizer == true).Select(parameter => parameter.Name));
        Assert.Equal(("SGD", 4, 2), (description.TypeName, description.ParameterCount, description.ForeignParameterCount));
        Assert.Equal((0.1, 0.9, 0.01), (description.LearningRates.Single(), description.Momentum!.Value, description.WeightDecay!.Value));
    }

    [Fact]
    public void ReadsLosses()
    {
        using var summed = nn.MSELoss(reduction: nn.Reduction.Sum);
        using var crossEntropy = nn.CrossEntropyLoss();

        Assert.Equal((LossKind.MeanSquaredError, "sum"), (LossInspector.Describe(summed).Kind, LossInspector.Describe(summed).Reduction));
        Assert.Equal((LossKind.CrossEntropy, "mean"), (LossInspector.Describe(crossEntropy).Kind, LossInspector.Describe(crossEntropy).Reduction));
    }

    [Fact]
    public void ChangesNothing()
    {
        using var model = nn.Sequential(("fc", nn.Linear(30, 10)), ("norm", nn.LayerNorm(10)), ("out", nn.Linear(10, 3)));
        manual_seed(11);
        using var expected = rand(5);
        var before = model.parameters().Select(parameter => parameter.data<float>().ToArray()).ToList();
        manual_seed(11);
        long tensors = Tensor.TotalCount;

        ModelInspector.Describe(model);

        Assert.Equal(tensors, Tensor.TotalCount);
        using var drawn = rand(5);
        Assert.True(expected.equal(drawn).all().item<bool>());
        Assert.Equal(before, model.parameters().Select(parameter => parameter.data<float>().ToArray()));
        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    private sealed class Forgetful : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _kept = nn.Linear(8, 8);
        private readonly nn.Module<Tensor, Tensor>[] _array = [nn.Linear(8, 8)];
        private readonly List<nn.Module<Tensor, Tensor>> _list = [nn.ReLU(), nn.Linear(8, 8)];
        private readonly Dictionary<string, Linear> _named = new() { ["key"] = nn.Linear(8, 8) };
        private readonly nn.Module _loss = nn.MSELoss();
        private readonly Forgetful? _self;

        public Forgetful()
            : base(nameof(Forgetful))
        {
            _self = this;
            register_module(nameof(_kept), _kept);
        }

        public Parameter Scale { get; } = nn.Parameter(ones(5));

        public override Tensor forward(Tensor input) => _self is null ? input : _list[1].call(_array[0].call(_kept.call(input))) + (_named.Count * 0) + (_loss.GetHashCode() * 0);
    }
}
