using TorchSharp;
using TrainingDoctor.Treatments;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Treatments;

/// <summary>The plan that <c>TRAINDOCTOR_TRIAL</c> names is applied to the training that a monitor attaches to, and answered truly: what it changes in the model, the loss and the data.</summary>
public sealed class AttachedTreatmentTests : IDisposable
{
    private readonly TrialFolder _trial = new();

    public void Dispose() => _trial.Dispose();

    [Fact]
    public void TheOptimizerHoldsTheWeightsOfLayersThatArePutIn()
    {
        using var training = new TreatedTraining(optimizer: parameters => optim.Adam(parameters, 0.01));
        training.Model.to(ScalarType.Float64);
        using var adam = optim.Adam(training.Model.parameters(), 0.01);
        training.Optimizer = adam;
        training.Type = ScalarType.Float64;
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.AddNormalization });

        var norm = Assert.Single(training.Model.modules().OfType<TorchSharp.Modules.LayerNorm>());
        Assert.Equal(ScalarType.Float64, norm.weight!.dtype);
        Assert.Single(adam.ParamGroups);
        using var before = norm.weight.detach().clone();
        training.Step(monitor);
        training.Step(monitor);

        Assert.NotEqual(0, (norm.weight - before).abs().max().item<double>());
        Assert.Contains("LayerNorm put in as", _trial.Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void LayersAreReplacedReinitialisedAndGivenDropoutInPlace()
    {
        using var training = new TreatedTraining();
        training.Model.eval();
        using var monitor = _trial.Attach(
            training,
            new RemedyAction { Kind = RemedyActionKind.ReplaceActivation, Layers = ["relu"], To = "LeakyReLU" },
            new RemedyAction { Kind = RemedyActionKind.Reinitialize, Layers = ["first"], Scheme = "he" },
            new RemedyAction { Kind = RemedyActionKind.AddDropout, Rate = 0.4 });

        Assert.Contains("relu: ReLU -> LeakyReLU", _trial.Texts(), StringComparison.Ordinal);
        Assert.Contains("weights drawn again (he): first", _trial.Texts(), StringComparison.Ordinal);
        var dropout = Assert.Single(training.Model.modules().OfType<TorchSharp.Modules.Dropout>());
        Assert.Equal(0.4, dropout.p);
        Assert.False(dropout.training, "A layer that is put in is in the mode of what it stands behind.");
        Assert.Equal(3, _trial.Answer()["applied"]!.Count());
    }

    [Fact]
    public void WhatHasNoPlaceIsSkippedWithTheReasonAndLeavesNothingHalfDone()
    {
        using var training = new TreatedTraining();
        using var monitor = _trial.Attach(
            training,
            new RemedyAction { Kind = RemedyActionKind.ReplaceActivation, Layers = ["relu", "nowhere"], To = "ELU" },
            new RemedyAction { Kind = RemedyActionKind.ChangeBatchSize, Value = 8 },
            new RemedyAction { Kind = RemedyActionKind.TrainLonger },
            new RemedyAction { Kind = RemedyActionKind.ShuffleData },
            new RemedyAction { Kind = RemedyActionKind.ReduceCapacity });

        Assert.IsType<TorchSharp.Modules.ReLU>(training.Model.named_children().Single(child => child.name == "relu").module);
        Assert.Empty(_trial.Answer()["applied"]!);
        Assert.Equal(["replace-activation", "change-batch-size", "train-longer", "shuffle-data", "reduce-capacity"], _trial.Answer()["skipped"]!.Select(item => (string?)item["kind"]));
        Assert.All(_trial.Answer()["skipped"]!, item => Assert.EndsWith(".", (string?)item["reason"], StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutAnOptimizerItsActionsAreSkipped()
    {
        using var training = new TreatedTraining();
        using var monitor = _trial.Attach(training, new TrainingMonitorOptions(), new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 });

        Assert.Contains("TrainingMonitorOptions.Optimizer", (string?)Assert.Single(_trial.Answer()["skipped"]!)["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public void TheLossIsReplacedAndTargetsMadeToFit()
    {
        using var loss = nn.MSELoss();
        using var training = new TreatedTraining { Loss = loss, OneHot = true };
        using var monitor = _trial.Attach(training, new TrainingMonitorOptions { Optimizer = training.Optimizer, Loss = loss }, new RemedyAction { Kind = RemedyActionKind.ChangeLoss, To = "CrossEntropyLoss" });
        double told = training.Step(monitor);

        Assert.Equal(training.CrossEntropyBefore, told, 1e-5);
        Assert.Contains("loss MSELoss -> CrossEntropyLoss", _trial.Texts(), StringComparison.Ordinal);
        Assert.Equal("CrossEntropyLoss", monitor.Complete().Run.Loss?.TypeName);
    }

    [Fact]
    public void InputsAreScaledOnTheirWayIn()
    {
        using var training = new TreatedTraining { InputScale = 1000, InputShift = 5000 };
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.ScaleInputs, Method = "standardize" });
        Tensor? seen = null;
        training.First.register_forward_hook((_, input, output) =>
        {
            seen = input.detach().clone().DetachFromDisposeScope();
            return output;
        });
        training.Step(monitor);

        Assert.Equal(0, seen!.mean([0L]).abs().max().item<float>(), 1e-3);
        Assert.Equal(1, seen.std(0, unbiased: false).mean().item<float>(), 1e-3);
        Assert.Contains("inputs brought to mean 0", _trial.Texts(), StringComparison.Ordinal);
    }

    [Fact]
    public void ModesFollowWhetherGradientsAreRecorded()
    {
        using var training = new TreatedTraining();
        using var monitor = _trial.Attach(training, new RemedyAction { Kind = RemedyActionKind.SetEvaluationMode });
        training.Model.eval();
        training.Step(monitor);
        Assert.True(training.Model.training);
        using (no_grad())
        {
            training.Call();
        }

        Assert.False(training.Model.training);
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("{ \"version\": 2, \"actions\": [] }", "version 2")]
    [InlineData("{ \"version\": 1 }", "'actions' is missing")]
    [InlineData("{ \"version\": 1, \"actions\": [ { \"kind\": \"pray\" } ] }", "actions[0].kind")]
    [InlineData(null, "cannot be read")]
    public void ABadPlanEndsTheProcess(string? text, string told)
    {
        string path = Path.Combine(_trial.Folder, "bad.json");
        if (text is not null)
        {
            File.WriteAllText(path, text);
        }

        Environment.SetEnvironmentVariable("TRAINDOCTOR_TRIAL", path);
        using var training = new TreatedTraining();
        var standardError = Console.Error;
        using var said = new StringWriter();
        int? code = null;
        try
        {
            Console.SetError(said);
            AttachedTreatment.OfEnvironment(training.Model, null, null, exit => code = exit);
        }
        finally
        {
            Console.SetError(standardError);
        }

        Assert.Equal(86, code);
        string line = Assert.Single(said.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("bad.json", line, StringComparison.Ordinal);
        Assert.Contains(told, line, StringComparison.Ordinal);
    }
}
