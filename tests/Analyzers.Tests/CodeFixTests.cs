using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using TrainingDoctor.Analyzers;
using TrainingDoctor.Analyzers.CodeFixes;

namespace TrainingDoctor.Tests;

/// <summary>Each code fix, before and after; the mended code compiles, and nothing is reported in it.</summary>
public sealed class CodeFixTests
{
    [Fact]
    public Task RunsModulesByCall() => Verify<CallFix>(
        Loop("""
            var h = model.{|TD0002:forward|}(x);
            h.Dispose();
            """),
        Loop("""
            var h = model.call(x);
            h.Dispose();
            """));

    [Fact]
    public Task ClearsGradients() => Verify<ZeroGradFix>(
        Method("""
            {|TD2005:foreach|} (var (x, y) in batches)
            {
                using var scope = NewDisposeScope();
                functional.mse_loss(model.call(x), y).backward();
                optimizer.step();
            }
            """),
        Method("""
            foreach (var (x, y) in batches)
            {
                optimizer.zero_grad();
                using var scope = NewDisposeScope();
                functional.mse_loss(model.call(x), y).backward();
                optimizer.step();
            }
            """));

    [Fact]
    public Task OpensAScope() => Verify<DisposeScopeFix>(
        Method("""
            {|TD9506:foreach|} (var (x, y) in batches)
            {
                optimizer.zero_grad();
                functional.mse_loss(model.call(x), y).backward();
                optimizer.step();
            }
            """),
        Method("""
            foreach (var (x, y) in batches)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                functional.mse_loss(model.call(x), y).backward();
                optimizer.step();
            }
            """));

    [Fact]
    public Task KeepsWithoutGraph() => Verify<DetachFix>(
        Kept("{|TD9505:losses.Add(loss)|};", "{|TD9505:total += loss|};", "{|TD9505:total = total + loss|};"),
        Kept("losses.Add(loss.detach());", "total += loss.detach();", "total = total + loss.detach();"));

    [Fact]
    public Task RegistersComponents() => Verify<RegisterComponentsFix>(
        Module("""
            private readonly Linear fc;

            public {|TD7004:Net|}()
                : base("net")
            {
                fc = Linear(2, 2);
            }

            public override Tensor forward(Tensor input) => fc.call(input);
            """),
        Module("""
            private readonly Linear fc;

            public Net()
                : base("net")
            {
                fc = Linear(2, 2);
                RegisterComponents();
            }

            public override Tensor forward(Tensor input) => fc.call(input);
            """));

    [Fact]
    public Task MovesTheRegistrationToTheEnd() => Verify<RegisterComponentsFix>(
        Module("""
            private readonly Linear fc;

            public Net()
                : base("net")
            {
                RegisterComponents();
                {|TD7004:fc = Linear(2, 2)|};
            }

            public override Tensor forward(Tensor input) => fc.call(input);
            """),
        Module("""
            private readonly Linear fc;

            public Net()
                : base("net")
            {
                fc = Linear(2, 2);
                RegisterComponents();
            }

            public override Tensor forward(Tensor input) => fc.call(input);
            """));

    [Fact]
    public Task TiesDropout() => Verify<TrainingArgumentFix>(
        Module("public Net() : base(\"net\") { }\n\n    public override Tensor forward(Tensor input) => {|TD9507:functional.dropout(input, 0.1)|};"),
        Module("public Net() : base(\"net\") { }\n\n    public override Tensor forward(Tensor input) => functional.dropout(input, 0.1, training: training);"));

    [Fact]
    public Task LeavesTheInput() => Verify<OutOfPlaceFix>(
        Module("""
            public Net() : base("net") { }

                public override Tensor forward(Tensor input)
                {
                    {|TD9508:input.div_(255)|};
                    return input.relu();
                }
            """),
        Module("""
            public Net() : base("net") { }

                public override Tensor forward(Tensor input)
                {
                    input = input.div(255);
                    return input.relu();
                }
            """));

    [Fact]
    public Task SetsEvaluationMode() => Verify<ValidationFix>(
        Validation("using var guard = no_grad();", string.Empty, "{|TD6006:model.call(x)|}"),
        Validation("using var guard = no_grad();", "model.eval();\n        ", "model.call(x)"));

    [Fact]
    public Task SwitchesTheGraphOff() => Verify<NoGradFix>(
        Validation("model.eval();", string.Empty, "{|TD9503:model.call(x)|}"),
        Validation("model.eval();", "using var guard = no_grad();\n        ", "model.call(x)"));

    private static string Loop(string body) => Method($$"""
        foreach (var (x, y) in batches)
                {
                    {{body.ReplaceLineEndings("\n            ")}}
                }
        """, isRaw: true);

    private static string Method(string body, bool isRaw = false) => $$"""
        using System.Collections.Generic;
        using TorchSharp;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        public static class Trainer
        {
            public static void Fit(IReadOnlyList<(Tensor x, Tensor y)> batches, Module<Tensor, Tensor> model, optim.Optimizer optimizer)
            {
                {{(isRaw ? body : body.ReplaceLineEndings("\n        "))}}
            }
        }
        """;

    private static string Kept(params string[] statements) => Method($$"""
        var losses = new List<Tensor>();
        Tensor total = zeros(1);
        foreach (var (x, y) in batches)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = functional.mse_loss(model.call(x), y);
            loss.backward();
            optimizer.step();
            {{string.Join("\n    ", statements)}}
        }
        """);

    private static string Module(string members) => $$"""
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        public sealed class Net : Module<Tensor, Tensor>
        {
            {{members.ReplaceLineEndings("\n    ").Replace("\n    \n", "\n\n", StringComparison.Ordinal).Replace("\n        public override", "\n    public override", StringComparison.Ordinal).Replace("\n        {\n            ", "\n    {\n        ", StringComparison.Ordinal)}}
        }
        """;

    private static string Validation(string first, string beforeLoop, string call) => $$"""
        using System.Collections.Generic;
        using TorchSharp;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        public static class Trainer
        {
            public static double Evaluate(IReadOnlyList<Tensor> data, Module<Tensor, Tensor> model)
            {
                {{first}}
                double sum = 0;
                {{beforeLoop}}foreach (var x in data)
                {
                    using var scope = NewDisposeScope();
                    sum += {{call}}.mean().item<float>();
                }

                return sum;
            }
        }
        """;

    private static Task Verify<TFix>(string source, string mended)
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<TorchSharpAnalyzer, TFix, DefaultVerifier>
        {
            TestCode = source,
            FixedCode = mended,
            ReferenceAssemblies = new ReferenceAssemblies("net10.0"),
            CodeActionValidationMode = CodeActionValidationMode.None,
        };
        test.TestState.AdditionalReferences.AddRange(AnalyzedSource.References);
        test.FixedState.AdditionalReferences.AddRange(AnalyzedSource.References);
        return test.RunAsync();
    }
}
