using System.Globalization;
using TrainingDoctor.Configuration;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Monitoring;

/// <summary>The folder that <c>TRAINDOCTOR_RECORD</c> names: every monitored run of every process is recorded there, without a line changed in its program.</summary>
internal static class RecordingFolder
{
    private const int MostNames = 10_000;
    private static readonly string[] RankVariables = ["RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID"];

    /// <summary>Makes a recorder into the folder of the environment.</summary>
    /// <param name="options">What the monitor was given.</param>
    /// <param name="scopes">The scopes of the run.</param>
    /// <returns>Null where the environment names none, or nothing can be written there, which is said on standard error: the training goes on.</returns>
    public static TelemetryRecorder? OfEnvironment(TrainingMonitorOptions options, ScopeTable scopes)
    {
        if (DoctorEnvironment.Read("RECORD") is not { } folder)
        {
            return null;
        }

        try
        {
            return new TelemetryRecorder(Reserve(folder, options.Name), options.RecordLimit, scopes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Console.Error.WriteLine($"traindoctor: nothing is recorded, because TRAINDOCTOR_RECORD, '{folder}', cannot be written: {exception.Message}");
            return null;
        }
    }

    /// <summary>Takes a name that no other run has: creating the file is what decides, since several processes may start at once.</summary>
    /// <param name="folder">The folder, which is made where it is missing.</param>
    /// <param name="name">What the run is called; null for a run without a name.</param>
    internal static string Reserve(string folder, string? name)
    {
        Directory.CreateDirectory(folder);
        foreach (string stem in Stems(string.IsNullOrWhiteSpace(name) ? "run" : name))
        {
            string path = Path.Combine(folder, $"{stem}.jsonl");
            try
            {
                using var created = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                return path;
            }
            catch (IOException) when (File.Exists(path))
            {
                // The next name may be free.
            }
        }

        throw new IOException($"more than {MostNames} recordings are called '{name}'.");
    }

    /// <summary>The name itself, with the rank of a distributed run; then with the process behind it; then with a number as well.</summary>
    private static IEnumerable<string> Stems(string name)
    {
        string safe = string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' or ' ' ? letter : '-')).Trim('.', ' ');
        string stem = safe.Length == 0 ? "run" : safe;
        if (RankVariables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _)) is { } rank)
        {
            stem = $"{stem}-rank{rank}";
        }

        string ofProcess = string.Create(CultureInfo.InvariantCulture, $"{stem}-{Environment.ProcessId}");
        return Enumerable.Range(2, MostNames).Select(number => string.Create(CultureInfo.InvariantCulture, $"{ofProcess}-{number}")).Prepend(ofProcess).Prepend(stem);
    }
}
