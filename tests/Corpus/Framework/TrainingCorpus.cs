using System.Reflection;

namespace TrainingDoctor.Corpus;

/// <summary>All programs of the corpus: every public static property of type <see cref="CorpusProgram"/> or <see cref="TwinPrograms"/> in this assembly.</summary>
public static class TrainingCorpus
{
    /// <summary>Gets the programs, in the order of their names.</summary>
    public static IReadOnlyList<CorpusProgram> All { get; } =
    [
        .. typeof(TrainingCorpus).Assembly.GetTypes()
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Static))
            .Where(property => property.PropertyType == typeof(CorpusProgram) || property.PropertyType == typeof(TwinPrograms))
            .SelectMany(property => property.GetValue(null) switch
            {
                CorpusProgram program => [program],
                TwinPrograms twins => [twins.Ill, twins.Sound],
                _ => Array.Empty<CorpusProgram>(),
            })
            .OrderBy(program => program.Name, StringComparer.Ordinal),
    ];

    /// <summary>Tells whether a program belongs to the third part, of programs that were written without a look at any rule and that no rule is tuned on.</summary>
    /// <param name="program">The program.</param>
    public static bool IsHeldOut(CorpusProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.Name.StartsWith("held-out-", StringComparison.Ordinal);
    }

    /// <summary>Tells whether a program belongs to the fourth part: faults of data, loss input, validation and sequences as people report them, each with its repair.</summary>
    /// <param name="program">The program.</param>
    public static bool IsReported(CorpusProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.Name.StartsWith("reported-", StringComparison.Ordinal);
    }

    /// <summary>Splits the programs that count into two halves, by a hash of their names, so that what is tuned on one half is judged on the other.</summary>
    /// <param name="program">The program.</param>
    /// <returns>True when it belongs to the half for tuning.</returns>
    public static bool IsForTuning(CorpusProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (IsHeldOut(program) || IsReported(program))
        {
            return false;
        }

        // FNV-1a: the same on every machine, unlike string.GetHashCode. Twins share the family's name up to the slash and so the half.
        uint hash = 2166136261;
        foreach (char character in program.Name.Split('/')[0])
        {
            hash = (hash ^ character) * 16777619;
        }

        return (hash >> 7) % 2 == 0;
    }
}
