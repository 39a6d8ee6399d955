using System.Diagnostics;
using TrainingDoctor.buildTransitive;

namespace TrainingDoctor.Tests.NativeLibrary;

/// <summary>The targets that package users import, in a project that copies what ResolvePackageAssets names, as the SDK does.</summary>
[Trait("Speed", "Slow")]
public sealed class BuildTargetTests : IDisposable
{
    private const string Version = "GLIBCXX_3.4.32";

    private const string Project = """
        <Project>
          <PropertyGroup>
            <IntermediateOutputPath>obj/</IntermediateOutputPath>
          </PropertyGroup>
          <Target Name="ResolvePackageAssets">
            <ItemGroup>
              <RuntimeTargetsCopyLocalItems Include="cache/libLibTorchSharp.so" DestinationSubPath="runtimes/linux-x64/native/libLibTorchSharp.so" Condition="'$(RuntimeIdentifier)' == ''" />
              <NativeCopyLocalItems Include="cache/libLibTorchSharp.so" DestinationSubPath="libLibTorchSharp.so" Condition="'$(RuntimeIdentifier)' != ''" />
              <NativeCopyLocalItems Include="cache/other.so" DestinationSubPath="other.so" />
            </ItemGroup>
          </Target>
          <Target Name="Build" DependsOnTargets="ResolvePackageAssets">
            <ItemGroup>
              <Copied Include="@(RuntimeTargetsCopyLocalItems);@(NativeCopyLocalItems)" />
            </ItemGroup>
            <Copy SourceFiles="@(Copied)" DestinationFiles="@(Copied->'bin/%(DestinationSubPath)')" SkipUnchangedFiles="true" />
          </Target>
          <Import Project="$(Targets)" />
        </Project>
        """;

    private static readonly byte[] Original = ElfLibrary.Requiring(("libstdc++.so.6", [Version])).Image;
    private readonly string _folder = Directory.CreateTempSubdirectory("weak-build-").FullName;

    public BuildTargetTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "cache"));
        File.WriteAllText(Path.Combine(_folder, "app.proj"), Project);
        File.WriteAllBytes(InCache("libLibTorchSharp.so"), Original);
        File.WriteAllBytes(InCache("other.so"), Original);
        File.WriteAllText(Path.Combine(_folder, "old-libstdc++.so.6"), "GLIBCXX_3.4.30\0");
        File.WriteAllText(Path.Combine(_folder, "new-libstdc++.so.6"), "GLIBCXX_3.4.30\0GLIBCXX_3.4.32\0");
    }

    private static byte[] Weak
    {
        get
        {
            byte[] image = [.. Original];
            RequiredVersions.Weaken(image, Version);
            return image;
        }
    }

    [LinuxFact]
    public async Task WeakensTheCopyOnAnOlderSystemAndRestsTheSecondTime()
    {
        await Build("old-libstdc++.so.6");
        string copy = Path.Combine(_folder, "bin", "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        var time = File.GetLastWriteTimeUtc(copy);

        string output = await Build("old-libstdc++.so.6");

        Assert.Contains("Skipping target \"TrainingDoctorWeakenLibrary\"", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Copying file", output, StringComparison.Ordinal);
        Assert.Equal(time, File.GetLastWriteTimeUtc(copy));
        Assert.Equal(Weak, File.ReadAllBytes(copy));
        Assert.Equal(Original, File.ReadAllBytes(InCache("libLibTorchSharp.so")));
        Assert.Equal(Original, File.ReadAllBytes(Path.Combine(_folder, "bin", "other.so")));
    }

    [LinuxFact]
    public async Task WeakensTheFlatCopyOfARuntimeIdentifier()
    {
        await Build("old-libstdc++.so.6", "-p:RuntimeIdentifier=linux-x64");

        Assert.Equal(Weak, File.ReadAllBytes(Path.Combine(_folder, "bin", "libLibTorchSharp.so")));
        Assert.False(Directory.Exists(Path.Combine(_folder, "bin", "runtimes")));
    }

    [LinuxFact]
    public async Task LeavesTheLibraryAloneWhereTheSystemDefinesTheVersionUnlessToldTo()
    {
        string copy = Path.Combine(_folder, "bin", "libLibTorchSharp.so");

        await Build("new-libstdc++.so.6", "-p:RuntimeIdentifier=linux-x64");
        Assert.Equal(Original, File.ReadAllBytes(copy));
        Assert.False(Directory.Exists(Path.Combine(_folder, "obj")));

        await Build("new-libstdc++.so.6", "-p:RuntimeIdentifier=linux-x64", "-p:TrainingDoctorWeakSymbolVersion=always");
        Assert.Equal(Weak, File.ReadAllBytes(copy));
    }

    [LinuxFact]
    public async Task LeavesTheLibraryAloneWhenToldTo()
    {
        await Build("old-libstdc++.so.6", "-p:RuntimeIdentifier=linux-x64", "-p:TrainingDoctorWeakSymbolVersion=never");

        Assert.Equal(Original, File.ReadAllBytes(Path.Combine(_folder, "bin", "libLibTorchSharp.so")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string InCache(string name) => Path.Combine(_folder, "cache", name);

    private async Task<string> Build(string standardLibrary, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        };
        string targets = Path.Combine(Repository.Root, "src", "Diagnostics", "buildTransitive", "TrainingDoctor.Diagnostics.targets");
        foreach (string argument in (string[])
            ["msbuild", "app.proj", "-t:Build", "-v:normal", "-nologo", $"-p:Targets={targets}", $"-p:TrainingDoctorStandardLibraries={Path.Combine(_folder, standardLibrary)}", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
