using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Models;

/// <summary>A model that is run through <c>forward</c> is judged like one that is run through <c>call</c>: by what the loss is given, by the layer called last, or by the loss alone.</summary>
public sealed class ForwardOutputTests
{
    /// <summary>How the training loop runs model and loss.</summary>
    public enum Style
    {
        /// <summary>Both through <c>call</c>.</summary>
        Called,

        /// <summary>The model through <c>forward</c>, the loss through <c>call</c>.</summary>
        Forwarded,

        /// <summary>Both through <c>forward</c>, so that no hook sees the output.</summary>
        AllForwarded,
    }

    [Theory]
    [InlineData(Style.Called)]
    [InlineData(Style.Forwarded)]
    [InlineData(Style.AllForwarded)]
    public void SoftmaxBeforeCrossEntropyIsFoundHoweverTheModelIsRun(Style style)
    {
        using var model = new Classifier(nn.Softmax(1));

        var report = Train(model, style, isAccuracyTold: false);

        var finding = Assert.Single(report.Findings, finding => finding.Rule.Id == "TD7001");
        Assert.True(finding.Severity >= (style == Style.AllForwarded ? Severity.Warning : Severity.Error));
        Assert.True(report.Verdict is Verdict.Ill or Verdict.Warning);
    }

    [Theory]
    [InlineData(Style.Called)]
    [InlineData(Style.Forwarded)]
    [InlineData(Style.AllForwarded)]
    public void LogitsAreJudgedAndPass(Style style)
    {
        using var model = new Classifier(null);

        var report = Train(model, style, isAccuracyTold: true);

        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD7001" && finding.Severity >= Severity.Warning);
        Assert.Equal(RuleOutcome.Passed, report.Rules.Single(status => status.Rule.Id == "TD7001").Outcome);
        Assert.Equal(Verdict.Healthy, report.Verdict);
    }

    /// <summary>Fields of a concrete type hold no stand-in and the softmax is a function: nothing but the loss and the accuracy can tell.</summary>
    [Fact]
    public void SoftmaxIsFoundByTheFloorOfTheLoss()
    {
        using var model = new Concrete(applySoftmax: true);

        var report = Train(model, Style.AllForwarded, isAccuracyTold: true);

        var finding = Assert.Single(report.Findings, finding => finding.Rule.Id == "TD7001");
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.Contains("0.7437", finding.Message.ToString(), StringComparison.Ordinal);
        Assert.Equal("loss", finding.Evidence[0].Metric);
    }

    /// <summary>A gate must not pass a run of which no layer was judged.</summary>
    [Fact]
    public void ARunWhoseLayersWereNotSeenIsInconclusive()
    {
        using var model = new Concrete(applySoftmax: false);

        var report = Train(model, Style.AllForwarded, isAccuracyTold: true);

        Assert.Equal(Verdict.Inconclusive, report.Verdict);
        Assert.StartsWith("None of the 2 layers were seen", report.Diagnosis.Reason!.ToString(), StringComparison.Ordinal);
        Assert.Contains(report.Findings, finding => finding.Rule.Id == "TD0002" && finding.Message.ToString().StartsWith("None of the 2 layers", StringComparison.Ordinal));
    }

    private static DiagnosisReport Train(nn.Module<Tensor, Tensor> model, Style style, bool isAccuracyTold)
    {
        const int classes = 4;
        manual_seed(7);
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var centres = 4 * randn(classes, 8, generator: generator);
        using var criterion = nn.CrossEntropyLoss();
        using var optimizer = optim.Adam(model.parameters(), 0.02);
        using var monitor = TrainingMonitor.Attach(model, new TrainingMonitorOptions { Optimizer = optimizer, Loss = criterion, Task = TrainingTask.MulticlassClassification });
        double accuracy = 0;
        for (int step = 0; step < 300; step++)
        {
            using var each = NewDisposeScope();
            var y = randint(0, classes, 32, generator: generator);
            var x = centres[y] + randn(32, 8, generator: generator);
            optimizer.zero_grad();
            var output = style == Style.Called ? model.call(x) : model.forward(x);
            var loss = style == Style.AllForwarded ? criterion.forward(output, y) : criterion.call(output, y);
            loss.backward();
            optimizer.step();
            accuracy = output.argmax(1).eq(y).to_type(ScalarType.Float64).mean().item<double>();
            monitor.Step(loss, y);
            if (isAccuracyTold && step % 20 == 19)
            {
                monitor.TrainingAccuracy(accuracy);
            }
        }

        Assert.True(accuracy > 0.8, $"accuracy {accuracy}");
        return monitor.Complete();
    }

    private sealed class Classifier : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _first = nn.Linear(8, 16);
        private readonly nn.Module<Tensor, Tensor> _relu = nn.ReLU();
        private readonly nn.Module<Tensor, Tensor> _head = nn.Linear(16, 4);
        private readonly nn.Module<Tensor, Tensor>? _output;

        public Classifier(nn.Module<Tensor, Tensor>? output)
            : base(nameof(Classifier))
        {
            _output = output;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var logits = _head.forward(_relu.forward(_first.forward(input)));
            return _output?.forward(logits) ?? logits;
        }
    }

    private sealed class Concrete : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _first = nn.Linear(8, 16);
        private readonly Linear _head = nn.Linear(16, 4);
        private readonly bool _applySoftmax;

        public Concrete(bool applySoftmax)
            : base(nameof(Concrete))
        {
            _applySoftmax = applySoftmax;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var logits = _head.forward(nn.functional.relu(_first.forward(input)));
            return _applySoftmax ? nn.functional.softmax(logits, 1) : logits;
        }
    }
}
