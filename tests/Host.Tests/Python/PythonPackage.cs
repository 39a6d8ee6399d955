namespace TrainingDoctor.Tests.Python;

/// <summary>The package of Python, built as a wheel and installed into a folder of its own, once for all tests. No package index is asked.</summary>
internal static class PythonPackage
{
    private static readonly Lazy<(string? Site, string? Reason)> Installed = new(Install);

    /// <summary>Gets the folder of the sources, for machines on which no wheel can be built.</summary>
    public static string Sources { get; } = Path.Combine(Repository.Root, "python", "src");

    /// <summary>Gets the folder into which the wheel was installed; null where none could be built.</summary>
    public static string? Site => Installed.Value.Site;

    /// <summary>Gets why no wheel could be built; null where it was.</summary>
    public static string? Reason => Installed.Value.Reason;

    private static (string? Site, string? Reason) Install()
    {
        string python = PythonTorch.Executable ?? throw new InvalidOperationException("No python3 with torch was found.");
        // setuptools refuses to come after pip, which imports the distutils that it replaces.
        if (PythonTorch.Start(python, ["-c", "import setuptools, wheel, pip"], Sources) is { ExitCode: not 0 } missing)
        {
            return (null, missing.Error);
        }

        // The build writes beside its sources: it gets a copy of them.
        var folder = Directory.CreateTempSubdirectory("training-doctor-wheel");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        string copy = Path.Combine(folder.FullName, "python");
        foreach (string file in Directory.EnumerateFiles(PythonTorch.Folder, "*", SearchOption.AllDirectories).Where(file => !file.Contains("__pycache__", StringComparison.Ordinal)))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(PythonTorch.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string wheels = Path.Combine(folder.FullName, "wheels");
        string site = Path.Combine(folder.FullName, "site");
        Pip("wheel", "--no-build-isolation", "--wheel-dir", wheels, copy);
        Pip("install", "--target", site, Assert.Single(Directory.GetFiles(wheels, "traindoctor_recorder-*-py3-none-any.whl")));
        return (site, null);

        void Pip(string command, params string[] arguments)
        {
            var (exitCode, output, error) = PythonTorch.Start(python, ["-m", "pip", command, "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check", .. arguments], Sources);
            Assert.True(exitCode == 0, $"pip {command} ended with {exitCode}:\n{output}{error}");
        }
    }
}
