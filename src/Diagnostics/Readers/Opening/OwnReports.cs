using System.Text;

namespace TrainingDoctor.Readers;

/// <summary>Knows the reports that this program wrote, which hold losses and steps too: the next look at their folder must not take them for runs.</summary>
internal static class OwnReports
{
    /// <summary>What text reports begin with.</summary>
    public const string Mark = "Training Doctor";

    private const int Beginning = 2048;

    private static readonly byte[][] Signs =
    [
        .. new[] { "\"name\": \"traindoctor\"", $"\"name\": \"{Mark}\"", "\"check_name\": \"TD", $"<!-- {Mark}" }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[] TextSign = Encoding.UTF8.GetBytes($"{Mark} ");

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
