using System.Globalization;
using Microsoft.CodeAnalysis;
using TrainingDoctor.Benchmarks;

// What the analyzer finds in folders of C# files, and what it costs a build.
if (args is ["--build", ..])
{
    int lines = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20_000;
    BuildTime.Measure(lines, rounds: 9);
    return 0;
}

while (args is ["--reference", var assembly, ..])
{
    Compiler.Further.Add(assembly);
    args = args[2..];
}

if (args.Length == 0 || args.Any(folder => !Directory.Exists(folder)))
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project benchmarks/Analyzers -- [--reference DLL]... FOLDER... | --build [LINES]; every FOLDER has to exist");
    return 2;
}

foreach (string folder in args)
{
    var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin")).Order(StringComparer.Ordinal)
        .Select(path => (Path.GetRelativePath(folder, path), File.ReadAllText(path))).ToList();
    files.Add(("Usings.g.cs", Compiler.Usings(folder)));
    var compilation = Compiler.Compile(files, hasUsings: true);
    var found = await Compiler.AnalyzeAsync(compilation);
    foreach (var item in found)
    {
        var position = item.Location.GetLineSpan();
        Console.WriteLine($"{position.Path}:{position.StartLinePosition.Line + 1}: {item.Id}: {item.GetMessage(CultureInfo.InvariantCulture)}");
    }

    int errors = compilation.GetDiagnostics().Count(item => item.Severity == DiagnosticSeverity.Error);
    Console.WriteLine($"{folder}: {files.Count - 1} files, {files.Sum(file => file.Item2.Count(c => c == '\n'))} lines, {errors} errors of the compiler, {found.Count} reports");
    foreach (var group in found.GroupBy(item => item.Id).OrderBy(group => group.Key, StringComparer.Ordinal))
    {
        Console.WriteLine($"  {group.Key}: {group.Count()}");
    }
}

return 0;
