using System.Text;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Times;

/// <summary>The time that a logger puts before its lines.</summary>
internal static class LineClock
{
    /// <summary>The name of the column that the times of lines make.</summary>
    public const string Column = "timestamp";

    /// <summary>Lines that must begin with a time: one alone is when the program was started, or a file's name.</summary>
    private const int FewestLines = 3;

    private const int Head = 64 * 1024;

    /// <summary>Finds out from the beginning of a log whether its lines tell the time.</summary>
    /// <param name="head">The beginning of the log.</param>
    public static bool IsTold(ReadOnlySpan<byte> head)
    {
        int lines = 0;
        foreach (var line in Encoding.UTF8.GetString(head[..Math.Min(head.Length, Head)]).AsSpan().EnumerateLines())
        {
            lines += double.IsFinite(ClockText.Find(line)) ? 1 : 0;
            if (lines >= FewestLines)
            {
                return true;
            }
        }

        return false;
    }
}
