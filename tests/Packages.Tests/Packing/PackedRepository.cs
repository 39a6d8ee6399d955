using System.Globalization;
using System.Runtime.InteropServices;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TrainingDoctor.Tests.Packing;

/// <summary>
/// The packages, made once for all tests by the command of CONTRIBUTING.md. They are made from a copy of the sources: packing the tool restores its project
/// without libtorch, which would break the programs that other tests run at the same time.
/// </summary>
/// <param name="log">Shown with the results of the tests, whatever their verbosity.</param>
public sealed class PackedRepository(IMessageSink log) : IAsyncLifetime
{
    /// <summary>A remote for the copy, since what links symbols to sources is the remote, and a clone need not have one.</summary>
    public const string Remote = "https://github.com/example/training-doctor";

    /// <summary>The commit that the copy stands at.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    /// <summary>What a release is packed for.</summary>
    public static readonly IReadOnlyList<string> PlatformsOfARelease = ["linux-x64", "win-x64", "osx-arm64", "any"];

    private static readonly string[] NotPacked = ["bin", "obj", "artifacts", ".git", ".vs", "tests", "benchmarks", "samples"];
    private readonly string _folder = Directory.CreateTempSubdirectory("packages-").FullName;

    /// <summary>
    /// Gets what is packed here: for this machine and for all others. Each platform more takes half a minute of both processors, so that the others of a release are packed where
    /// <c>TRAINDOCTOR_PACK_ALL</c> is set.
    /// </summary>
    public static IReadOnlyList<string> Platforms { get; } = TestEnvironment.Read("PACK_ALL") == "1" ? PlatformsOfARelease : [.. PlatformsOfARelease.Intersect([RuntimeInformation.RuntimeIdentifier, "any"])];

    /// <summary>Gets the version of the packages. No other build has it, so nothing that a cache holds can take their place.</summary>
    public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

    /// <summary>Gets the folder that holds the packages.</summary>
    public string Feed => Path.Combine(_folder, "feed");

    /// <summary>Gets a package of the feed.</summary>
    /// <param name="id">The package's name.</param>
    /// <param name="extension">nupkg, or snupkg for its symbols.</param>
    public string PathOf(string id, string extension = "nupkg") => Path.Combine(Feed, $"{id}.{Version}.{extension}");

    /// <summary>Makes an empty folder, outside of every repository.</summary>
    public string CreateFolder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        string sources = Path.Combine(_folder, "sources");
        Copy(new DirectoryInfo(Repository.Root), sources);
        string git = Directory.CreateDirectory(Path.Combine(sources, ".git")).FullName;
        Directory.CreateDirectory(Path.Combine(git, "objects"));
        Directory.CreateDirectory(Path.Combine(git, "refs"));
        await File.WriteAllTextAsync(Path.Combine(git, "HEAD"), $"{Commit}\n");
        await File.WriteAllTextAsync(Path.Combine(git, "config"), $"[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = {Remote}.git\n");

        // The build before the tests has analysed the same sources.
        var packing = await CommandLine.Dotnet(
            sources, "pack", "build/Packages.slnf", "-c", "Release", "-o", Feed, $"-p:Version={Version}", $"-p:PackedPlatforms=\"{string.Join(';', Platforms)}\"", "-p:ContinuousIntegrationBuild=true", "-p:RunAnalyzers=false", "-tl:off");
        packing.ThatEnds(0);
        foreach (string path in Directory.EnumerateFiles(Feed, "*.nupkg").Order(StringComparer.Ordinal))
        {
            using var package = new PackageFile(path);
            log.OnMessage(new DiagnosticMessage(string.Create(
                CultureInfo.InvariantCulture,
                $"{package.Describe("id")?.Value}: {new FileInfo(path).Length / 1e6:0.00} MB packed, {package.InstalledSize / 1e6:0.00} MB installed, symbols {(new FileInfo(Path.ChangeExtension(path, "snupkg")) is { Exists: true } symbols ? symbols.Length : 0) / 1e6:0.00} MB")));
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    private static void Copy(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in from.EnumerateFileSystemInfos().Where(entry => !NotPacked.Contains(entry.Name)))
        {
            string target = Path.Combine(to, entry.Name);
            if (entry is DirectoryInfo folder)
            {
                Copy(folder, target);
            }
            else
            {
                File.Copy(entry.FullName, target);
            }
        }
    }
}
