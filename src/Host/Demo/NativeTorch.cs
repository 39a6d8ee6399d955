using System.Runtime.InteropServices;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Demo;

/// <summary>Whether this program carries libtorch. The packaged tool does not: it reads logs, and libtorch has hundreds of megabytes.</summary>
internal static class NativeTorch
{
    private static readonly string FileName = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? "torch_cpu.dll" : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? "libtorch_cpu.dylib" : "libtorch_cpu.so";

    /// <summary>Gets a value indicating whether networks can be trained here.</summary>
    public static bool IsPresent { get; } = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty)
        .Split(Path.PathSeparator).Append(AppContext.BaseDirectory).Any(folder => File.Exists(Path.Combine(folder, FileName)));

    /// <summary>Fails with one clear line where a command cannot train; TorchSharp itself would print pages.</summary>
    /// <param name="command">The command that wants to train.</param>
    /// <exception cref="UsageException">There is no libtorch.</exception>
    public static void Require(string command)
    {
        if (!IsPresent)
        {
            throw new UsageException($"'{command}' trains a network and needs libtorch, which this program does not carry; run it from a clone of the repository: dotnet run -c Release --project src/Host -- {command}");
        }
    }
}
