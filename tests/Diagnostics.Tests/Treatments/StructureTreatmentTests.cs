using TorchSharp;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Treatments;

/// <summary>What a trial does about the structure of a model that only the program has: its normalisation, the function at its output, the axes of its layers, the sign of its loss.</summary>
public sealed class StructureTreatmentTests : IDisposable
{
    private readonly TrialFolder _trial = new();

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void BatchNormalisationGivesWayToOneThatDoesNotDependOnTheBatch()
    {
        manual_seed(1);
        using var model = nn.Sequential(("conv", nn.Conv2d(1, 4, 3)), ("norm", nn.BatchNorm2d(4)), ("relu", nn.ReLU()), ("flat", nn.Flatten()), ("last", nn.Linear(4 * 6 * 6, 3)));
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var monitor = _trial.AttachTo(
            model,
            new TrainingMonitorOptions { Optimizer = optimizer },
            new RemedyAction { Kind = RemedyActionKind.RemoveNormalization, Layers = ["norm"] },
            new RemedyAction { Kind = RemedyActionKind.AddNormalization, Layers = ["norm"], Type = "LayerNorm" });
        using var input = randn(8, 1, 8, 8) * 50;

        Assert.Empty(model.modules().OfType<TorchSharp.Modules.BatchNorm2d>());
        Assert.Equal(1, Assert.Single(model.modules().OfType<TorchSharp.Modules.GroupNorm>()).num_groups);
        using var all = model.call(input);
        using var first = model.call(input[..1]);

        // An answer to one sample does not depend on who else is in the batch, and has a scale.
        Assert.Equal(all[0].data<float>().ToArray(), first[0].data<float>().ToArray(), (one, other) => Math.Abs(one - other) < 1e-4);
        Assert.InRange(all.abs().max().item<float>(), 0.01f, 10f);
        Assert.Contains("taken out: norm", _trial.Texts(), StringComparison.Ordinal);
        Assert.Contains("GroupNorm put in as", _trial.Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void RunningStatisticsFollowFaster()
    {
        using var model = nn.Sequential(("norm", nn.BatchNorm1d(3, momentum: 0.001)), ("last", nn.Linear(3, 1)));
        using var monitor = _trial.AttachTo(model, new TrainingMonitorOptions(), new RemedyAction { Kind = RemedyActionKind.AddNormalization, Layers = ["norm"], Type = "BatchNorm with momentum 0.1" });
        using var output = model.call(full(8, 3, 10f) + randn(8, 3));

        var norm = Assert.Single(model.modules().OfType<TorchSharp.Modules.BatchNorm1d>());
        Assert.InRange(norm.running_mean!.mean().item<float>(), 0.9f, 1.1f);
        Assert.Contains("norm 0.001 -> 0.1", _trial.Texts(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sigmoid")]
    [InlineData("Softmax")]
    [InlineData("Exponential")]
    public void AFunctionInTheModelsOwnLinesIsUndoneByItsInverse(string function)
    {
        using var model = new Ending(output => function switch { "Sigmoid" => output.sigmoid(), "Softmax" => output.softmax(1), _ => output.exp() });
        using var monitor = _trial.AttachTo(model, new TrainingMonitorOptions(), new RemedyAction { Kind = RemedyActionKind.ChangeOutputActivation, From = function, To = "Identity" });
        using var input = randn(4, 3);
        using var output = model.call(input);
        using var bare = model.Last.call(input);
        using var wanted = function == "Softmax" ? bare.log_softmax(1) : bare;

        Assert.Equal(wanted.data<float>().ToArray(), output.data<float>().ToArray(), (one, other) => Math.Abs(one - other) < 1e-4);
        using var total = output[.., 0].sum();
        total.backward();
        Assert.NotEqual(0, model.Last.weight!.grad!.abs().max().item<float>());
        Assert.Contains($"{function} at the output undone", _trial.Texts(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("RNN")]
    public void ARecurrentLayerTakesSamplesFirst(string kind)
    {
        using var model = new Reading(kind switch { "LSTM" => nn.LSTM(3, 4, numLayers: 2, bidirectional: true), "GRU" => nn.GRU(3, 4), _ => nn.RNN(3, 4, nonLinearity: nn.NonLinearities.ReLU, bias: false) });
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var input = randn(5, 7, 3);
        using var turned = input.transpose(0, 1).contiguous();
        using var expected = model.call(turned).transpose(0, 1);
        using var monitor = _trial.AttachTo(
            model, new TrainingMonitorOptions { Optimizer = optimizer }, new RemedyAction { Kind = RemedyActionKind.FixLayout, Layers = ["_reader"] }, new RemedyAction { Kind = RemedyActionKind.FixLayout, Layers = ["_head"] });
        using var output = model.call(input);
        using var before = model.parameters().First().clone();
        output.sum().backward();
        optimizer.step();

        Assert.Equal(0, (expected - output).abs().max().item<float>(), 1e-5);
        Assert.NotEqual(0, (model.parameters().First() - before).abs().max().item<float>());
        Assert.Contains("samples first: _reader", _trial.Texts(), StringComparison.Ordinal);
        Assert.Contains("'_head' is no recurrent layer", (string?)_trial.Answer()["skipped"]![0]!["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public void AFunctionThatIsNotKnownStaysInTheModel()
    {
        using var model = new Ending(output => output.relu());
        using var monitor = _trial.AttachTo(model, new TrainingMonitorOptions(), new RemedyAction { Kind = RemedyActionKind.ChangeOutputActivation, From = "ReLU", To = "Identity" });

        Assert.Empty(_trial.Answer()["applied"]!);
        Assert.Contains("not a module of its own", (string?)_trial.Answer()["skipped"]![0]!["reason"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnObjectiveOfTheWrongSignIsTurnedRound(bool isModule)
    {
        manual_seed(1);
        using var model = nn.Linear(3, 1);
        using var loss = new Ascent();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var monitor = _trial.AttachTo(
            model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = isModule ? loss : null, Task = TrainingTask.Regression }, new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "the loss with the opposite sign" });
        using var input = randn(64, 3);
        using var target = input.sum(1, keepdim: true);
        for (int step = 0; step < 60; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var output = model.call(input);
            var told = isModule ? loss.call(output, target) : -(output - target).square().mean();
            told.backward();
            optimizer.step();
            monitor.Step(told, target);
        }

        using var error = (model.call(input) - target).square().mean();
        Assert.InRange(error.item<float>(), 0, 1e-3f);
        Assert.Contains("opposite sign", _trial.Texts(), StringComparison.Ordinal);
        var report = monitor.Complete();
        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Name is "reversed-objective" or "diverging-loss");
        Assert.InRange(report.Diagnosis.Facts.Of(Metric.Loss)!.Value.Last, 0, 1e-3);
    }

    [Fact]
    public void OnlyNormalisationsAreTakenOut()
    {
        using var training = new TreatedTraining();
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.RemoveNormalization, Layers = ["relu"] }, new RemedyAction { Kind = RemedyActionKind.RemoveNormalization });

        Assert.Empty(_trial.Answer()["applied"]!);
        Assert.Contains("'relu' is no normalisation", (string?)_trial.Answer()["skipped"]![0]!["reason"], StringComparison.Ordinal);
        Assert.Contains("names no normalisation", (string?)_trial.Answer()["skipped"]![1]!["reason"], StringComparison.Ordinal);
    }

    private sealed class Ending : nn.Module<Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor> _function;
        private readonly TorchSharp.Modules.Linear _last = nn.Linear(3, 3);

        public Ending(Func<Tensor, Tensor> function)
            : base("ending")
        {
            _function = function;
            RegisterComponents();
        }

        public TorchSharp.Modules.Linear Last => _last;

        public override Tensor forward(Tensor input) => _function(_last.call(input));
    }

    private sealed class Reading : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module _reader;
        private readonly nn.Module<Tensor, Tensor> _head = nn.Linear(1, 1);

        public Reading(nn.Module reader)
            : base("reading")
        {
            _reader = reader;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _reader switch
        {
            TorchSharp.Modules.LSTM lstm => lstm.call(input, null).Item1,
            TorchSharp.Modules.GRU gru => gru.call(input, null).Item1,
            TorchSharp.Modules.RNN recurrent => recurrent.call(input, null).Item1,
            _ => input,
        };
    }

    private sealed class Ascent() : nn.Module<Tensor, Tensor, Tensor>("ascent")
    {
        public override Tensor forward(Tensor output, Tensor target) => -(output - target).square().mean();
    }
}
