using System.Reflection;
using PublicApiGenerator;

namespace TrainingDoctor.Tests.Api;

/// <summary>
/// What a package promises stands in docs/api, one file per assembly: a change of it is a change of that file, which a reviewer reads.
/// TRAINDOCTOR_UPDATE_DOCS=1 writes the files anew.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        // Written for the compiler and the debugger, not for a reader.
        ExcludeAttributes = ["System.Runtime.CompilerServices.CompilerGeneratedAttribute", "System.Diagnostics.DebuggerDisplayAttribute"],
    };

    [Theory]
    [InlineData(typeof(Finding))]
    [InlineData(typeof(DiagnosisReport))]
    public void TheReviewedFileIsCurrent(Type inAssembly)
    {
        Assembly assembly = inAssembly.Assembly;
        string path = Path.Combine(Repository.Root, "docs", "api", $"{assembly.GetName().Name}.txt");
        string expected = assembly.GeneratePublicApi(Options).ReplaceLineEndings("\n");
        if (TestEnvironment.Read("UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }

        string recorded = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : string.Empty;
        Assert.True(
            recorded == expected,
            $"{path} is stale: {string.Join("; ", Changes(recorded, expected))}. If the change is meant, run TRAINDOCTOR_UPDATE_DOCS=1 dotnet test -c Release tests/Packages.Tests --filter PublicApi, and have the file reviewed.");
    }

    private static IEnumerable<string> Changes(string recorded, string expected)
    {
        string[] before = recorded.Split('\n', StringSplitOptions.TrimEntries);
        string[] now = expected.Split('\n', StringSplitOptions.TrimEntries);
        return now.Except(before).Select(line => $"+ {line}").Concat(before.Except(now).Select(line => $"- {line}")).DefaultIfEmpty("the order of lines").Take(10);
    }
}
