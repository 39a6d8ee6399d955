using System.Globalization;
using TrainingDoctor.Telemetry.Push;

namespace TrainingDoctor.Telemetry;

/// <summary>What runs are called that were given no name: a model's type alone would call all runs of a project the same.</summary>
internal static class RunName
{
    /// <summary>Names a live run after the file that it is recorded to, else after its model and the time.</summary>
    /// <param name="recordTo">The file, folder or address; null for none.</param>
    /// <param name="modelType">The model's type.</param>
    /// <param name="now">The time.</param>
    public static string Of(string? recordTo, string modelType, DateTimeOffset now) => recordTo is { Length: > 0 } path && !PushAddress.IsAddress(path) && Stem(path) is { Length: > 0 } stem
        ? stem
        : string.Create(CultureInfo.InvariantCulture, $"{modelType} {now:HH:mm:ss}");

    /// <summary>Places a recording where it is read from; one that bears its model's name takes the file's.</summary>
    /// <param name="run">The run, as its recording describes it.</param>
    /// <param name="path">The recording; <c>-</c> for standard input.</param>
    public static RunDescription At(RunDescription run, string path)
    {
        if (path == "-" || Stem(path) is not { Length: > 0 } stem)
        {
            return run;
        }

        bool isUnnamed = run.Model is { } model && (run.Name == model.TypeName || run.Name.StartsWith(model.TypeName + " ", StringComparison.Ordinal));
        return run with { Path = path, Name = isUnnamed ? stem : run.Name };
    }

    private static string Stem(string path)
    {
        string name = Path.GetFileName(path.TrimEnd('/', '\\'));
        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetFileNameWithoutExtension(name);
    }
}
