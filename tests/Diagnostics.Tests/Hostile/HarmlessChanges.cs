using System.Globalization;
using System.IO.Compression;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>What a log is made of, as far as changes of it ask.</summary>
[Flags]
internal enum LogShape
{
    None = 0,
    Text = 1,
    Table = 2,
    JsonLines = 4,
    JsonDocument = 8,
    Kinds = 16,
    Prose = 32,
    Recording = 64,
}

/// <summary>A change that says nothing of the training.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shapes">Logs of which shapes it can be made in; <see cref="LogShape.None"/> for all.</param>
/// <param name="Apply">Makes it.</param>
internal sealed record HarmlessChange(string Name, LogShape Shapes, Func<byte[], byte[]> Apply);

/// <summary>Changes that editors, spreadsheets, version control, transports and loggers make of logs: none tells anything of the training.</summary>
internal static class HarmlessChanges
{
    private const LogShape ByLine = LogShape.Table | LogShape.JsonLines | LogShape.Kinds;

    private static readonly string[] Preamble = ["Using device: cuda", "Loading the data set ...", "Start training"];

    /// <summary>Gets the changes.</summary>
    public static IReadOnlyList<HarmlessChange> All { get; } =
    [
        new("gzip", LogShape.None, Pack),
        new("gzip twice", LogShape.None, log => Pack(Pack(log))),
        new("byte order mark", LogShape.Text, log => [0xEF, 0xBB, 0xBF, .. log]),
        new("UTF-16", LogShape.Text, log => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(log))]),
        new("UTF-16, big end first", LogShape.Text, log => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Encoding.UTF8.GetString(log))]),
        Text("CRLF", LogShape.Text, text => text.ReplaceLineEndings("\r\n")),
        Text("CR alone", ByLine | LogShape.JsonDocument | LogShape.Recording, text => text.Replace("\r", string.Empty, StringComparison.Ordinal).Replace('\n', '\r')),
        Text("no last line end", LogShape.Text, text => text.TrimEnd('\n', '\r')),
        Text("blank lines at the end", LogShape.Text, text => text.TrimEnd('\n') + "\n\n\n"),
        Lines("blanks at ends", LogShape.Text, (line, _) => line + "  "),
        Lines("blank lines between", ByLine | LogShape.JsonDocument | LogShape.Recording, (line, _) => line + "\n"),
        Lines("every tenth line twice", ByLine, (line, index) => index % 10 == 5 ? $"{line}\n{line}" : line),
        Lines("every line twice", ByLine, (line, _) => $"{line}\n{line}"),
        Lines("every line but the first twice", ByLine, (line, index) => index == 0 ? line : $"{line}\n{line}"),
        Text("words before", LogShape.Table | LogShape.Kinds | LogShape.JsonLines, text => string.Join('\n', [.. Preamble, text])),
        Cells("columns reversed", (cells, _) => cells.Reverse()),
        Cells("columns turned", (cells, _) => [.. cells[1..], cells[0]]),
        Cells("a column more", (cells, index) => [.. cells, index == 0 ? "note" : "x"]),
        Cells("an index before", (cells, index) => [index == 0 ? "Unnamed: 0" : (index - 1).ToString(CultureInfo.InvariantCulture), .. cells]),
        Cells("quoted", (cells, _) => cells.Select(cell => cell.Length == 0 ? cell : $"\"{cell}\"")),
        Cells("padded", (cells, _) => cells.Select(cell => cell.Length == 0 ? cell : cell.PadLeft(24))),
        Cells("semicolons", (cells, _) => cells, ';'),
        Cells("tabs", (cells, _) => cells, '\t'),
        Cells("decimal commas", (cells, index) => index == 0 ? cells : cells.Select(cell => cell.Replace('.', ',')), ';'),
        Cells("upper case", (cells, index) => index == 0 ? cells.Select(cell => cell.ToUpperInvariant()) : cells),
        Cells("title case", (cells, index) => index == 0 ? cells.Select(CultureInfo.InvariantCulture.TextInfo.ToTitleCase) : cells),
        Objects("keys reversed", LogShape.JsonLines | LogShape.JsonDocument | LogShape.Recording, Reverse),
        Objects("a key more", LogShape.JsonLines | LogShape.Recording, token => new JObject(((JObject)token).Properties().Append(new JProperty("note", "x")))),
        Text("blanks within", LogShape.JsonLines | LogShape.Recording, text => string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Parse(line).ToString(Formatting.Indented).ReplaceLineEndings(" ") + "\n"))),
        Text("minified", LogShape.JsonDocument, text => Parse(text).ToString(Formatting.None)),
        Text("indented", LogShape.JsonDocument, text => Parse(text).ToString(Formatting.Indented)),
        Lines("a logger's words before each line", LogShape.Kinds, (line, _) => $"2026-01-02 10:11:12,345 - INFO - {line}"),
        Lines("the time before each line", LogShape.Kinds, (line, _) => $"[10:11:12] {line}"),
        Lines("colours", LogShape.Kinds, (line, _) => $"\u001b[32m{line}\u001b[0m"),
    ];

    /// <summary>Tells by its content what a log is made of.</summary>
    public static LogShape ShapeOf(byte[] log)
    {
        if (log.Contains((byte)0))
        {
            return LogShape.None;
        }

        string text = Encoding.UTF8.GetString(log);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (text.StartsWith("{\"telemetry\"", StringComparison.Ordinal))
        {
            // Its first line says what it is: nothing stands before it.
            return LogShape.Text | LogShape.Recording;
        }

        if (text.TrimStart() is ['{' or '[', ..])
        {
            return LogShape.Text | (lines.Length > 1 && lines.All(line => line.StartsWith('{') && line.TrimEnd().EndsWith('}')) ? LogShape.JsonLines : IsJson(text) ? LogShape.JsonDocument : LogShape.Prose);
        }

        int width = lines[0].Split(',').Length;
        bool isTable = width > 1 && !lines[0].Split(',').Any(cell => double.TryParse(cell, CultureInfo.InvariantCulture, out _)) && lines.Length > 2 && !text.Contains('|', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) && lines.All(line => line.Split(',').Length == width);
        bool hasKinds = lines.All(line => line.Split(' ') is [var step, "train" or "val" or "hella" or "hellaswag", _] && long.TryParse(step, out _));
        return LogShape.Text | (isTable ? LogShape.Table : hasKinds ? LogShape.Kinds : LogShape.Prose);
    }

    /// <summary>The changes that can be made in a log.</summary>
    public static IEnumerable<HarmlessChange> For(byte[] log)
    {
        var shape = ShapeOf(log);
        return All.Where(change => change.Shapes == LogShape.None || (change.Shapes & shape) != 0);
    }

    private static HarmlessChange Text(string name, LogShape shapes, Func<string, string> change) => new(name, shapes, log => Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(log))));

    private static HarmlessChange Lines(string name, LogShape shapes, Func<string, int, string> change) =>
        Text(name, shapes, text => string.Join('\n', text.TrimEnd('\n').Split('\n').Select((line, index) => change(line.TrimEnd('\r'), index))) + "\n");

    private static HarmlessChange Cells(string name, Func<string[], int, IEnumerable<string>> change, char separator = ',') =>
        Lines(name, LogShape.Table, (line, index) => string.Join(separator, change(line.Split(','), index)));

    private static HarmlessChange Objects(string name, LogShape shapes, Func<JToken, JToken> change) =>
        Text(name, shapes, text => IsJson(text) ? change(Parse(text)).ToString(Formatting.None) : string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => change(Parse(line)).ToString(Formatting.None) + "\n")));

    private static JToken Reverse(JToken token) => token switch
    {
        JObject item => new JObject(item.Properties().Reverse().Select(property => new JProperty(property.Name, Reverse(property.Value)))),
        JArray list => new JArray(list.Select(Reverse)),
        _ => token,
    };

    private static JToken Parse(string text)
    {
        using var json = new JsonTextReader(new StringReader(text)) { DateParseHandling = DateParseHandling.None };
        var token = JToken.ReadFrom(json);
        return json.Read() ? throw new JsonReaderException("more than one value") : token;
    }

    private static bool IsJson(string text)
    {
        try
        {
            _ = Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Pack(byte[] log)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(log);
        }

        return packed.ToArray();
    }
}
