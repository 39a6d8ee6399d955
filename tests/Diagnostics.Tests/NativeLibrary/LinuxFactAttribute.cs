namespace TrainingDoctor.Tests.NativeLibrary;

/// <summary>A test of Linux's native library; skipped on other systems.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "Symbol versions belong to Linux's native libraries.";
        }
    }
}
