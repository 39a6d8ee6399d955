using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TrainingDoctor.Analyzers;

namespace TrainingDoctor.Benchmarks;

/// <summary>
/// What the analyzer adds to <c>dotnet build</c> of a large project, beside the analyzers that the SDK brings: whole builds in turns, without it, with an analyzer that does nothing, and with it.
/// The second tells what any analyzer costs.
/// </summary>
internal static class BuildTime
{
    private static readonly string[] Variants = ["none", "empty", "ours"];

    /// <summary>Measures and prints.</summary>
    /// <param name="lines">How many lines the project has at least.</param>
    /// <param name="rounds">How often each variant is built.</param>
    public static void Measure(int lines, int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("traindoctor-build-").FullName;
        try
        {
            int written = Write(folder, lines);
            Run(folder, "restore");
            foreach (string variant in Variants)
            {
                Build(folder, variant);
            }

            var rows = Enumerable.Range(0, rounds).Select(round => Round(folder, round)).ToList();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{written} lines; `dotnet build` {rounds} times each, in turns; without the analyzer {Middle(rows.Select(row => row["none"].Wall)):F2} s by the clock, {Middle(rows.Select(row => row["none"].Processor)):F2} s of processor."));
            foreach (string variant in Variants[1..])
            {
                Console.WriteLine($"{(variant == "ours" ? "With it" : "With one that does nothing")}: {Ratio(rows, variant, cost => cost.Wall)} by the clock, {Ratio(rows, variant, cost => cost.Processor)} of processor.");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Dictionary<string, (double Wall, double Processor)> Round(string folder, int round) =>
        Enumerable.Range(0, Variants.Length).Select(i => Variants[(i + round) % Variants.Length]).ToDictionary(variant => variant, variant => Build(folder, variant));

    private static string Ratio(List<Dictionary<string, (double Wall, double Processor)>> rows, string variant, Func<(double Wall, double Processor), double> cost)
    {
        var ratios = rows.Select(row => (cost(row[variant]) / cost(row["none"])) - 1).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"median {Middle(ratios):+0.0%;-0.0%} (quartiles {ratios[ratios.Count / 4]:+0.0%;-0.0%} to {ratios[ratios.Count - 1 - (ratios.Count / 4)]:+0.0%;-0.0%})");
    }

    private static double Middle(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : double.NaN;

    private static int Write(string folder, int lines)
    {
        var files = GeneratedProject.Files(lines);
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        string empty = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "empty")).FullName, "Empty.dll");
        WriteEmptyAnalyzer(empty);
        File.WriteAllText(Path.Combine(folder, "Large.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{typeof(TorchSharp.torch).Assembly.Location}" />
                <Analyzer Condition="'$(Analyzed)' == 'empty'" Include="{empty}" />
                <Analyzer Condition="'$(Analyzed)' == 'ours'" Include="{typeof(TorchSharpAnalyzer).Assembly.Location}" />
              </ItemGroup>
            </Project>
            """);
        return files.Sum(file => file.Text.Count(c => c == '\n'));
    }

    private static void WriteEmptyAnalyzer(string path)
    {
        var compilation = CSharpCompilation.Create(Path.GetFileNameWithoutExtension(path), [CSharpSyntaxTree.ParseText("""
            using System.Collections.Immutable;
            using Microsoft.CodeAnalysis;
            using Microsoft.CodeAnalysis.Diagnostics;

            [DiagnosticAnalyzer(LanguageNames.CSharp)]
            public sealed class Empty : DiagnosticAnalyzer
            {
                public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(new DiagnosticDescriptor("EMPTY", "Nothing", "Nothing", "None", DiagnosticSeverity.Warning, true));

                public override void Initialize(AnalysisContext context)
                {
                    context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
                    context.EnableConcurrentExecution();
                    context.RegisterSemanticModelAction(_ => { });
                }
            }
            """)], Compiler.References.Value, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var result = compilation.Emit(path);
        if (!result.Success)
        {
            throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
        }
    }

    private static (double Wall, double Processor) Build(string folder, string variant)
    {
        double before = ChildrenProcessor();
        var watch = Stopwatch.StartNew();
        Run(folder, "build", "-c", "Release", "--no-restore", "--no-incremental", "-nodeReuse:false", "-p:UseSharedCompilation=false", $"-p:Analyzed={variant}");
        return (watch.Elapsed.TotalSeconds, ChildrenProcessor() - before);
    }

    private static void Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(said);
        }
    }

    /// <summary>Seconds of processor of all processes that were started from here and have ended, with those that they started; NaN where the system does not tell it (any but Linux).</summary>
    private static double ChildrenProcessor()
    {
        const double TicksPerSecond = 100;
        if (!OperatingSystem.IsLinux())
        {
            return double.NaN;
        }

        string stat = File.ReadAllText("/proc/self/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
