using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Trials.Knobs;

namespace TrainingDoctor.Tests.Trials.Knobs;

/// <summary>Knobs: how they are named, found, and set to what remedies ask for.</summary>
public sealed class KnobTests
{
    [Theory]
    [InlineData("learning-rate=--lr {value}", "python train.py", "python train.py --lr 0.01", null)]
    [InlineData("learning-rate=--lr {value}", "python train.py --lr 0.1 --data x", "python train.py --lr 0.01 --data x", "0.1")]
    [InlineData("learning-rate=--lr {value}", "python train.py --lr=0.1", "python train.py --lr 0.01", "0.1")]
    [InlineData("learning-rate=--lr={value}", "python train.py --lr=0.1 -v", "python train.py --lr=0.01 -v", "0.1")]
    [InlineData("learning-rate=--lr {value}", "python train.py --lr 1 --lr 2", "python train.py --lr 1 --lr 0.01", "2")]
    [InlineData("learning-rate=--lr {value}", "python train.py --lrf 3", "python train.py --lrf 3 --lr 0.01", null)]
    [InlineData("learning-rate=hydra:optimizer.lr", "python train.py optimizer.lr=0.1 model=big", "python train.py optimizer.lr=0.01 model=big", "0.1")]
    [InlineData("learning-rate=-O lr={value}", "train", "train -O lr=0.01", null)]
    public void TheCommandLineIsSetWhereItSaysItAlready(string knob, string command, string expected, string? present)
    {
        var target = Assert.IsType<WordTarget>(KnobOption.Parse(knob).Target);

        Assert.Equal(expected, string.Join(' ', target.Set(command.Split(' '), "0.01")));
        Assert.Equal(present, target.Find(command.Split(' ')));
    }

    [Theory]
    [InlineData("learning-rate")]
    [InlineData("learning-rate=")]
    [InlineData("learning-rate=--lr")]
    [InlineData("learning-rate=--lr {value} {value}")]
    [InlineData("learning-rate=env:LR")]
    [InlineData("learning-rate=json:config.json")]
    [InlineData("learning-rate=yaml::lr")]
    [InlineData("learning-rate=hydra:")]
    [InlineData("learnig-rate=--lr {value}")]
    public void AnotherFormIsWrongUsage(string text) => Assert.StartsWith("--knob: ", Assert.Throws<UsageException>(() => KnobOption.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--lr", "learning-rate")]
    [InlineData("--learning_rate", "learning-rate")]
    [InlineData("learningRate", "learning-rate")]
    [InlineData("optimizer.lr", "learning-rate")]
    [InlineData("per_device_train_batch_size", "batch-size")]
    [InlineData("max_grad_norm", "gradient-clip")]
    [InlineData("weightDecay", "weight-decay")]
    [InlineData("--lr-scheduler", null)]
    [InlineData("--left", null)]
    public void NamesStandForSettings(string spelling, string? name) => Assert.Equal(name, KnobNames.Find(spelling)?.Name);

    [Fact]
    public void TheCommandTellsItsOwnKnobs()
    {
        var knobs = KnobGuesses.OfCommand(["python", "train.py", "--lr", "0.1", "--batch-size=32", "trainer.max_epochs=5", "--optimizer", "--verbose", "lr"]);

        Assert.Equal(
            ["learning-rate --lr {value} 0.1", "batch-size --batch-size={value} 32", "epochs trainer.max_epochs={value} 5"],
            knobs.Select(knob => $"{knob.Name} {knob.Target} {knob.Present}"));
    }

    [Fact]
    public void ChangesOfTheSameSettingAddUp()
    {
        var settings = new KnobSettings([Flag("learning-rate", "0.1")], _ => null);

        Assert.Null(settings.Apply(new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 }));
        Assert.Null(settings.Apply(new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 }));
        Assert.Equal("0.001", Assert.Single(settings.Set).Value);
    }

    [Theory]
    [InlineData(RemedyActionKind.SetLearningRate, 0.01, null, "learning-rate=0.01")]
    [InlineData(RemedyActionKind.ScaleLearningRate, 0.5, null, "learning-rate=0.05")]
    [InlineData(RemedyActionKind.ChangeBatchSize, 0.5, null, "batch-size=32")]
    [InlineData(RemedyActionKind.AddWarmup, 100, null, "warmup-steps=100")]
    [InlineData(RemedyActionKind.ClipGradientNorm, 1, null, "gradient-clip=1")]
    [InlineData(RemedyActionKind.AddWeightDecay, 0.01, null, "weight-decay=0.01")]
    [InlineData(RemedyActionKind.RemoveDropout, 0.1, null, "dropout=0.1")]
    [InlineData(RemedyActionKind.ChangeOptimizer, 0.003, "Adam", "optimizer=adam learning-rate=0.003")]
    [InlineData(RemedyActionKind.ReplaceActivation, 0, "LeakyReLU", "activation=leaky_relu")]
    [InlineData(RemedyActionKind.TrainLonger, 0, null, "epochs=20")]
    [InlineData(RemedyActionKind.StopEarly, 3.5, null, "epochs=4")]
    public void EachChangeSetsItsKnob(RemedyActionKind kind, double number, string? to, string expected)
    {
        Knob[] knobs =
        [
            Flag("learning-rate", "0.1"), Flag("batch-size", "64"), Flag("warmup-steps", null), Flag("gradient-clip", null), Flag("weight-decay", "0"), Flag("dropout", "0.5"), Flag("epochs", "10"),
            Flag("optimizer", "sgd") with { Choices = ["sgd", "adam"] }, Flag("activation", "relu") with { Choices = ["relu", "leaky_relu"] },
        ];
        var settings = new KnobSettings(knobs, _ => null);
        var action = new RemedyAction { Kind = kind, Value = number, Factor = number, Steps = (long)number, MaxNorm = number, Rate = number, Epoch = number, To = to };

        Assert.Null(settings.Apply(kind == RemedyActionKind.ChangeBatchSize ? action with { Value = null } : action));
        Assert.Equal(expected, string.Join(' ', settings.Set.Select(setting => $"{setting.Knob.Name}={setting.Value}")));
    }

    [Fact]
    public void WhatCannotBeSetSaysWhy()
    {
        var settings = new KnobSettings([Flag("learning-rate", null), Flag("optimizer", "sgd") with { Choices = ["sgd", "lamb"] }, Flag("dropout", "0.25")], _ => null);

        Assert.Contains("--knob learning-rate:VALUE=", settings.Apply(new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 }), StringComparison.Ordinal);
        Assert.Contains("sgd, lamb", settings.Apply(new RemedyAction { Kind = RemedyActionKind.ChangeOptimizer, To = "Adam" }), StringComparison.Ordinal);
        Assert.Contains("already", settings.Apply(new RemedyAction { Kind = RemedyActionKind.AddDropout, Rate = 0.25 }), StringComparison.Ordinal);
        Assert.Contains("no knob", settings.Apply(new RemedyAction { Kind = RemedyActionKind.AddWeightDecay, Value = 0.01 }), StringComparison.Ordinal);
        Assert.Contains("program itself", settings.Apply(new RemedyAction { Kind = RemedyActionKind.AddResidual }), StringComparison.Ordinal);
        Assert.Empty(settings.Set);
    }

    [Theory]
    [InlineData("a: 1\nb:\n  c: 2 # two\n", false, "b.c", "a: 1\nb:\n  c: 7 # two\n")]
    [InlineData("c: 'x'\n", false, "c", "c: 7\n")]
    [InlineData("a: 1", false, "c", "a: 1\nc: 7\n")]
    [InlineData("ü: {c: 2}\n", false, "ü.c", "ü: {c: 7}\n")]
    [InlineData("{\"ü\": \"é\", \"b\": {\"c\": 2}, \"c\": 3}", true, "b.c", "{\"ü\": \"é\", \"b\": {\"c\": 7}, \"c\": 3}")]
    [InlineData("{ /* why */ \"c\": 3, }", true, "c", "{ /* why */ \"c\": 7, }")]
    [InlineData("{}", true, "c", "{\n  \"c\": 7\n}")]
    [InlineData("{\"a\": [{\"c\": 1}], \"c\": 2}", true, "c", "{\"a\": [{\"c\": 1}], \"c\": 7}")]
    public void AConfigurationChangesInOnePlace(string text, bool isJson, string key, string expected) => Assert.Equal(expected, ConfigurationEdit.Set(text, new FileTarget("file", key, isJson), "7"));

    [Theory]
    [InlineData("a: 1\n", false, "b.c")]
    [InlineData("a: [1\n", false, "a")]
    [InlineData("{\"a\": ", true, "a")]
    public void AConfigurationThatCannotBeChangedIsSaidSo(string text, bool isJson, string key) => Assert.Throws<UsageException>(() => ConfigurationEdit.Set(text, new FileTarget("file", key, isJson), "7"));

    private static Knob Flag(string name, string? present) => new(name, new WordTarget([$"--{name}", "{value}"])) { Present = present };
}
