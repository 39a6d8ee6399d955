using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Models;

/// <summary>Structure rules on models that run.</summary>
public sealed class LiveStructureTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ACustomModelIsJudgedByTheTensorsItHandsOn(bool hasRelu)
    {
        using var model = new Two(hasRelu ? x => nn.functional.relu(x) : x => x);

        Assert.Equal(!hasRelu, Train(model, nn.MSELoss(), TrainingTask.Regression, rand(16, 1)).Contains("TD7002"));
    }

    [Fact]
    public void AChangeInPlaceIsNoOrigin()
    {
        using var model = new Two(x => x.relu_());

        Assert.DoesNotContain("TD7002", Train(model, nn.MSELoss(), TrainingTask.Regression, rand(16, 1)));
    }

    /// <summary>One module that stands in several places has its place in the order where it was first.</summary>
    [Theory]
    [InlineData("nothing", true)]
    [InlineData("dropout", true)]
    [InlineData("relu", false)]
    [InlineData("dropout and a function", false)]
    public void OneModuleInSeveralPlacesIsSeenInEach(string between, bool found)
    {
        using var model = new Shared(between switch { "nothing" => nn.Identity(), "relu" => nn.ReLU(), _ => nn.Dropout(0.1) }, between == "dropout and a function");

        Assert.Equal(found ? 2 : 0, Pairs(model));
    }

    [Fact]
    public void SoftmaxCalledInCodeBeforeCrossEntropyIsFound()
    {
        using var model = new Two(x => nn.functional.relu(x), x => nn.functional.softmax(x, 1), 4);

        Assert.Contains("TD7001", Train(model, nn.CrossEntropyLoss(), TrainingTask.MulticlassClassification, randint(4, 16)));
    }

    [Fact]
    public void ReluAtARegressionOutputIsFoundByNegativeTargets()
    {
        using var model = nn.Sequential(("a", nn.Linear(6, 8)), ("r", nn.ReLU()), ("b", nn.Linear(8, 1)), ("out", nn.ReLU()));

        Assert.Contains("TD7001", Train(model, nn.MSELoss(), null, randn(16, 1)));
    }

    [Fact]
    public void BlocksInASequenceAreNoFault()
    {
        static Sequential Block(int input, int output) => nn.Sequential(("fc", nn.Linear(input, output)), ("relu", nn.ReLU()), ("drop", nn.Dropout(0.1)));
        using var model = nn.Sequential(("first", Block(6, 8)), ("second", Block(8, 8)), ("out", nn.Linear(8, 4)));

        var found = Train(model, nn.CrossEntropyLoss(), TrainingTask.MulticlassClassification, randint(4, 16));

        Assert.DoesNotContain("TD7001", found);
        Assert.DoesNotContain("TD7002", found);
    }

    [Fact]
    public void AnUnwrittenNormalisationIsFound()
    {
        using var model = nn.Sequential(("a", nn.Linear(6, 8)), ("n", nn.LayerNorm(8)), ("r", nn.ReLU()), ("b", nn.Linear(8, 1)));
        using (no_grad())
        {
            ((LayerNorm)model[1]).weight.fill_(1e30);
        }

        using var monitor = TrainingMonitor.Attach(model);

        Assert.Contains(monitor.Complete().Findings, finding => finding.Rule.Id == "TD5008" && finding.Severity == Severity.Error);
    }

    [Theory]
    [InlineData(TrainingTask.MulticlassClassification)]
    [InlineData(TrainingTask.Reconstruction)]
    public void HealthyModelsAreSilent(TrainingTask task)
    {
        bool classes = task == TrainingTask.MulticlassClassification;
        using nn.Module<Tensor, Tensor> model = classes
            ? new Two(x => nn.functional.gelu(x), null, 4)
            : nn.Sequential(("a", nn.Linear(6, 12)), ("r", nn.ReLU()), ("b", nn.Linear(12, 6)), ("s", nn.Sigmoid()));

        var found = Train(model, classes ? nn.CrossEntropyLoss() : nn.MSELoss(), task, classes ? randint(4, 16) : rand(16, 6), Severity.Warning);

        Assert.DoesNotContain(found, id => id.StartsWith("TD7", StringComparison.Ordinal) || id is "TD5007" or "TD5008");
    }

    /// <summary>How many pairs of layers have nothing nonlinear between them.</summary>
    private static int Pairs(nn.Module<Tensor, Tensor> model)
    {
        using var monitor = TrainingMonitor.Attach(model);
        for (int step = 0; step < 3; step++)
        {
            using var input = randn(16, 6);
            using var output = model.call(input);
            using var loss = output.square().mean();
            loss.backward();
            monitor.Step(loss);
        }

        var finding = monitor.Complete().Findings.SingleOrDefault(finding => finding.Rule.Id == "TD7002");
        return finding is null ? 0 : int.Parse(finding.Message.ToString().Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private sealed class Shared : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first = nn.Linear(6, 6);
        private readonly Linear _second = nn.Linear(6, 6);
        private readonly Linear _third = nn.Linear(6, 6);
        private readonly nn.Module<Tensor, Tensor> _between;
        private readonly bool _hasFunction;

        public Shared(nn.Module<Tensor, Tensor> between, bool hasFunction)
            : base(nameof(Shared))
        {
            (_between, _hasFunction) = (between, hasFunction);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _third.call(Between(_second.call(Between(_first.call(input)))));

        private Tensor Between(Tensor made) => _hasFunction ? nn.functional.relu(_between.call(made)) : _between.call(made);
    }

    private static HashSet<string> Train(nn.Module<Tensor, Tensor> model, nn.Module<Tensor, Tensor, Tensor> criterion, TrainingTask? task, Tensor target, Severity least = Severity.Info)
    {
        manual_seed(1);
        using var optimizer = optim.SGD(model.parameters(), 0.01);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = task });
        using var input = randn(16, 6);
        for (int step = 0; step < 12; step++)
        {
            optimizer.zero_grad();
            using var output = model.call(input);
            using var loss = criterion.call(output, target);
            loss.backward();
            optimizer.step();
            monitor.Step(loss, target);
        }

        target.Dispose();
        criterion.Dispose();
        return [.. monitor.Complete().Findings.Where(finding => finding.Severity >= least).Select(finding => finding.Rule.Id)];
    }

    private sealed class Two : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first = nn.Linear(6, 8);
        private readonly Linear _second;
        private readonly Func<Tensor, Tensor> _between;
        private readonly Func<Tensor, Tensor>? _behind;

        public Two(Func<Tensor, Tensor> between, Func<Tensor, Tensor>? behind = null, long outputs = 1)
            : base(nameof(Two))
        {
            _second = nn.Linear(8, outputs);
            _between = between;
            _behind = behind;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var output = _second.call(_between(_first.call(input)));
            return _behind is null ? output : _behind(output);
        }
    }
}
