using System.Text;
using System.Text.Json;
using System.Xml;

namespace TrainingDoctor.Readers.Input.Markup;

/// <summary>
/// Documents that hold a log within marks that are no part of it: web pages, notebooks and XML. What they show comes out as lines, or as records, that other readers know.
/// </summary>
internal static class Documents
{
    /// <summary>Larger documents are read as they stand: no page of results has so many bytes.</summary>
    private const int Largest = 64 * 1024 * 1024;

    /// <summary>Takes the log out of a document.</summary>
    /// <param name="head">The beginning of what may be one.</param>
    /// <param name="rest">What follows it.</param>
    /// <returns>The log; null where it is no such document, and nothing was read.</returns>
    public static Stream? Open(byte[] head, Stream rest)
    {
        if (ReaderOf(head) is not { } read)
        {
            return null;
        }

        using var whole = new MemoryStream();
        whole.Write(head);
        byte[] buffer = new byte[64 * 1024];
        try
        {
            int count;
            while (whole.Length <= Largest && (count = rest.Read(buffer)) > 0)
            {
                whole.Write(buffer, 0, count);
            }
        }
        catch (DamagedInputException)
        {
            // What came before the damage is shown; its place is lost with the marks.
        }

        byte[] bytes = whole.ToArray();
        return bytes.Length <= Largest && TryRead(read, Encoding.UTF8.GetString(bytes)) is { } text
            ? new PrefixedStream(Encoding.UTF8.GetBytes(text), rest)
            : new PrefixedStream(bytes, rest);
    }

    private static Func<string, string>? ReaderOf(ReadOnlySpan<byte> head)
    {
        var start = head.TrimStart(" \t\r\n"u8);
        if (start is [(byte)'{', ..])
        {
            return start.IndexOf("\"cell_type\""u8) >= 0 && start.IndexOf("\"cells\""u8) >= 0 ? NotebookText.Of : null;
        }

        bool isPage = Begins(start, "<!doctype html") || Begins(start, "<html");
        if (isPage || (head.IndexOf((byte)'<') >= 0 && HtmlText.HoldsTable(head)))
        {
            return HtmlText.Of;
        }

        return start.StartsWith("<?xml"u8) ? XmlRecords.Of : null;
    }

    private static bool Begins(ReadOnlySpan<byte> start, string mark) => start.Length > mark.Length && Encoding.ASCII.GetString(start[..mark.Length]).Equals(mark, StringComparison.OrdinalIgnoreCase);

    private static string? TryRead(Func<string, string> read, string document)
    {
        try
        {
            return read(document) is { Length: > 0 } text ? text : null;
        }
        catch (Exception exception) when (exception is JsonException or XmlException or InvalidOperationException)
        {
            // A document that was cut or damaged: its text may tell something as it stands.
            return null;
        }
    }
}
