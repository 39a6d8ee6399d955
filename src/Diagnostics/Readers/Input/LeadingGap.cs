using System.Globalization;

namespace TrainingDoctor.Readers.Input;

/// <summary>
/// The zeros at the beginning of a log that was cut while its writer held it open (<c>copytruncate</c> of logrotate, <c>: &gt; log</c>): the writer goes on where it was, and what stood before reads as zeros.
/// </summary>
internal static class LeadingGap
{
    /// <summary>So many zeros begin no format and no text.</summary>
    private const int Least = 64;

    private const long Most = 1L << 30;

    /// <summary>Passes the zeros over.</summary>
    /// <param name="head">The beginning of the log; afterwards what stands behind the zeros, as much of it as the beginning may hold.</param>
    /// <param name="source">What follows the beginning.</param>
    /// <param name="readHead">Reads a beginning.</param>
    /// <param name="path">The path, for errors.</param>
    /// <returns>The number of zeros; 0 where there is no gap.</returns>
    /// <exception cref="LogFormatException">Nothing stands behind the zeros, or too many of them are read.</exception>
    public static long Skip(ref byte[] head, ref Stream source, Func<Stream, byte[]> readHead, string path)
    {
        if (head.Length < Least || head.AsSpan(0, Least).ContainsAnyExcept((byte)0))
        {
            return 0;
        }

        long zeros = 0;
        int first;
        while ((first = head.AsSpan().IndexOfAnyExcept((byte)0)) < 0)
        {
            zeros += head.Length;
            head = readHead(source);
            if (head.Length == 0 || zeros > Most)
            {
                throw new LogFormatException(path, string.Create(CultureInfo.InvariantCulture, $"begins with {(head.Length == 0 ? string.Empty : "more than ")}{zeros:N0} zero bytes{(head.Length == 0 ? ", and holds nothing else" : string.Empty)}; expected a training log"));
            }
        }

        source = new PrefixedStream(head[first..], source);
        head = readHead(source);
        return zeros + first;
    }
}
