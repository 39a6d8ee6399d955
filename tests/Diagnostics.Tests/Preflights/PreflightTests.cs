using TorchSharp;
using TrainingDoctor.Readers;
using TrainingDoctor.Reports;
using static TorchSharp.torch;

namespace TrainingDoctor.Tests.Preflights;

/// <summary>What is broken is found before it trains, and what is sound is left alone.</summary>
public sealed class PreflightTests
{
    public static TheoryData<string> BrokenNames => [.. Programs.Broken.Keys];

    public static TheoryData<string> SoundNames => [.. Programs.Sound.Keys];

    [Theory]
    [MemberData(nameof(BrokenNames))]
    public void WhatIsBrokenIsFound(string name)
    {
        var program = Programs.Broken[name];

        var report = program.Run();

        string[] found = [.. report.Findings.Select(finding => $"{finding.Rule.Id} {finding.Severity} [{string.Join(", ", finding.Layers)}] {finding.Message}")];
        foreach (string expected in program.Expected)
        {
            Assert.True(report.Findings.Any(finding => finding.Rule.Id == expected && (program.Layer is null || finding.Layers.Contains(program.Layer))), string.Join('\n', found));
        }

        Assert.DoesNotContain(report.Findings, finding => finding.Rule.Id == "TD0001");
    }

    [Theory]
    [MemberData(nameof(SoundNames))]
    public void WhatIsSoundIsLeftAlone(string name)
    {
        var report = Programs.Sound[name].Run();

        Assert.True(
            report.Findings.All(finding => finding.Severity == Severity.Info && finding.Rule.Id != "TD0001"),
            string.Join('\n', report.Findings.Select(finding => $"{finding.Rule.Id} {finding.Severity} [{string.Join(", ", finding.Layers)}] {finding.Message}")));
    }

    [Fact]
    public void NothingOfTheProgramIsChanged()
    {
        manual_seed(3);
        using var model = nn.Sequential(("conv", nn.Conv2d(1, 4, 3)), ("norm", nn.BatchNorm2d(4)), ("relu", nn.ReLU()), ("drop", nn.Dropout(0.3)), ("flat", nn.Flatten()), ("out", nn.Linear(144, 3)));
        using var optimizer = optim.Adam(model.parameters(), 1e-3);
        using var input = randn(8, 1, 8, 8);
        using var target = arange(8) % 3;
        using var criterion = nn.CrossEntropyLoss();
        model.train();
        model.children().ElementAt(1).eval();
        Step(model, optimizer, criterion, input, target);
        criterion.call(model.call(input), target).backward();
        Tensor[] values = [.. model.parameters().Cast<Tensor>().Concat(model.buffers()).Select(value => value.detach().clone())];
        Tensor[] gradients = [.. model.parameters().Select(parameter => parameter.grad!.clone())];
        bool[] modes = [.. model.named_modules().Select(item => item.module.training)];
        var random = get_rng_state().clone();

        Preflight.Run(model, criterion, optimizer, input, target, new PreflightOptions { LearningSteps = 5 });

        Assert.True(random.Equals(get_rng_state()), "random numbers were drawn");
        Assert.All(model.parameters().Cast<Tensor>().Concat(model.buffers()).Zip(values), pair => Assert.True(pair.First.Equals(pair.Second)));
        Assert.All(model.parameters().Zip(gradients), pair => Assert.True(pair.First.grad!.Equals(pair.Second)));
        Assert.Equal(modes, model.named_modules().Select(item => item.module.training));

        // And what comes after is what would have come: the optimizer's memory, too.
        var after = Trained(withPreflight: true);
        var without = Trained(withPreflight: false);
        Assert.All(after.Zip(without), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void ParametersWithoutAGradientHaveNoneAfterwards()
    {
        using var model = nn.Linear(5, 3);
        using var input = randn(8, 5);
        using var target = arange(8) % 3;

        Preflight.Run(model, nn.CrossEntropyLoss(), null, input, target, new PreflightOptions { LearningSteps = 3 });

        Assert.All(model.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void ARecordingTellsTheSame()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jsonl");
        try
        {
            var program = Programs.Broken["encoder attends over the batch"];
            var report = (program with { Options = new PreflightOptions { LearningSteps = 20, RecordTo = path } }).Run();

            var replayed = Assert.Single(LogDiagnosis.Diagnose(Assert.Single(LogOpener.Open(path)), RuleSet.Default));

            Assert.Equal(report.Findings.Select(Describe), replayed.Findings.Select(Describe));
        }
        finally
        {
            File.Delete(path);
        }

        static string Describe(Finding finding) => $"{finding.Rule.Id} {finding.Severity} {finding.Title} {finding.Message}";
    }

    [Fact]
    public void ItIsWrittenByEveryExporter()
    {
        var report = Programs.Broken["view merges samples"].Run();

        foreach (var format in Enum.GetValues<ReportFormat>().Where(format => format != ReportFormat.Csv))
        {
            using var text = new StringWriter();
            report.WriteTo(ReportExporters.Create(format), text);
            Assert.Contains("mix", text.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void WrongOptionsAreNamed()
    {
        using var model = nn.Linear(5, 3);
        using var input = randn(8, 5);
        using var target = arange(8) % 3;

        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Preflight.Run(model, nn.CrossEntropyLoss(), null, input, target, new PreflightOptions { TimeLimit = 0 }));

        Assert.Contains(nameof(PreflightOptions.TimeLimit), exception.Message, StringComparison.Ordinal);
    }

    private static List<float> Trained(bool withPreflight)
    {
        manual_seed(11);
        using var model = nn.Sequential(("hidden", nn.Linear(5, 9)), ("drop", nn.Dropout(0.3)), ("out", nn.Linear(9, 3)));
        using var optimizer = optim.Adam(model.parameters(), 1e-2);
        using var criterion = nn.CrossEntropyLoss();
        var losses = new List<float>();
        for (int step = 0; step < 6; step++)
        {
            using var input = randn(8, 5);
            using var target = arange(8) % 3;
            if (withPreflight && step == 3)
            {
                Preflight.Run(model, criterion, optimizer, input, target, new PreflightOptions { LearningSteps = 4 });
            }

            losses.Add(Step(model, optimizer, criterion, input, target));
        }

        return losses;
    }

    private static float Step(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, nn.Module<Tensor, Tensor, Tensor> criterion, Tensor input, Tensor target)
    {
        optimizer.zero_grad();
        using var output = model.call(input);
        using var loss = criterion.call(output, target);
        loss.backward();
        optimizer.step();
        return loss.item<float>();
    }
}
