using System.Reflection;
using System.Text;
using TorchSharp;
using TrainingDoctor.buildTransitive;

namespace TrainingDoctor.Tests.NativeLibrary;

/// <summary>The native library that this test program itself runs on, and the original in the NuGet cache.</summary>
public sealed class RealLibraryTests : IDisposable
{
    private const string Version = "GLIBCXX_3.4.32";
    private readonly string _folder = Directory.CreateTempSubdirectory("native-library-").FullName;

    private static string Beside { get; } = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    private static string Cached { get; } = Path.Combine(
        typeof(RealLibraryTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "NuGetPackageRoot").Value!,
        "torchsharp",
        typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        "runtimes",
        "linux-x64",
        "native",
        "libLibTorchSharp.so");

    [LinuxFact]
    public void TheOriginalIsUntouchedAndTheCopyDiffersInOneFlagWhereItMust()
    {
        byte[] original = File.ReadAllBytes(Cached);
        byte[] copy = File.ReadAllBytes(Beside);
        int[] differences = [.. Enumerable.Range(0, original.Length).Where(i => original[i] != copy[i])];

        Assert.Equal(original.Length, copy.Length);
        if (SystemDefinesTheVersion())
        {
            Assert.Empty(differences);
        }
        else
        {
            int at = Assert.Single(differences);
            Assert.Equal((0, 2), (original[at], copy[at]));

            // The System V hash of the version's name stands just before the flags: found without the parser under test.
            Assert.Equal(Hash(Version), BitConverter.ToUInt32(original, at - 4));
        }
    }

    [LinuxFact]
    public void LoadsAndComputes()
    {
        using var product = torch.tensor(new[] { 1f, 2f }).dot(torch.tensor(new[] { 3f, 4f }));

        Assert.Equal(11f, product.item<float>());
    }

    [LinuxFact]
    public void WeakensACopyAndLeavesTheSourceAndAGoodCopyAlone()
    {
        string destination = Path.Combine(_folder, "libLibTorchSharp.so");
        byte[] original = File.ReadAllBytes(Cached);
        var originalTime = File.GetLastWriteTimeUtc(Cached);

        Assert.True(Weaken(Cached, destination, out _));
        byte[] once = File.ReadAllBytes(destination);
        var time = DateTime.UtcNow.AddHours(-1);
        File.SetLastWriteTimeUtc(destination, time);
        Assert.True(Weaken(Cached, destination, out _));

        Assert.NotEqual(original, once);
        Assert.Equal(once, File.ReadAllBytes(destination));
        Assert.Equal(time, File.GetLastWriteTimeUtc(destination));
        Assert.Equal(original, File.ReadAllBytes(Cached));
        Assert.Equal(originalTime, File.GetLastWriteTimeUtc(Cached));
    }

    [LinuxFact]
    public void ReplacesALinkInsteadOfWritingThroughIt()
    {
        string source = Path.Combine(_folder, "source.so");
        string destination = Path.Combine(_folder, "destination.so");
        File.Copy(Cached, source);
        File.CreateSymbolicLink(destination, source);
        byte[] original = File.ReadAllBytes(source);

        Assert.True(Weaken(source, destination, out _));

        Assert.Equal(original, File.ReadAllBytes(source));
        Assert.NotEqual(original, File.ReadAllBytes(destination));
    }

    [Fact]
    public void FailsTheBuildWithOneErrorThatNamesTheFile()
    {
        string source = Path.Combine(_folder, "broken.so");
        File.WriteAllText(source, "no library");

        Assert.False(Weaken(source, Path.Combine(_folder, "copy.so"), out var log));

        var error = Assert.Single(log.Errors);
        Assert.Equal(("TDB0001", source), (error.Code, error.File));
        Assert.Contains("expected a 64-bit little-endian ELF file", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder, "copy.so")));
    }

    [Fact]
    public void FailsTheBuildWithOneErrorWhereTheFileIsMissing()
    {
        Assert.False(Weaken(Path.Combine(_folder, "missing.so"), Path.Combine(_folder, "copy.so"), out var log));
        Assert.Equal("TDB0001", Assert.Single(log.Errors).Code);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static bool Weaken(string source, string destination, out BuildLog log)
    {
        log = new BuildLog();
        return new WeakenSymbolVersion { BuildEngine = log, Library = source, Destination = destination, SymbolVersion = Version }.Execute();
    }

    private static bool SystemDefinesTheVersion() =>
        new[] { "/usr/lib/x86_64-linux-gnu/libstdc++.so.6", "/usr/lib64/libstdc++.so.6", "/usr/lib/libstdc++.so.6" }
            .Where(File.Exists)
            .Any(path => File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(Version)) >= 0);

    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (char c in name)
        {
            hash = (hash << 4) + c;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
