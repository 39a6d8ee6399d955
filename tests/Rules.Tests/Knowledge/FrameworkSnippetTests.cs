using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using TrainingDoctor.Rules.Knowledge.Frameworks;
using YamlDotNet.RepresentationModel;

namespace TrainingDoctor.Tests.Knowledge;

/// <summary>Every snippet of the table parses in its language, has no value left open, and uses arguments that its framework has.</summary>
public sealed class FrameworkSnippetTests
{
    /// <summary>Walks all calls of a Python program: their names and the names of their arguments.</summary>
    private const string Walk = """
        import ast, json, sys
        found = []
        for name, code in json.load(sys.stdin):
            try:
                tree = ast.parse(code)
            except SyntaxError as error:
                found.append([name, "", [str(error)]])
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    callee = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                    keywords = [keyword.arg for keyword in node.keywords if keyword.arg]
                    if keywords:
                        found.append([name, callee, keywords])
        json.dump(found, sys.stdout)
        """;

    public static TheoryData<string> Names => [.. FrameworkCatalog.All.Select(framework => framework.Name)];

    [Fact]
    public void EverySnippetIsOfAKindOfChange()
    {
        var kinds = Enum.GetValues<RemedyActionKind>().Select(kind => KebabCase.Of(kind)).ToHashSet();

        Assert.All(FrameworkCatalog.All.SelectMany(framework => framework.Snippets.Keys), key => Assert.Contains(key.Split('/')[0], kinds));
        Assert.All(FrameworkCatalog.Needs.Keys, kind => Assert.Contains(kind, kinds));
        var offers = FrameworkCatalog.All.SelectMany(framework => framework.Offers).ToHashSet();
        Assert.All(FrameworkCatalog.Needs.Values.SelectMany(needs => needs), need => Assert.Contains(need, offers));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NoValueIsLeftOpen(string name)
    {
        Assert.All(Codes(name), code => Assert.DoesNotMatch(@"\{(value|factor|minimum|maximum|maxNorm|rate|epoch|steps|step|to|from|type)\}", code.Code));
        Assert.All(Codes(name), code => Assert.DoesNotMatch(@"nn\.(?![A-Za-z])|instead of *$", code.Code));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatANetworkNeedsMostCanBeSaid(string name)
    {
        if (FrameworkCatalog.Find(name) is not { Name: not ("torchsharp" or "mlnet") } framework)
        {
            return;
        }

        Assert.NotNull(framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 0.001 }]));
        Assert.NotNull(framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.ScaleLearningRate, Factor = 0.1 }]));
        Assert.NotNull(framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.StopEarly, Epoch = 3, Step = 300 }]));
        Assert.NotNull(framework.CodeOf([new RemedyAction { Kind = RemedyActionKind.TestLearningRates, Minimum = 1e-5, Maximum = 0.1, Steps = 100 }]));
    }

    [PythonFact]
    public void PythonParsesAndKnowsItsArguments()
    {
        var python = FrameworkCatalog.All.Where(framework => framework.Language == "python").ToList();
        var wrong = new List<string>();
        foreach (var (framework, callee, arguments) in Calls([.. python.SelectMany(framework => Codes(framework.Name))]))
        {
            if (callee.Length == 0)
            {
                wrong.Add($"{framework}: {arguments[0]}");
                continue;
            }

            var known = Known(FrameworkCatalog.Find(framework.Split(' ')[0])!, callee);
            wrong.AddRange(known is null ? [$"{framework}: nothing is known of {callee}({string.Join(", ", arguments)})"] : arguments.Where(argument => !known.Contains(argument)).Select(argument => $"{framework}: {callee} has no {argument}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void YamlParsesAndKnowsItsSettings()
    {
        foreach (var framework in FrameworkCatalog.All.Where(framework => framework.Language == "yaml"))
        {
            foreach (var (name, code) in Codes(framework.Name))
            {
                var yaml = new YamlStream();
                yaml.Load(new StringReader(code));
                var settings = yaml.Documents is [{ RootNode: YamlMappingNode root }] ? root.Children.Keys.Select(key => ((YamlScalarNode)key).Value!) : [];
                Assert.All(settings, setting => Assert.True(framework.Calls[string.Empty].Arguments.Contains(setting), $"{name}: {setting}"));
                Assert.All(code.Split('\n').Where(line => line.Contains("learning_rate: ", StringComparison.Ordinal) && line.Contains("e-", StringComparison.Ordinal)), line => Assert.Matches(@"\d\.\d*e-", line));
            }
        }
    }

    [Fact]
    public void CommandsKnowTheirOptions()
    {
        foreach (var framework in FrameworkCatalog.All.Where(framework => framework.Language == "shell"))
        {
            var known = framework.Calls.Values.SelectMany(call => call.Arguments).ToHashSet();
            foreach (var (name, code) in Codes(framework.Name))
            {
                var options = code.Split(' ', '\n').Where(word => word.StartsWith("--", StringComparison.Ordinal) || (framework.Name is "ultralytics" or "verl" && word.Contains('=', StringComparison.Ordinal))).Select(word => word.Split('=')[0]);
                Assert.All(options, option => Assert.True(known.Contains(option), $"{name}: {option}"));
            }
        }
    }

    /// <summary>Changes of one call are one call, as a person would write it.</summary>
    [Fact]
    public void ArgumentsOfOneCallStandTogether() => Assert.Equal(
        "args = TrainingArguments(learning_rate=2e-06, max_grad_norm=1)",
        FrameworkCatalog.Find("huggingface")!.CodeOf([new RemedyAction { Kind = RemedyActionKind.SetLearningRate, Value = 2e-6 }, new RemedyAction { Kind = RemedyActionKind.ClipGradientNorm, MaxNorm = 1 }]));

    [Theory]
    [InlineData("huggingface", "loss", "grad_norm", "learning_rate", "epoch", "step")]
    [InlineData("stable-baselines3", "rollout/ep_rew_mean", "train/loss", "time/fps")]
    [InlineData("fairseq", "epoch", "loss", "ppl", "wps", "ups", "lr", "gnorm")]
    [InlineData("lightgbm", "iteration", "training's binary_logloss", "valid_0's binary_logloss")]
    [InlineData("xgboost", "iteration", "train-rmse", "eval-rmse")]
    [InlineData("ultralytics", "epoch", "train/box_loss", "metrics/mAP50(B)")]
    [InlineData("keras", "epoch", "accuracy", "learning_rate", "loss", "val_accuracy", "val_loss")]
    [InlineData("keras", "epoch", "learning_rate", "loss", "val_loss")]
    [InlineData("keras", "loss", "accuracy", "val_loss", "val_accuracy")]
    [InlineData("nanogpt", "iter", "loss", "time", "mfu")]
    [InlineData("nanogpt", "iter", "loss", "train loss", "val loss")]
    [InlineData("axolotl", "loss", "grad_norm", "learning_rate", "ppl", "epoch")]
    [InlineData("lightgbm", "training s l2", "valid_0 s l2")]
    [InlineData("catboost", "learn loss", "test loss", "remaining")]
    [InlineData("mmengine", "base_lr", "lr", "data_time", "loss", "time")]
    public void AFrameworkIsKnownByItsColumns(string name, params string[] columns) => Assert.Equal(name, FrameworkCatalog.Recognize(columns)?.Name);

    /// <summary>Names that anybody chooses are no sign of a framework.</summary>
    [Theory]
    [InlineData("a", "b", "loss")]
    [InlineData("epoch", "train loss", "val loss")]
    [InlineData("step", "loss", "tps", "mfu")]
    [InlineData("epoch", "train_loss", "loss", "learning_rate")]
    public void WhatNobodyKnowsIsUnknown(params string[] columns) => Assert.Null(FrameworkCatalog.Recognize(columns));

    internal static string? Python { get; } = new[] { "/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3" }.FirstOrDefault(File.Exists);

    private static IReadOnlySet<string>? Known(Framework framework, string callee)
    {
        for (var owner = framework; owner is not null; owner = owner.Base)
        {
            if (owner.Calls.TryGetValue(callee, out var call))
            {
                return call.Arguments;
            }
        }

        return null;
    }

    /// <summary>Every snippet of a framework, filled with the values that its kind can have: all of them, and without those that exclude each other.</summary>
    private static IEnumerable<(string Name, string Code)> Codes(string name)
    {
        var framework = FrameworkCatalog.Find(name)!;
        foreach (string key in framework.Snippets.Keys)
        {
            string[] parts = key.Split('/');
            Assert.True(KebabCase.TryParse<RemedyActionKind>(parts[0], out var kind));
            foreach (bool isRelative in new[] { false, true })
            {
                var action = new RemedyAction
                {
                    Kind = kind,
                    Value = isRelative ? null : 1e-5,
                    Factor = isRelative ? 0.1 : null,
                    Minimum = 1e-6,
                    Maximum = 0.1,
                    Steps = 100,
                    Step = 300,
                    Epoch = 3,
                    MaxNorm = 1,
                    Rate = 0.25,
                    To = parts.Length > 1 ? parts[1] : "Adam",
                    From = isRelative ? null : "ReLU",
                    Type = "LayerNorm",
                    Method = parts.Length > 1 ? parts[1] : null,
                    Scheme = parts.Length > 1 ? parts[1] : null,
                };
                if (framework.CodeOf([action]) is { } code)
                {
                    yield return ($"{name} {key}", code);
                }
            }
        }
    }

    private static List<(string Name, string Callee, string[] Arguments)> Calls(IReadOnlyList<(string Name, string Code)> codes)
    {
        using var process = Process.Start(new ProcessStartInfo(Python!, ["-c", Walk]) { RedirectStandardInput = true, RedirectStandardOutput = true }) ?? throw new Win32Exception();
        process.StandardInput.Write(JsonSerializer.Serialize(codes.Select(code => new[] { code.Name, code.Code })));
        process.StandardInput.Close();
        using var found = JsonDocument.Parse(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return [.. found.RootElement.EnumerateArray().Select(call => (call[0].GetString()!, call[1].GetString()!, call[2].EnumerateArray().Select(word => word.GetString()!).ToArray()))];
    }
}

/// <summary>A test that needs a Python interpreter, which parses snippets; it is skipped with a reason without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (FrameworkSnippetTests.Python is null)
        {
            Skip = "needs a python3 that parses snippets";
        }
    }
}
