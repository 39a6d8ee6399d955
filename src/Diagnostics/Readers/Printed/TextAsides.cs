using System.Buffers;
using TrainingDoctor.Names;

namespace TrainingDoctor.Readers.Printed;

/// <summary>What of a printed line is no point of a curve.</summary>
internal static class TextAsides
{
    private static readonly SearchValues<string> Asides = SearchValues.Create(["train_runtime", "namespace("], StringComparison.OrdinalIgnoreCase);

    private static readonly string[] Places = Lexicon.Names("printed", "places");

    private static readonly string[] Best = Lexicon.Names("printed", "best");

    /// <summary>Tells whether a line is a closing sum or a list of settings.</summary>
    public static bool IsAside(string line) => line.AsSpan().ContainsAny(Asides);

    /// <summary>Tells whether a line is what a service that keeps curves says in the log of the program that sends them: it sums up what was measured, or tells counts and extremes of it.</summary>
    public static bool IsOfTracker(string line)
    {
        var text = line.AsSpan().TrimStart();
        return text.StartsWith("COMET ") || text.StartsWith("wandb:") || text.StartsWith("neptune:");
    }

    /// <summary>Tells whether a line prints all settings of a program, as Python's argparse shows them when a training begins.</summary>
    public static bool ListsSettings(string line) => line.Contains("Namespace(", StringComparison.Ordinal);

    /// <summary>Tells whether what follows a word is what was best so far, or was saved: it repeats what stands elsewhere.</summary>
    public static bool Announces(string word)
    {
        foreach (string best in Best)
        {
            // Chinese writes no blanks between words.
            if (best[0] > '\u2E80' ? word.Contains(best, StringComparison.Ordinal) : word.Length == best.Length && word.Equals(best, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells whether a line, without a number, says that the next repeats what was best.</summary>
    public static bool AnnouncesNext(string line) => line.AsSpan().TrimEnd().EndsWith(":") && line.Contains("best iteration", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>train.py:123</c> and <c>cuda:0</c> say where, not how much.</summary>
    public static bool IsPlace(string name) => Array.Exists(Places, place => name.EndsWith(place, StringComparison.Ordinal));
}
