using System.Text;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Lines that are drawn again and again while something is under way.</summary>
internal static class ProgressBar
{
    private const string Remaining = " - ETA: ";

    /// <summary>Tells whether a line is of progress half-way through an epoch that ends in a line of its own, as Keras draws it.</summary>
    public static bool IsUnderway(string line) => line.Contains(Remaining, StringComparison.Ordinal);

    /// <summary>Tells whether a line is part of a bar, which carries on what it showed before: <c>90%|█████ | 820/900 [05:00&lt;00:31, loss=0.2, val_loss=0.3]</c>.</summary>
    public static bool Carries(string line) => line.Contains("it/s", StringComparison.Ordinal) || line.Contains("s/it", StringComparison.Ordinal) || line.Contains("%|", StringComparison.Ordinal)
        || line.Contains("[00:0", StringComparison.Ordinal) || line.Contains(Remaining, StringComparison.Ordinal);

    /// <summary>Tells whether a line draws a bar.</summary>
    public static bool IsDrawn(string line) => line.Contains('█') || line.Contains("%|", StringComparison.Ordinal);

    /// <summary>Tells whether epochs end in lines of their own: those of progress then repeat what they sum up.</summary>
    /// <param name="head">The beginning of a log.</param>
    public static bool HasEnds(ReadOnlySpan<byte> head)
    {
        if (head.IndexOf(" - ETA: "u8) < 0)
        {
            return true;
        }

        while (!head.IsEmpty)
        {
            int end = head.IndexOfAny((byte)'\n', (byte)'\r', (byte)'\b');
            var piece = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 1)..];
            if (piece.IndexOf(" - ETA: "u8) < 0 && piece.IndexOf("oss: "u8) >= 0 && piece.IndexOf("]"u8) >= 0 && piece.IndexOf("/"u8) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells whether a bare counter is that of a bar which is full: of what ended, its epoch tells more.</summary>
    public static bool IsFull(string line, LabelledNumber counter) => counter.Value == counter.Total && !IsUnderway(line) && (line.Contains("[=", StringComparison.Ordinal) || line.Contains('━'));
}
