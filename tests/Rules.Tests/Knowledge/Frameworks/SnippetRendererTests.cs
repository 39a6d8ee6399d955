using TrainingDoctor.Rules.Knowledge.Frameworks;

namespace TrainingDoctor.Tests.Knowledge.Frameworks;

/// <summary>How changes become code: which snippet of several, which numbers, and what stands in one call.</summary>
public sealed class SnippetRendererTests
{
    [Theory]
    [InlineData(0.001, "0.001", "0.001")]
    [InlineData(1e-5, "1e-05", "1.0e-05")]
    [InlineData(1.5e-7, "1.5e-07", "1.5e-07")]
    [InlineData(1, "1", "1")]
    [InlineData(-3, "-3", "-3")]
    [InlineData(1.5, "1.5", "1.5")]
    [InlineData(123456, "123456", "123456")]
    [InlineData(123456.5, "1.235e+05", "1.235e+05")]
    [InlineData(0, "0", "0")]
    [InlineData(999999999999999, "999999999999999", "999999999999999")]
    [InlineData(1e15, "1e+15", "1.0e+15")]
    public void NumbersAreWrittenAsTheLanguageReadsThem(double value, string plain, string yaml)
    {
        RemedyAction[] actions = [new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = value }];

        Assert.Equal($"rate {plain}", Framework(("set-learning-rate", [Line("rate {value}")])).CodeOf(actions));
        Assert.Equal($"rate {yaml}", (Framework(("set-learning-rate", [Line("rate {value}")])) with { Language = "yaml" }).CodeOf(actions));
    }

    /// <summary>Each name stands for its own number or word.</summary>
    [Fact]
    public void EachNameHasItsValue()
    {
        var action = new RemedyAction
        {
            Kind = RemedyActionKind.ChangeSetting,
            Value = 1,
            Factor = 2,
            Minimum = 3,
            Maximum = 4,
            MaxNorm = 5,
            Rate = 6,
            Epoch = 7,
            Steps = 8,
            Step = 9,
            To = "to_1",
            From = "From",
            Type = "T2",
        };

        Assert.Equal("1 2 3 4 5 6 7 8 9 to_1 From T2", Framework(("change-setting", [Line("{value} {factor} {minimum} {maximum} {maxNorm} {rate} {epoch} {steps} {step} {to} {from} {type}")])).CodeOf([action]));
    }

    /// <summary>The first snippet is taken whose names are all known; a word that is no identifier is none.</summary>
    [Theory]
    [InlineData(2.0, null, null, "two 2")]
    [InlineData(null, 3.0, null, "three 3")]
    [InlineData(2.0, 3.0, null, "two 2")]
    [InlineData(null, null, "kl_coef2", "to kl_coef2")]
    [InlineData(null, null, "a sentence", "nothing")]
    [InlineData(null, null, null, "nothing")]
    public void TheFirstThatIsKnownIsTaken(double? value, double? factor, string? to, string expected)
    {
        var framework = Framework(("change-setting", [Line("two {value}"), Line("three {factor}"), Line("to {to}"), Line("nothing")]));

        Assert.Equal(expected, framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.ChangeSetting, Value = value, Factor = factor, To = to }]));
    }

    /// <summary>What follows a snippet must be known as well.</summary>
    [Theory]
    [InlineData(5L, "f(a)\n# after 5")]
    [InlineData(null, "b")]
    public void WhatFollowsMustBeKnown(long? steps, string expected)
    {
        var framework = Framework(("train-longer", [new Snippet("call", "a", "# after {steps}"), Line("b")]));

        Assert.Equal(expected, framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.TrainLonger, Steps = steps }]));
    }

    /// <summary>A snippet for one method, scheme, type or target goes before that of the kind, in this order.</summary>
    [Theory]
    [InlineData("m", "s", "t", "o", "method")]
    [InlineData(null, "s", "t", "o", "scheme")]
    [InlineData(null, null, "t", "o", "type")]
    [InlineData("x", null, null, "o", "to")]
    [InlineData("x", "x", "x", "x", "kind")]
    public void TheNearestSnippetIsTaken(string? method, string? scheme, string? type, string? to, string expected)
    {
        var framework = Framework(
            ("reinitialize", [Line("kind")]), ("reinitialize/m", [Line("method")]), ("reinitialize/s", [Line("scheme")]), ("reinitialize/t", [Line("type")]), ("reinitialize/o", [Line("to")]));

        Assert.Equal(expected, framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.Reinitialize, Method = method, Scheme = scheme, Type = type, To = to }]));
    }

    /// <summary>What a framework does not say the one that it is built on does, in its language.</summary>
    [Fact]
    public void WhatIsNotSaidIsSaidByTheBase()
    {
        var below = Framework(("set-learning-rate", [Line("base {value}")]), ("add-warmup", [new Snippet("call", "warm={steps}", null)])) with { Language = "yaml" };
        var framework = Framework(("set-learning-rate", [Line("own {factor}")])) with { Base = below };

        Assert.Equal("base 1.0e-06", framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 1e-6 }]));
        Assert.Equal("own 2", framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 1e-6, Factor = 2 }]));
        Assert.Equal("f(warm=4)", framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.AddWarmup, Steps = 4 }]));
        Assert.Null(framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.CleanData }]));
        Assert.Null(framework.CodeOf([]));
        Assert.Throws<ArgumentNullException>(() => framework.CodeOf(null!));
    }

    /// <summary>Changes of one call stand in it together, once each, before lines of their own, which are said once too.</summary>
    [Fact]
    public void ChangesOfOneCallStandTogether()
    {
        var framework = Framework(
            ("set-learning-rate", [new Snippet("call", "rate={value}", "# then {value}")]), ("add-warmup", [new Snippet("call", "warm={steps}", null)]), ("clean-data", [Line("clean()")]),
            ("stop-early", [new Snippet("other", "stop={epoch}", null)]), ("shuffle-data", [Line("clean()")]));

        Assert.Equal(
            "f(rate=2, warm=3)\n# then 2\ng[stop=5]\nclean()",
            framework.CodeOf(
            [
                new RemedyAction { Kind = RemedyActionKind.CleanData }, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 2 }, new RemedyAction { Kind = RemedyActionKind.StopEarly, Epoch = 5 },
                new RemedyAction { Kind = RemedyActionKind.AddWarmup, Steps = 3 }, new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 2 }, new RemedyAction { Kind = RemedyActionKind.ShuffleData },
            ]));
    }

    /// <summary>A run's framework is what it names, else its source, else TorchSharp for a live run or recorded telemetry, and nobody's for other logs.</summary>
    [Theory]
    [InlineData("Keras", "live", null, "keras")]
    [InlineData(null, "lightning", null, "lightning")]
    [InlineData("nobody's", "lightning", null, "lightning")]
    [InlineData(null, "live", null, "torchsharp")]
    [InlineData(null, "jsonl", "telemetry", "torchsharp")]
    [InlineData(null, "jsonl", "csv", "unknown")]
    public void ARunHasAFramework(string? framework, string source, string? format, string expected) => Assert.Equal(
        expected, FrameworkCatalog.Of(new RunDescription { Framework = framework, Source = source, Log = format is null ? null : new LogDescription { Format = format } }).Name);

    [Theory]
    [InlineData("XGBoost", "xgboost")]
    [InlineData("xg", null)]
    [InlineData(null, null)]
    public void AFrameworkIsFoundByItsName(string? name, string? expected) => Assert.Equal(expected, FrameworkCatalog.Find(name)?.Name);

    [Fact]
    public void TheTableIsReadWhole()
    {
        var huggingFace = FrameworkCatalog.Find("huggingface")!;

        Assert.Equal(("pytorch", null), (huggingFace.Base?.Name, FrameworkCatalog.Find("keras")!.Base));
        Assert.Equal(["network", "own-loss", "pretrained"], huggingFace.Offers.Order(StringComparer.Ordinal));
        Assert.NotEmpty(huggingFace.Calls);
        Assert.Empty(FrameworkCatalog.Find("torchsharp")!.Calls);
        Assert.Empty(FrameworkCatalog.Find("torchsharp")!.Signs);
        Assert.Equal((string.Empty, " "), (FrameworkCatalog.Find("kohya")!.Calls["train_network.py"].Close, FrameworkCatalog.Find("kohya")!.Calls["train_network.py"].Separator));
        Assert.Equal((null, ", ", ")"), (FrameworkCatalog.Find("pytorch")!.Calls["cat"].Open, FrameworkCatalog.Find("pytorch")!.Calls["cat"].Separator, FrameworkCatalog.Find("pytorch")!.Calls["cat"].Close));
        Assert.Equal(["own-loss"], FrameworkCatalog.Needs["change-loss"]);
        Assert.All(FrameworkCatalog.All, framework => Assert.All([framework.Title, framework.Language, framework.ReadFrom], Assert.NotEmpty));
        Assert.Contains(FrameworkCatalog.Find("kohya")!.Snippets["change-batch-size"], snippet => snippet.Call is null);
        Assert.Contains(FrameworkCatalog.Find("kohya")!.Snippets["stop-early"], snippet => snippet is { Call: not null, Then: not null });
    }

    private static Snippet Line(string text) => new(null, text, null);

    private static Framework Framework(params (string Kind, Snippet[] Snippets)[] snippets) => new()
    {
        Name = "mine",
        Title = "Mine",
        Language = "python",
        ReadFrom = "a test",
        Calls = new Dictionary<string, FrameworkCall> { ["call"] = new("f(", ", ", ")", new HashSet<string>()), ["other"] = new("g[", "; ", "]", new HashSet<string>()) },
        Snippets = snippets.ToDictionary(snippet => snippet.Kind, snippet => (IReadOnlyList<Snippet>)snippet.Snippets),
    };
}
