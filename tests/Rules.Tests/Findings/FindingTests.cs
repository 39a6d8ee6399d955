using TrainingDoctor.Rules.Findings;
using TrainingDoctor.Tests.Triage;

namespace TrainingDoctor.Tests.Findings;

/// <summary>What findings, rules and remedies say of themselves.</summary>
public sealed class FindingTests
{
    [Theory]
    [InlineData(10L, 20L, "", "warning TD4002 stalled-loss: t, steps 10 to 20")]
    [InlineData(10L, 10L, "", "warning TD4002 stalled-loss: t, step 10")]
    [InlineData(10L, null, "", "warning TD4002 stalled-loss: t, step 10")]
    [InlineData(null, 20L, "", "warning TD4002 stalled-loss: t")]
    [InlineData(null, null, "a", "warning TD4002 stalled-loss: t, a")]
    [InlineData(10L, 11L, "a b", "warning TD4002 stalled-loss: t, steps 10 to 11, a and 1 more")]
    [InlineData(null, null, "a b c", "warning TD4002 stalled-loss: t, a and 2 more")]
    public void AFindingIsToldInOneLine(long? first, long? last, string layers, string expected)
    {
        var finding = SomeFinding.Of("F1", "TD4002", step: first) with { Title = $"t", LastStep = last, Layers = layers.Split(' ', StringSplitOptions.RemoveEmptyEntries) };

        Assert.Equal(expected.Replace("stalled-loss", finding.Rule.Name, StringComparison.Ordinal), finding.ToString());
    }

    [Fact]
    public void WhatARuleRequiresIsWhatItTakesUnlessItSaysOtherwise()
    {
        var rule = RuleCatalog.Find("TD4002")!.Descriptor with { Inputs = [Metric.Loss, Metric.Epoch] };

        Assert.Equal([Metric.Loss, Metric.Epoch], (rule with { RequiredInputs = null! }).RequiredInputs);
        Assert.Equal([Metric.Loss], (rule with { RequiredInputs = [Metric.Loss] }).RequiredInputs);
        Assert.Empty((rule with { RequiredInputs = [] }).RequiredInputs);
        Assert.Equal($"docs/rules/TD4002-{rule.Name}.md", rule.Page);
    }

    [Theory]
    [InlineData("TD7001", true)]
    [InlineData("TD0002", true)]
    [InlineData("TD4002", false)]
    public void SomeRulesAreSeenAtBuild(string rule, bool isSeen) => Assert.Equal(isSeen, RuleCatalog.Find(rule)!.Descriptor.IsSeenAtBuild);

    /// <summary>A source gets the address that belongs to it: of a preprint, of a numbered thread, or of the longest beginning that is known.</summary>
    [Theory]
    [InlineData("Somebody 2020, arXiv 2001.12345", "https://arxiv.org/abs/2001.12345")]
    [InlineData("Stack Overflow 60335387: a question", "https://stackoverflow.com/questions/60335387")]
    [InlineData("PyTorch forum 84911", "https://discuss.pytorch.org/t/84911")]
    [InlineData("PyTorch issue 70348: cross entropy", "https://github.com/pytorch/pytorch/issues/70348")]
    [InlineData("Hugging Face transformers issue 17", "https://github.com/huggingface/transformers/issues/17")]
    [InlineData("LLaMA-Factory issue 5660", "https://github.com/hiyouga/LLaMA-Factory/issues/5660")]
    [InlineData("dotnet/machinelearning issue 6522", "https://github.com/dotnet/machinelearning/issues/6522")]
    [InlineData("TorchSharp issues 1481 and 1116", "https://github.com/dotnet/TorchSharp/issues/1481")]
    [InlineData("dotnet/TorchSharp issue 12", "https://github.com/dotnet/TorchSharp/issues/12")]
    [InlineData("PyTorch documentation: LSTM, batch_first", "https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html")]
    [InlineData("PyTorch documentation: something else", "https://docs.pytorch.org/docs/stable/index.html")]
    [InlineData("He et al. 2019: lagging inference networks", "https://arxiv.org/abs/1901.05534")]
    [InlineData("He et al. 2019, Bag of tricks", "https://arxiv.org/abs/1812.01187")]
    [InlineData("see PyTorch forum 84911", null)]
    [InlineData("Nobody 1999", null)]
    [InlineData("Smith 2017, https://example.org", null)]
    [InlineData("Design law of this project: arXiv 2001.12345", null)]
    public void ASourceGetsItsAddress(string source, string? address)
    {
        string expected = address is null ? source : $"{source}, {address}";

        Assert.Equal([expected, "Nobody 1999"], SourceLinks.Complete([source, "Nobody 1999"]));
        Assert.Equal([expected], new Remedy { Title = $"t", Actions = [], Rationale = $"r", Sources = [source] }.Sources);
        Assert.Equal([expected], (RuleCatalog.Find("TD4002")!.Descriptor with { Sources = [source] }).Sources);
    }

    [Theory]
    [InlineData("Design law of this project: isolation", true)]
    [InlineData("Found by running examples", true)]
    [InlineData("Follows from the definition", true)]
    [InlineData("活性化関数 (activation functions explained)", true)]
    [InlineData("The design law of this project", false)]
    public void SomeSourcesAreOnesOwn(string source, bool isOwn) => Assert.Equal(isOwn, SourceLinks.IsOwn(source));
}
