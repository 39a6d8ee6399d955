using TrainingDoctor.Rules.Knowledge;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>What the advisor takes from each part of a question, and from which depth on a stack is deep.</summary>
public sealed class AdvisorLimitsTests
{
    [Theory]
    [InlineData(null, 9, "ReLU LeakyReLU ELU")]
    [InlineData(null, 10, "GELU SiLU")]
    [InlineData(DataDomain.Language, 9, "GELU")]
    [InlineData(DataDomain.Language, 10, "GELU SiLU")]
    [InlineData(DataDomain.Tabular, 9, "ReLU ELU")]
    [InlineData(DataDomain.Tabular, 10, "GELU SiLU")]
    [InlineData(DataDomain.Images, 9, "ReLU SiLU GELU")]
    [InlineData(DataDomain.Images, 10, "SiLU GELU ReLU")]
    [InlineData(DataDomain.Images, null, "ReLU SiLU GELU")]
    public void DepthAndDomainChoose(DataDomain? domain, int? depth, string expected) =>
        Assert.Equal(expected, string.Join(' ', ActivationAdvisor.Advise(new AdviceRequest { Domain = domain, Depth = depth }).Hidden));

    [Fact]
    public void WhatIsWantedGoesBeforeATroubleAndThatBeforeDepth()
    {
        var request = new AdviceRequest { Depth = 20, Trouble = TrainingTrouble.SkewedOutputs };

        Assert.Equal([ActivationKind.LeakyReLU, ActivationKind.ELU], ActivationAdvisor.Advise(request).Hidden);
        Assert.Equal([ActivationKind.Mish], ActivationAdvisor.Advise(request with { To = ActivationKind.Mish }).Hidden);
        Assert.Null(ActivationAdvisor.Advise(new AdviceRequest()).Trouble);
        Assert.Null(ActivationAdvisor.Advise(new AdviceRequest()).Output);
        Assert.Throws<ArgumentNullException>(() => ActivationAdvisor.Advise(null!));
    }

    /// <summary>Only a move to GELU from something else lowers the rate: from 0.1 to 0.075.</summary>
    [Theory]
    [InlineData(ActivationKind.ReLU, ActivationKind.GELU, 0.7, 0.8, 0.075)]
    [InlineData(null, ActivationKind.GELU, 1, 1, 0.1)]
    [InlineData(ActivationKind.GELU, ActivationKind.GELU, 1, 1, 0.1)]
    [InlineData(ActivationKind.ReLU, ActivationKind.SiLU, 1, 1, 0.1)]
    public void AMoveToGeluLowersTheRate(ActivationKind? from, ActivationKind to, double least, double most, double rate)
    {
        var advice = ActivationAdvisor.Advise(new AdviceRequest { From = from, To = to, LearningRate = 0.1 });

        Assert.Equal((least, most), advice.LearningRateFactor);
        Assert.Equal(rate, advice.LearningRate!.Value, 12);
        Assert.Null(ActivationAdvisor.Advise(new AdviceRequest { From = from, To = to }).LearningRate);
    }

    /// <summary>Notes are given where they apply, and nowhere else.</summary>
    [Theory]
    [InlineData(ActivationKind.Tanh, ActivationKind.ReLU, 9, "changes the initialisation from xavier to he;mean output of 0.399")]
    [InlineData(ActivationKind.ELU, ActivationKind.ReLU, 10, "mean output of 0.399;In a stack of 10 layers units of ReLU die")]
    [InlineData(ActivationKind.Tanh, ActivationKind.Tanh, 3, "mean output of 0.000")]
    [InlineData(null, ActivationKind.Tanh, 4, "mean output of 0.000;gradients vanish in a stack of 4 layers")]
    [InlineData(null, ActivationKind.GELU, 12, "mean output of 0.282;learning rate 20 to 30 % lower")]
    [InlineData(ActivationKind.SiLU, ActivationKind.GELU, 12, "mean output of 0.282")]
    [InlineData(null, ActivationKind.GLU, 12, "")]
    [InlineData(null, ActivationKind.ReLU, 9, "mean output of 0.399")]
    public void NotesAreGivenWhereTheyApply(ActivationKind? from, ActivationKind to, int depth, string expected)
    {
        var advice = ActivationAdvisor.Advise(new AdviceRequest { From = from, To = to, Depth = depth });
        string[] parts = expected.Split(';', StringSplitOptions.RemoveEmptyEntries);
        var own = advice.Notes.SkipLast(AdviceTables.Misconceptions.Count).Select(note => note.ToString()).ToList();

        Assert.Equal(parts.Length, own.Count);
        Assert.All(parts.Zip(own), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Equal(AdviceTables.Misconceptions, advice.Notes.TakeLast(3));
    }

    [Theory]
    [InlineData(ActivationKind.Tanh, "xavier")]
    [InlineData(ActivationKind.Hardtanh, "xavier")]
    [InlineData(ActivationKind.Softsign, "xavier")]
    [InlineData(ActivationKind.Sigmoid, "xavier")]
    [InlineData(ActivationKind.Hardsigmoid, "xavier")]
    [InlineData(ActivationKind.Identity, "xavier")]
    [InlineData(ActivationKind.ReLU, "he")]
    [InlineData(ActivationKind.GELU, "he")]
    public void AnInitialisationGoesWithTheActivation(ActivationKind activation, string scheme)
    {
        var advice = ActivationAdvisor.Advise(new AdviceRequest { To = activation });

        Assert.Equal((scheme, scheme), (ActivationAdvisor.SchemeFor(activation), advice.Initialization));
        Assert.Contains(scheme == "he" ? "kaiming_normal_" : "xavier_uniform_", advice.Code, StringComparison.Ordinal);
        Assert.StartsWith($"nn.{activation}()", advice.Code, StringComparison.Ordinal);
        Assert.Equal(scheme == "he" ? RemedySources.He : RemedySources.Glorot, advice.Sources[^1]);
        Assert.Equal(2, advice.Sources.Count);
    }

    [Theory]
    [InlineData(ActivationKind.GELU, true)]
    [InlineData(ActivationKind.SiLU, true)]
    [InlineData(ActivationKind.Mish, true)]
    [InlineData(ActivationKind.ReLU, false)]
    [InlineData(ActivationKind.ELU, false)]
    public void BatchNormalisationCanBeLeftOutBesideASmoothGate(ActivationKind activation, bool canBe) =>
        Assert.Equal(canBe, ActivationAdvisor.Advise(new AdviceRequest { To = activation }).Normalization.ToString().Contains("left out", StringComparison.Ordinal));

    [Fact]
    public void TheTablesAreThoseOfTheArticle()
    {
        Assert.Equal(Enum.GetValues<TrainingTrouble>(), AdviceTables.Troubles.Select(row => row.Trouble));
        Assert.Equal(["TD4002 TD2001 TD7005", "TD3001 TD3003", "TD4001 TD2002 TD2003", "TD6001 TD3003"], AdviceTables.Troubles.Select(row => string.Join(' ', row.Rules)));
        Assert.Equal(["ReLU SiLU", "LeakyReLU ELU", "GELU SiLU", "Tanh ELU"], AdviceTables.Troubles.Select(row => string.Join(' ', row.Activations)));
        Assert.Equal(
            ["Regression Identity MSELoss", "BinaryClassification Sigmoid BCEWithLogitsLoss", "MulticlassClassification Softmax CrossEntropyLoss", "MultilabelClassification Sigmoid BCEWithLogitsLoss", "LanguageModeling Softmax CrossEntropyLoss", "Reconstruction Sigmoid BCELoss"],
            AdviceTables.Outputs.Select(row => $"{row.Task} {row.Function} {row.Loss}"));
        Assert.Equal([ActivationKind.Sigmoid, ActivationKind.Tanh], AdviceTables.Activations.Where(entry => entry.IsBounded).Select(entry => entry.Kind));
        Assert.Equal([ActivationKind.Tanh, ActivationKind.ELU, ActivationKind.SiLU, ActivationKind.GELU, ActivationKind.Mish], AdviceTables.Activations.Where(entry => entry.IsZeroCentred).Select(entry => entry.Kind));
    }

    /// <summary>The depth of a stack is at least one, the rate above zero.</summary>
    [Theory]
    [InlineData(1, 1e-9, true)]
    [InlineData(0, 0.1, false)]
    [InlineData(1, 0, false)]
    public void NonsenseIsRefused(int depth, double rate, bool isTaken)
    {
        var request = new AdviceRequest { Depth = depth, LearningRate = rate };

        Assert.Equal(isTaken, Record.Exception(() => ActivationAdvisor.Advise(request)) is not ArgumentOutOfRangeException);
    }
}
