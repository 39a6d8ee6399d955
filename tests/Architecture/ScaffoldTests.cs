using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainingDoctor.Tests;

/// <summary>What <c>build/new-rule.sh</c> and <c>build/new-reader.sh</c> write compiles, and nothing that exists is written over.</summary>
public sealed class ScaffoldTests : IDisposable
{
    private readonly DirectoryInfo _house = Directory.CreateTempSubdirectory("traindoctor-scaffold");

    public ScaffoldTests()
    {
        foreach (string folder in new[] { "build", "src/Rules/Activations", "tests/Rules.Tests/Examples" })
        {
            Copy(folder);
        }

        Directory.CreateDirectory(Path.Combine(_house.FullName, "src/Diagnostics/Readers/Formats"));
        Directory.CreateDirectory(Path.Combine(_house.FullName, "tests/Diagnostics.Tests/Readers/Layouts/Printed"));
    }

    public void Dispose() => _house.Delete(recursive: true);

    [Fact]
    public void ANewRuleCompilesAndStandsInTheCatalogueAndTheExamples()
    {
        var (code, output) = Run("new-rule.sh", "Activations", "TD3999", "FlickeringUnits");

        Assert.True(code == 0, output);
        Assert.Contains("RuleEntry.Of<FlickeringUnitsOptions>", Text("src/Rules/Activations/ActivationRules.cs"), StringComparison.Ordinal);
        Assert.Contains("new(\"TD3999\"", Text("tests/Rules.Tests/Examples/ActivationExamples.cs"), StringComparison.Ordinal);
        Assert.Contains("class FlickeringUnitsTests", Text("tests/Rules.Tests/Activations/FlickeringUnitsTests.cs"), StringComparison.Ordinal);
        string rule = Text("src/Rules/Activations/FlickeringUnits.cs");
        Assert.Contains("Name = \"flickering-units\"", rule, StringComparison.Ordinal);
        Assert.Empty(Errors(rule, "TrainingDoctor.Rules.Tests", typeof(RuleEngine)));
        Assert.Empty(CSharpSyntaxTree.ParseText(Text("src/Rules/Activations/ActivationRules.cs")).GetDiagnostics());
        Assert.Empty(CSharpSyntaxTree.ParseText(Text("tests/Rules.Tests/Examples/ActivationExamples.cs")).GetDiagnostics());
    }

    [Fact]
    public void ANewReaderCompiles()
    {
        var (code, output) = Run("new-reader.sh", "Darkroom");

        Assert.True(code == 0, output);
        Assert.True(File.Exists(Path.Combine(_house.FullName, "tests/Diagnostics.Tests/Readers/Layouts/Printed/darkroom.expected.json")));
        Assert.Empty(Errors(Text("src/Diagnostics/Readers/Formats/DarkroomLineParser.cs"), "TrainingDoctor.Diagnostics.Tests", typeof(RuleEngine), typeof(TrainingMonitor)));
    }

    [Theory]
    [InlineData("TD3001 exists already", "new-rule.sh", "Activations", "TD3001", "FlickeringUnits")]
    [InlineData("DeadUnits.cs exists already", "new-rule.sh", "Activations", "TD3999", "DeadUnits")]
    [InlineData("'Colours' has no list of rules", "new-rule.sh", "Colours", "TD3999", "FlickeringUnits")]
    [InlineData("'3999' is no ID", "new-rule.sh", "Activations", "3999", "FlickeringUnits")]
    [InlineData("'flicker' is no name of a class", "new-reader.sh", "flicker")]
    public void WhatCannotBeMadeIsSaidInOneLine(string message, string script, params string[] arguments)
    {
        var before = Directory.GetFiles(_house.FullName, "*", SearchOption.AllDirectories).Order().ToList();

        var (code, output) = Run(script, arguments);

        Assert.Equal(2, code);
        Assert.Contains(message, Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(_house.FullName, "*", SearchOption.AllDirectories).Order());
    }

    /// <summary>Compiles under the name of the tests that may look into the assembly.</summary>
    private static IEnumerable<string> Errors(string code, string asAssembly, params Type[] references)
    {
        const string Usings = "global using System; global using System.Collections.Generic; global using System.Linq; global using TrainingDoctor;";
        var runtime = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Concat(references.Select(type => type.Assembly.Location)).Distinct();
        return CSharpCompilation.Create(
                asAssembly,
                [CSharpSyntaxTree.ParseText(code), CSharpSyntaxTree.ParseText(Usings)],
                runtime.Select(path => MetadataReference.CreateFromFile(path)),
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable))
            .GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => diagnostic.ToString());
    }

    private string Text(string file) => File.ReadAllText(Path.Combine(_house.FullName, file));

    private (int Code, string Output) Run(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(_house.FullName, "build", script), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    private void Copy(string folder)
    {
        string source = Path.Combine(Repository.Root, folder);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(_house.FullName, folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
