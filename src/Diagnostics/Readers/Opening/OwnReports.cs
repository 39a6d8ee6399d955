using System.Text;
using TrainingDoctor.Parsing;

namespace TrainingDoctor.Readers.Opening;

/// <summary>Knows the reports that this program wrote, which hold losses and steps too: the next look at their folder must not take them for runs.</summary>
internal static class OwnReports
{
    private const int Beginning = 2048;

    private static readonly byte[][] Signs =
    [
        .. new[] { "\"name\": \"traindoctor\"", $"\"name\": \"{ReportMark.Words}\"", "\"check_name\": \"TD", $"<!-- {ReportMark.Words}" }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[] TextSign = Encoding.UTF8.GetBytes($"{ReportMark.Words} ");

    /// <summary>Tells whether a file begins as a report does.</summary>
    /// <param name="head">Its first bytes.</param>
    public static bool Begins(ReadOnlySpan<byte> head)
    {
        var beginning = head[..Math.Min(head.Length, Beginning)];
        if (beginning.StartsWith(TextSign))
        {
            return true;
        }

        foreach (byte[] sign in Signs)
        {
            if (beginning.IndexOf(sign) >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
