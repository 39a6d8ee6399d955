namespace TrainingDoctor.Tests.Commands;

/// <summary>Logs of small runs with a known outcome.</summary>
internal static class Logs
{
    /// <summary>A loss that ends as NaN.</summary>
    public static string Ill(string folder, string name) => Write(folder, name, 60, step => step < 40 ? FormattableString.Invariant($"{2.0 / step}") : "nan");

    /// <summary>A loss that goes down.</summary>
    public static string Healthy(string folder, string name) => Write(folder, name, 80, step => FormattableString.Invariant($"{(2.3 * Math.Exp(-step / 12.0)) + 0.1 + (0.01 * Math.Sin(step * 7))}"));

    /// <summary>Too few values to judge.</summary>
    public static string Short(string folder, string name) => Write(folder, name, 3, step => FormattableString.Invariant($"{2.4 - (step / 10.0)}"));

    private static string Write(string folder, string name, int steps, Func<int, string> loss)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, ["step,loss", .. Enumerable.Range(1, steps).Select(step => FormattableString.Invariant($"{step},{loss(step)}"))]);
        return path;
    }
}
