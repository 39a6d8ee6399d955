using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace TrainingDoctor.Tests.Packing;

/// <summary>What the packages carry, and what they must not.</summary>
[Collection(SharedPackages.Name)]
[Trait("Speed", "Slow")]
public sealed class PackageContentTests(PackedRepository packages)
{
    private static readonly string[] Names = ["TrainingDoctor.Rules", "TrainingDoctor.Diagnostics", "traindoctor", .. PackedRepository.Platforms.Select(platform => $"traindoctor.{platform}")];

    /// <summary>What Orleans' code generator stands on.</summary>
    private static readonly string[] OfCompilers = ["Microsoft.CodeAnalysis", "Humanizer", "System.Composition", "Orleans.CodeGenerator"];

    // Its assemblies hold their symbols themselves: a compiler asks no symbol server.
    private const string Analyzers = "TrainingDoctor.Analyzers";

    /// <summary>Gets the platforms that have a package of the tool compiled for them, and "any" for those that have none.</summary>
    public static TheoryData<string> ToolPlatforms => [.. PackedRepository.Platforms];

    public static TheoryData<string> Ids => [.. Names, Analyzers];

    [Fact]
    public void ThereAreNoOtherPackages() =>
        Assert.Equal(
            Names.Select(id => packages.PathOf(id)).Concat(Names.Where(id => id != "traindoctor").Select(id => packages.PathOf(id, "snupkg"))).Append(packages.PathOf(Analyzers)).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(packages.Feed).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void ThePackageSaysWhatItIsAndWhereItComesFrom(string id)
    {
        using var package = new PackageFile(packages.PathOf(id));

        Assert.Equal(packages.Version, package.Describe("version")?.Value);
        Assert.Equal("MIT", package.Describe("license")?.Value);
        Assert.Equal("expression", package.Describe("license")?.Attribute("type")?.Value);
        Assert.NotEmpty(package.Describe("authors")!.Value);
        Assert.NotEmpty(package.Describe("description")!.Value);
        Assert.NotEmpty(package.Describe("tags")!.Value);
        Assert.Equal("README.md", package.Describe("readme")?.Value);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Root, "docs", "package-readme.md")), package.Read("README.md").ToArray());
        Assert.DoesNotMatch(@"\]\((?!https:)", File.ReadAllText(Path.Combine(Repository.Root, "docs", "package-readme.md")));
        Assert.Equal("git", package.Describe("repository")?.Attribute("type")?.Value);
        Assert.Equal($"{PackedRepository.Remote}.git", package.Describe("repository")?.Attribute("url")?.Value);
        Assert.Equal(PackedRepository.Commit, package.Describe("repository")?.Attribute("commit")?.Value);
    }

    [Theory]
    [InlineData("TrainingDoctor.Rules")]
    [InlineData("TrainingDoctor.Diagnostics")]
    public void TheLibraryBringsItsDocumentation(string id)
    {
        using var package = new PackageFile(packages.PathOf(id));
        var documentation = XDocument.Load(package.Read($"lib/net10.0/{id}.xml"));

        Assert.Contains($"lib/net10.0/{id}.dll", package.Files);
        Assert.Equal(id, documentation.Root!.Element("assembly")!.Element("name")!.Value);
        Assert.True(documentation.Descendants("member").Count() > 100);
    }

    /// <summary>A short training would wait longer for the compiler than for the monitor: where the platform is known, a program takes native code, and on all others the portable assembly.</summary>
    [Theory]
    [InlineData("TrainingDoctor.Rules")]
    [InlineData("TrainingDoctor.Diagnostics")]
    public void TheLibraryIsCompiledForEachPlatformBesideThePortableOne(string id)
    {
        using var package = new PackageFile(packages.PathOf(id));

        Assert.False(IsCompiledAhead(package.Read($"lib/net10.0/{id}.dll")));
        Assert.Equal(
            PackedRepository.Platforms.Where(platform => platform != "any").Select(platform => $"runtimes/{platform}/lib/net10.0/{id}.dll").Order(),
            package.Files.Where(file => file.StartsWith("runtimes/", StringComparison.Ordinal)).Order());
        Assert.All(package.Files.Where(file => file.StartsWith("runtimes/", StringComparison.Ordinal)), file => Assert.True(IsCompiledAhead(package.Read(file)), file));
    }

    /// <summary>The analyzer comes alone, and with the library that a monitored program references anyway.</summary>
    [Theory]
    [InlineData(Analyzers)]
    [InlineData("TrainingDoctor.Diagnostics")]
    public void TheAnalyzerAndItsCodeFixesAreThere(string id)
    {
        using var package = new PackageFile(packages.PathOf(id));

        Assert.Contains("analyzers/dotnet/cs/TrainingDoctor.Analyzers.dll", package.Files);
        Assert.Contains("analyzers/dotnet/cs/TrainingDoctor.Analyzers.CodeFixes.dll", package.Files);
        Assert.DoesNotContain(package.Files, file => Path.GetFileName(file).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal));
        Assert.DoesNotContain(package.Dependencies, dependency => dependency.Contains("Analyzers", StringComparison.Ordinal) || dependency.Contains("CodeAnalysis", StringComparison.Ordinal));
    }

    [Fact]
    public void TheRulesNeedNoOtherPackage()
    {
        using var package = new PackageFile(packages.PathOf("TrainingDoctor.Rules"));

        Assert.Empty(package.Dependencies);
    }

    /// <summary>A program may choose its libtorch: the library brings the cure for the native library, and no libtorch.</summary>
    [Fact]
    public void TheProbesBringTheCureOfTheNativeLibraryAndNoLibtorch()
    {
        using var package = new PackageFile(packages.PathOf("TrainingDoctor.Diagnostics"));

        Assert.Contains("buildTransitive/TrainingDoctor.Diagnostics.targets", package.Files);
        Assert.Contains("buildTransitive/WeakenSymbolVersion.cs", package.Files);
        Assert.Contains("TrainingDoctor.Rules", package.Dependencies);
        Assert.Contains("TorchSharp", package.Dependencies);
        Assert.DoesNotContain(package.Dependencies, dependency => dependency.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase) || dependency.StartsWith("Grpc", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(package.Files, IsNative);
    }

    /// <summary>Tests pack for fewer.</summary>
    [Fact]
    public async Task AReleaseIsForEachPlatformThatLibtorchKnowsAndForAllOthers()
    {
        var project = await CommandLine.Dotnet(Repository.Root, "msbuild", "src/Host", "-p:_IsPacking=true", "-getProperty:ToolPackageRuntimeIdentifiers");

        project.ThatEnds(0);
        Assert.Equal(PackedRepository.PlatformsOfARelease, project.Output.Trim().Split(';'));
    }

    [Fact]
    public void TheToolNamesAPackageForEachPlatform()
    {
        using var package = new PackageFile(packages.PathOf("traindoctor"));
        var settings = XDocument.Load(package.Read("tools/any/any/DotnetToolSettings.xml"));

        Assert.Equal(
            PackedRepository.Platforms.Select(platform => (platform, $"traindoctor.{platform}")),
            settings.Descendants("RuntimeIdentifierPackage").Select(element => (element.Attribute("RuntimeIdentifier")!.Value, element.Attribute("Id")!.Value)));
    }

    [Theory]
    [MemberData(nameof(ToolPlatforms))]
    public void TheToolCarriesNoNativeLibraryAndNoDocumentationOfCode(string platform)
    {
        using var package = new PackageFile(packages.PathOf($"traindoctor.{platform}"));

        Assert.Contains($"tools/net10.0/{platform}/DotnetToolSettings.xml", package.Files);
        Assert.Contains($"tools/net10.0/{platform}/traindoctor.dll", package.Files);
        Assert.DoesNotContain(package.Files, IsNative);
        Assert.DoesNotContain($"tools/net10.0/{platform}/TrainingDoctor.Rules.xml", package.Files);
        Assert.True(new FileInfo(packages.PathOf($"traindoctor.{platform}")).Length < 20_000_000, "The tool is downloaded within seconds; what made it so large?");
    }

    /// <summary>Orleans' code generator works at build time: what it stands on is nothing that the tool runs.</summary>
    [Theory]
    [MemberData(nameof(ToolPlatforms))]
    public void TheToolCarriesNothingThatOnlyCompilersNeed(string platform)
    {
        using var package = new PackageFile(packages.PathOf($"traindoctor.{platform}"));

        Assert.Contains($"tools/net10.0/{platform}/Orleans.Core.dll", package.Files);
        Assert.DoesNotContain(package.Files.Select(Path.GetFileName), file => Array.Exists(OfCompilers, name => file!.StartsWith(name, StringComparison.Ordinal)));
    }

    /// <summary>Who types the command waits for the first report: where the platform is known, what it needs is native code already, and what it seldom needs is not.</summary>
    [Theory]
    [MemberData(nameof(ToolPlatforms))]
    public void TheToolIsCompiledForItsPlatform(string platform)
    {
        using var package = new PackageFile(packages.PathOf($"traindoctor.{platform}"));

        foreach (string assembly in new[] { "traindoctor", "TrainingDoctor.Diagnostics", "TrainingDoctor.Rules", "Spectre.Console", "System.CommandLine" })
        {
            Assert.Equal(platform != "any", IsCompiledAhead(package.Read($"tools/net10.0/{platform}/{assembly}.dll")));
        }

        Assert.False(IsCompiledAhead(package.Read($"tools/net10.0/{platform}/TorchSharp.dll")));
    }

    private static bool IsCompiledAhead(Stream assembly)
    {
        using var reader = new PEReader(assembly);
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }

    private static bool IsNative(string file) => Path.GetExtension(file) is ".so" or ".dylib" || file.Contains("LibTorch", StringComparison.OrdinalIgnoreCase) || file.Contains("/native/", StringComparison.Ordinal);
}
