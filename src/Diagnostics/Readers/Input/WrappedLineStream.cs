using System.Text;
using System.Text.Json;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Input;

/// <summary>
/// A printed log whose lines a container's or a service's logger wrapped into JSON, as Docker does: <c>{"log": "epoch 1 loss 0.5\n", "stream": "stdout"}</c>. What was printed comes out, a line for a line.
/// </summary>
/// <param name="inner">The wrapped lines.</param>
/// <param name="member">The member that holds what was printed.</param>
internal sealed class WrappedLineStream(Stream inner, byte[] member) : ForwardStream
{
    /// <summary>Longer lines are left out: no logger writes such.</summary>
    private const int LongestLine = 4 * 1024 * 1024;

    private const int LinesTried = 50;

    private static readonly byte[][] Members = [.. new[] { "log", "message", "msg", "text", "line", "textPayload", "MESSAGE", "content", "event" }.Select(Encoding.UTF8.GetBytes)];

    private readonly byte[] _chunk = new byte[64 * 1024];
    private readonly MemoryStream _line = new();
    private readonly MemoryStream _output = new();
    private bool _atEnd;
    private bool _isTooLong;

    /// <summary>Finds by its beginning the member that holds the lines of a log; null where it is no such log: where any other member is a number that a training measures, or nothing was printed that holds a number.</summary>
    public static byte[]? MemberOf(ReadOnlySpan<byte> head)
    {
        if (head.TrimStart(" \r\n"u8) is not [(byte)'{', ..] || !head.Contains((byte)'\n'))
        {
            return null;
        }

        byte[]? member = null;
        bool hasNumbers = false;
        var rest = head;
        for (int tries = 0; tries < LinesTried && rest.Contains((byte)'\n'); tries++)
        {
            var line = LineBlock.NextLine(ref rest).Trim((byte)' ');
            if (!line.IsEmpty && !Look(line, ref member, ref hasNumbers))
            {
                return null;
            }
        }

        return hasNumbers ? member : null;
    }

    public override int Read(Span<byte> buffer)
    {
        while (_output.Position == _output.Length)
        {
            _output.SetLength(0);
            if (_atEnd)
            {
                return 0;
            }

            int count = inner.Read(_chunk);
            _atEnd = count == 0;
            Take(_chunk.AsSpan(0, count));
            _output.Position = 0;
        }

        return _output.Read(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            var piece = end < 0 ? bytes : bytes[..end];
            _isTooLong |= _line.Length + piece.Length > LongestLine;
            if (!_isTooLong)
            {
                _line.Write(piece);
            }

            if (end < 0)
            {
                return;
            }

            Unwrap();
            bytes = bytes[(end + 1)..];
        }

        if (_atEnd && _line.Length > 0)
        {
            Unwrap();
        }
    }

    private void Unwrap()
    {
        var line = _line.GetBuffer().AsSpan(0, (int)_line.Length).TrimEnd((byte)'\r');
        if (!_isTooLong && TextOf(line) is { } text)
        {
            // Docker ends what it wraps with the line's own end, so that a long line may come in pieces.
            _output.Write(Encoding.UTF8.GetBytes(text));
            if (!member.AsSpan().SequenceEqual("log"u8) && !text.EndsWith('\n'))
            {
                _output.WriteByte((byte)'\n');
            }
        }
        else
        {
            _output.Write(line);
            _output.WriteByte((byte)'\n');
        }

        _line.SetLength(0);
        _isTooLong = false;
    }

    private string? TextOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isMember = reader.ValueTextEquals(member);
                reader.Read();
                if (isMember && reader.TokenType == JsonTokenType.String)
                {
                    return reader.GetString();
                }

                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A line that was cut, or that somebody else wrote: it goes out as it is.
        }

        return null;
    }

    private static bool Look(ReadOnlySpan<byte> line, ref byte[]? member, ref bool hasNumbers)
    {
        bool isWrapped = false;
        try
        {
            var reader = new Utf8JsonReader(line);
            string name = string.Empty;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    name = reader.GetString()!;
                    byte[]? found = reader.CurrentDepth == 1 ? Array.Find(Members, other => Encoding.UTF8.GetString(other) == name) : null;
                    member ??= found;
                    if (found is not null && found == member && reader.Read() && reader.TokenType == JsonTokenType.String)
                    {
                        isWrapped = true;
                        hasNumbers |= reader.ValueSpan.ContainsAnyInRange((byte)'0', (byte)'9');
                    }
                }
                else if (reader.TokenType == JsonTokenType.Number && ColumnClassifier.Classify(name).Kind == RoleKind.Metric)
                {
                    return false;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }

        return isWrapped;
    }
}
