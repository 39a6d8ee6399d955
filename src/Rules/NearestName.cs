namespace TrainingDoctor;

/// <summary>Finds the known names that a misspelt or half-remembered one most likely means.</summary>
public static class NearestName
{
    private const int ShortestWord = 3;
    private const int MostSuggested = 4;

    /// <summary>Returns the name that holds most of the words written, else the one with the smallest edit distance (Levenshtein); case is ignored.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">The known names; at least one.</param>
    /// <exception cref="ArgumentException">There is no known name.</exception>
    public static string Of(string name, IEnumerable<string> known) => Candidates(name, known)[0];

    /// <summary>Returns the names that are meant most likely as a phrase: <c>'vanishing-gradient' or 'exploding-gradient'</c>.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">The known names; at least one.</param>
    /// <exception cref="ArgumentException">There is no known name.</exception>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        string[] quoted = [.. Candidates(name, known).Take(MostSuggested).Select(candidate => $"'{candidate}'")];
        return quoted.Length == 1 ? quoted[0] : $"{string.Join(", ", quoted[..^1])} or {quoted[^1]}";
    }

    /// <summary>Several names only where they hold the words written equally well; of those that merely look alike, the nearest one.</summary>
    private static List<string> Candidates(string name, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        var names = known.Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (names.Count == 0)
        {
            throw new ArgumentException("There must be at least one known name.", nameof(known));
        }

        string[] words = [.. WordsOf(name)];
        var byDistance = names.OrderBy(candidate => Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())).ToList();
        int most = byDistance.Max(Shared);
        return most > 0 ? [.. byDistance.Where(candidate => Shared(candidate) == most)] : [byDistance[0]];

        int Shared(string candidate) => words.Count(word => candidate.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> WordsOf(string name) =>
        string.Concat(name.Select(c => char.IsLetterOrDigit(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length >= ShortestWord);

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
