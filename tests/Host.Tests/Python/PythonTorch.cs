using System.Diagnostics;

namespace TrainingDoctor.Tests.Python;

/// <summary>A Python that has torch, and what it writes.</summary>
internal static class PythonTorch
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Gets the program: TRAINDOCTOR_PYTHON, the python3 of the path, or that of the system; null when none of them can import torch.</summary>
    public static string? Executable { get; } = new[] { TestEnvironment.Read("PYTHON"), "python3", "/usr/bin/python3" }
        .OfType<string>()
        .FirstOrDefault(HasTorch);

    /// <summary>Gets the folder of the package, with its examples and tests.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "python");

    /// <summary>Gets the path of an example.</summary>
    public static string Example(string name) => Path.Combine(Folder, "examples", name);

    /// <summary>Gets the path of a test of the package.</summary>
    public static string Test(string name) => Path.Combine(Folder, "tests", name);

    /// <summary>Runs a program and returns what it printed.</summary>
    /// <param name="arguments">The arguments of Python.</param>
    public static string Run(params string[] arguments)
    {
        var (exitCode, output, error) = Start(Executable ?? throw new InvalidOperationException("No python3 with torch was found."), arguments);
        Assert.True(exitCode == 0, $"python3 {string.Join(' ', arguments)} ended with {exitCode}:\n{error}");
        return output;
    }

    private static bool HasTorch(string program)
    {
        try
        {
            return Start(program, ["-c", "import torch"], packages: string.Empty).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs a program, of which nothing is expected.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="packages">Where it looks for packages first; null for the installed one.</param>
    internal static (int ExitCode, string Output, string Error) Start(string program, string[] arguments, string? packages = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        // What programs import is the package as it is installed from its wheel, where one can be built.
        start.Environment["PYTHONPATH"] = packages ?? PythonPackage.Site ?? PythonPackage.Sources;
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} took too long.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }
}

/// <summary>A test with rows that needs Python with torch; skipped with the reason where there is none, unless TRAINDOCTOR_REQUIRE_PYTHON=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute() => Skip = new PythonFactAttribute().Skip;
}

/// <summary>A test that needs Python with torch; skipped with the reason where there is none, unless TRAINDOCTOR_REQUIRE_PYTHON=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (PythonTorch.Executable is null && TestEnvironment.Read("REQUIRE_PYTHON") != "1")
        {
            Skip = "No python3 with torch was found; install the package python3-torch, or name one in TRAINDOCTOR_PYTHON.";
        }
    }
}
