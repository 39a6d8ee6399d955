namespace TrainingDoctor.Tests.Probes.Devices;

/// <summary>A test that builds a native library, so that it needs Linux and gcc.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GccFactAttribute : FactAttribute
{
    public GccFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || Gcc is null)
        {
            Skip = "builds a library of C, which needs gcc on Linux";
        }
    }

    /// <summary>Gets the compiler; null where there is none.</summary>
    public static string? Gcc { get; } = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "gcc")).FirstOrDefault(File.Exists);
}
