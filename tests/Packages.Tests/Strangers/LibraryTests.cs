using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using TrainingDoctor.Tests.Packing;

namespace TrainingDoctor.Tests.Strangers;

/// <summary>Someone who has the packages and the README in them, and nothing else of this repository.</summary>
[Collection(SharedPackages.Name)]
[Trait("Speed", "Slow")]
public sealed partial class LibraryTests(PackedRepository packages)
{
    /// <summary>What the README's code supposes: a model, its optimizer and loss, and batches.</summary>
    private const string Setup = """
        using TorchSharp;
        using TrainingDoctor;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        random.manual_seed(7);
        using var model = Sequential(("hidden", Linear(8, 16)), ("relu", ReLU()), ("output", Linear(16, 3)));
        using var optimizer = torch.optim.SGD(model.parameters(), 0.1);
        using var criterion = CrossEntropyLoss();
        var batches = Enumerable.Range(0, 80).Select(_ =>
        {
            var x = randn(32, 8);
            return (x, y: x[TensorIndex.Colon, TensorIndex.Slice(0, 3)].argmax(1));
        });

        """;

    [LinuxX64Fact]
    public async Task TheReadmesProgramTrainsAndReports()
    {
        string folder = packages.CreateFolder("library");
        WriteSettings(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "Stranger.csproj"), ProjectFile());
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Setup + ReadmesCode());

        // Hard links spare the copy of half a gigabyte.
        var build = await CommandLine.Dotnet(folder, "build", "-c", "Release", "-tl:off", "-p:CreateHardLinksForCopyFilesToOutputDirectoryIfPossible=true");
        build.ThatEnds(0);
        var run = await CommandLine.Dotnet(folder, "run", "-c", "Release", "--no-build");
        run.ThatEnds(0);

        string report = await File.ReadAllTextAsync(Path.Combine(folder, "report.json"));
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "schema", "report-1.1.schema.json"));
        Assert.Empty(schema.Validate(report));
        var document = JObject.Parse(report);
        Assert.Equal(80, (int)document["run"]!["steps"]!);
        Assert.Equal(3, (int)document["coverage"]!["fired"]!);
        Assert.Contains(document["rules"]!, rule => (string?)rule["rule"] == "dead-units" && (string?)rule["status"] == "passed");
        Assert.Equal(["hidden", "relu", "output"], document["model"]!["layers"]!.Select(layer => (string?)layer["path"]));
    }

    /// <summary>A program of one file, which names its packages itself: samples/FileBased, with the packages that were just made.</summary>
    [LinuxX64Fact]
    public async Task AFileAloneIsAProgram()
    {
        string folder = packages.CreateFolder("file-based");
        WriteSettings(folder);
        string program = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "FileBased", "train.cs"));
        foreach (var (package, version) in Versions().Where(pair => pair.Key is "TorchSharp" or "libtorch-cpu-linux-x64").Append(new("TrainingDoctor.Diagnostics", SourceVersion())))
        {
            Assert.Contains($"#:package {package}@{version}\n", program, StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "train.cs"), program.Replace($"Diagnostics@{SourceVersion()}", $"Diagnostics@{packages.Version}", StringComparison.Ordinal));

        var run = await CommandLine.Dotnet(folder, "run", "-p:CreateHardLinksForCopyFilesToOutputDirectoryIfPossible=true", "train.cs");
        run.ThatEnds(0);

        Assert.Contains("Verdict: Healthy", run.Output, StringComparison.Ordinal);
        var document = JObject.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "report.json")));
        Assert.Equal(("healthy", 300, 5), ((string?)document["verdict"], (int)document["run"]!["steps"]!, (int)document["coverage"]!["fired"]!));
    }

    private static string SourceVersion() => XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    private static Dictionary<string, string> Versions() =>
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion").ToDictionary(version => version.Attribute("Include")!.Value, version => version.Attribute("Version")!.Value);

    /// <summary>The usual sources stay; ours comes beside them. What the machine's cache holds is taken from there, and ours does not go into it.</summary>
    private void WriteSettings(string folder) => File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
        <configuration>
          <config>
            <add key="globalPackagesFolder" value="../cache" />
          </config>
          <fallbackPackageFolders>
            <add key="machine" value="{MachineCache()}" />
          </fallbackPackageFolders>
          <packageSources>
            <add key="local" value="{packages.Feed}" />
          </packageSources>
        </configuration>
        """);

    private static string MachineCache() =>
        typeof(LibraryTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "NuGetPackageRoot").Value!;

    private string ProjectFile()
    {
        var versions = Versions();
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TrainingDoctor.Diagnostics" Version="{packages.Version}" />
                <PackageReference Include="TorchSharp" Version="{versions["TorchSharp"]}" />
                <PackageReference Include="libtorch-cpu-linux-x64" Version="{versions["libtorch-cpu-linux-x64"]}" />
              </ItemGroup>
            </Project>
            """;
    }

    private static string ReadmesCode() =>
        CodeBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "package-readme.md"))).Select(block => block.Groups["code"].Value).First(code => code.Contains("TrainingMonitor.Attach", StringComparison.Ordinal));

    [GeneratedRegex(@"^```csharp\r?\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();
}
