using System.Runtime.InteropServices;

namespace TrainingDoctor.Tests.Strangers;

/// <summary>A test that trains in a project of its own; the package of libtorch that it takes is that of 64-bit Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxX64FactAttribute : FactAttribute
{
    public LinuxX64FactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            Skip = "The project that this test makes takes libtorch for 64-bit Linux on x64.";
        }
    }
}
