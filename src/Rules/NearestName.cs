namespace TrainingDoctor;

/// <summary>Finds the known name that a misspelt one most likely means.</summary>
public static class NearestName
{
    /// <summary>Returns the name with the smallest edit distance (Levenshtein, case ignored).</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">The known names; at least one.</param>
    /// <exception cref="ArgumentException">There is no known name.</exception>
    public static string Of(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        return known.MinBy(candidate => Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant()))
            ?? throw new ArgumentException("There must be at least one known name.", nameof(known));
    }

    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }

            previous = current;
        }

        return previous[b.Length];
    }
}
