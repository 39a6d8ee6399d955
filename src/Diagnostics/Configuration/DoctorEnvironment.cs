using System.Collections.Concurrent;

namespace TrainingDoctor.Configuration;

/// <summary>The environment variables of Training Doctor: <c>TRAINDOCTOR</c>, and <c>TRAINDOCTOR_</c> with a name behind.</summary>
public static class DoctorEnvironment
{
    private const string Prefix = "TRAINDOCTOR";
    private const string FormerPrefix = "TRAINING_DOCTOR";

    private static readonly ConcurrentDictionary<string, bool> Told = new();

    /// <summary>Reads a variable. Its former name, which began with <c>TRAINING_DOCTOR</c>, goes on working; standard error says so once.</summary>
    /// <param name="name">What stands behind the prefix, e.g. <c>LANG</c>; empty for the prefix alone.</param>
    /// <param name="variable">Reads a variable of any name; the environment of the process unless given.</param>
    /// <returns>Null where it is not set, or empty.</returns>
    public static string? Read(string name, Func<string, string?>? variable = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var read = variable ?? Environment.GetEnvironmentVariable;
        string ending = name.Length > 0 ? $"_{name}" : string.Empty;
        if (read(Prefix + ending) is { Length: > 0 } value)
        {
            return value;
        }

        if (read(FormerPrefix + ending) is not { Length: > 0 } former)
        {
            return null;
        }

        if (variable is null && Told.TryAdd(name, true))
        {
            Console.Error.WriteLine($"traindoctor: the environment variable {FormerPrefix}{ending} is called {Prefix}{ending} now; the former name goes on working.");
        }

        return former;
    }
}
