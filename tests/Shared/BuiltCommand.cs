namespace TrainingDoctor.Tests;

/// <summary>The command as the build leaves it for its users, compiled ahead; the copy beside a test's own assembly is not, and whoever starts that one waits for the compiler.</summary>
internal static class BuiltCommand
{
    /// <summary>Gets the path of the assembly that <c>dotnet</c> runs.</summary>
    public static string Assembly { get; } = Find();

    private static string Find()
    {
        // Tests lie below bin/CONFIGURATION/FRAMEWORK as well.
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Repository.Root, "src", "Host", "bin", framework.Parent!.Name, framework.Name, "traindoctor.dll");
    }
}
