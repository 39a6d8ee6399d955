using System.Text;
using System.Text.Json;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Printed;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Opening;

/// <summary>Finds out by content what format a log has. The name only decides what content leaves open.</summary>
internal static class RowReaderChoice
{
    /// <summary>Makes the reader for a log.</summary>
    /// <param name="input">The log.</param>
    /// <param name="options">How to read; a format asked for is taken at its word.</param>
    /// <param name="run">The run of a Weights and Biases export whose columns are read; null for all.</param>
    public static IRowReader Create(LogInput input, LogReadOptions options, string? run = null)
    {
        var reader = Choose(input, options, run);
        if (input.Gap > 0)
        {
            reader.Facts.LeaveOut($"{input.Gap:N0} zero bytes at the beginning: the log was cut while its writer went on, and what stood there is lost");
        }

        return reader;
    }

    private static IRowReader Choose(LogInput input, LogReadOptions options, string? run)
    {
        var head = input.Head.AsSpan();
        var format = options.Format;
        if (format is LogFormat.Auto or LogFormat.TensorBoard && TensorBoardReader.Recognises(head))
        {
            return new TensorBoardReader([input.Path], input, options);
        }

        if (format is LogFormat.Auto or LogFormat.Wandb && WandbReader.Recognises(head))
        {
            return new WandbReader(input);
        }

        if (format == LogFormat.TensorBoard)
        {
            throw new LogFormatException(input.AtOffset(0), "expected a TensorBoard event file: the length of a record and its checksum");
        }

        if (head[..Math.Min(head.Length, 4096)].Contains((byte)0))
        {
            throw new LogFormatException(input.AtOffset(head.IndexOf((byte)0)), "binary data of no known format; expected a training log");
        }

        var start = head.TrimStart(" \t\r\n"u8);
        bool json = format is LogFormat.Auto or LogFormat.JsonLines or LogFormat.HuggingFace or LogFormat.Mmengine or LogFormat.Detectron2 or LogFormat.Wandb;
        if (json && JsonFragment.Of(start) is { } opening)
        {
            var fragment = new LogFacts { Format = head.IndexOf("\"learning_rate\""u8) >= 0 && head.IndexOf("\"epoch\""u8) >= 0 ? "huggingface" : "jsonl" };
            return new JsonDocumentReader(input, fragment, null) { Opening = opening };
        }

        if (json && JsonShape.Of(start, input) is { } shape && shape != JsonShape.Kind.None)
        {
            return CreateJson(input, options, shape);
        }

        if (format is LogFormat.Auto or LogFormat.MLflow && MetricLineParser.Fits(FirstLine(start)))
        {
            string metric = NameOfMetric(input.Name);
            return Lines(input, new LogFacts { Format = "mlflow" }, options, facts => new MetricLineParser(facts, metric), parallel: false);
        }

        if (format is LogFormat.Auto or LogFormat.Text && KindLineParser.Find(head) is { } kinds)
        {
            return Lines(input, new LogFacts { Format = "text", LossIsAveraged = false }, options, facts => new KindLineParser(facts, kinds), parallel: true);
        }

        if (format is LogFormat.Auto or LogFormat.Text or LogFormat.Ultralytics && ResultsLineParser.Fits(FirstLine(start)))
        {
            return Lines(input, new LogFacts { Format = "ultralytics", LossIsAveraged = true }, options, facts => new ResultsLineParser(facts), parallel: true);
        }

        if (format is LogFormat.Auto or LogFormat.Text && IsNamedAfterMetric(input) && BareLineParser.Fits(start))
        {
            string metric = NameOfMetric(Path.GetFileNameWithoutExtension(input.Name));
            return Lines(input, new LogFacts { Format = "text" }, options, facts => new BareLineParser(facts, metric), parallel: true);
        }

        if (format is LogFormat.Auto or LogFormat.Csv or LogFormat.Text && IsNamedAfterMetric(input) && BareRowParser.Fits(start, input.IsWhole))
        {
            string metric = NameOfMetric(Path.GetFileNameWithoutExtension(input.Name));
            return Lines(input, new LogFacts { Format = "text" }, options, facts => new BareRowParser(facts, metric), parallel: false);
        }

        bool table = format is LogFormat.Auto or LogFormat.Csv or LogFormat.Keras or LogFormat.Lightning or LogFormat.Ultralytics or LogFormat.Wandb;
        if (table && TransposedTableReader.SeparatorOf(head) is { } separator)
        {
            return new TransposedTableReader(input, new LogFacts { Format = "csv", LossIsAveraged = true }, separator);
        }

        if (table && CsvHeader.Find(head) is { } header)
        {
            header = header with
            {
                Run = run ?? (header.Runs.Count > 0 ? header.Runs[0] : null),
                ValueName = header.IsExportedSeries ? NameOfMetric(Path.GetFileNameWithoutExtension(input.Name)) : null,
            };
            var flavour = CsvFlavour.Of(header);
            flavour.ListsSeriesApart = header.IsLong;
            var headers = new CsvHeaders(header);
            return Lines(input, flavour, options, facts => new CsvLineParser(headers, facts), parallel: true);
        }

        if (format is LogFormat.Auto or LogFormat.Text)
        {
            return Lines(input, new LogFacts { Format = "text" }, options, facts => new TextLineParser(facts, options.Roles.Values.ToHashSet(), input.Head), parallel: false);
        }

        throw new LogFormatException(input.At(1), $"expected a log of the format '{format.ToString().ToLowerInvariant()}', found '{Excerpt(FirstLine(start))}'");
    }

    /// <summary>Names a metric after its file, without what collections put before it.</summary>
    public static string NameOfMetric(string file)
    {
        int mark = file.LastIndexOf("__", StringComparison.Ordinal);
        return mark > 0 && mark + 2 < file.Length ? file[(mark + 2)..] : file;
    }

    /// <summary>Tells whether a file is named after a metric, such as <c>train_loss.txt</c>.</summary>
    public static bool IsNamedAfterMetric(LogInput input) => ColumnClassifier.Classify(NameOfMetric(Path.GetFileNameWithoutExtension(input.Name))).Kind == RoleKind.Metric;

    private static LineRowReader Lines(LogInput input, LogFacts facts, LogReadOptions options, Func<LogFacts, ILineParser> create, bool parallel) =>
        new(input, facts, () => create(facts), parallel ? options.Parallelism : 1, options.IsGrowing);

    private static IRowReader CreateJson(LogInput input, LogReadOptions options, JsonShape.Kind shape)
    {
        var head = input.Head.AsSpan();
        bool trainerState = head.IndexOf("\"log_history\""u8) >= 0;
        if (shape == JsonShape.Kind.Document)
        {
            var facts = new LogFacts { Format = trainerState ? "huggingface" : "jsonl", LossIsAveraged = trainerState ? true : null };
            if (head.IndexOf("\"_wandb\""u8) >= 0 || head.IndexOf("\"_runtime\""u8) >= 0)
            {
                facts.Format = "wandb";
            }

            return new JsonDocumentReader(input, facts, trainerState ? "log_history" : null);
        }

        var flavour = JsonFlavour.Of(head);
        return Lines(input, flavour, options, facts => new JsonLineParser(facts), parallel: true);
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text) => LineBlock.NextLine(ref text);

    private static string Excerpt(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line[..Math.Min(line.Length, 60)]);
}

/// <summary>Tells JSON Lines from one JSON document.</summary>
internal static class JsonShape
{
    /// <summary>What kind of JSON it is.</summary>
    internal enum Kind
    {
        /// <summary>None.</summary>
        None,

        /// <summary>One object per line.</summary>
        Lines,

        /// <summary>One document.</summary>
        Document,
    }

    public static Kind Of(ReadOnlySpan<byte> start, LogInput input)
    {
        if (start.IsEmpty || start[0] is not ((byte)'{' or (byte)'['))
        {
            return Kind.None;
        }

        var second = start[1..].TrimStart(" \t\r\n"u8);
        if (start[0] == (byte)'[')
        {
            // "[[epoch]]" heads a table of TOML.
            return (second is [(byte)'{' or (byte)'[', ..] && !IsHeading(second)) || (second is [(byte)'-' or (>= (byte)'0' and <= (byte)'9'), ..] && RowReaderChoice.IsNamedAfterMetric(input) && IsListOfNumbers(second)) ? Kind.Document : Kind.None;
        }

        if (second is not ([(byte)'"' or (byte)'}', ..] or []))
        {
            return Kind.None;
        }

        if (second is [(byte)'"', .. var key] && key.IndexOf((byte)'"') is >= 0 and var quote && key[(quote + 1)..].TrimStart(" \t\r\n"u8) is [not (byte)':', ..])
        {
            // {"Round" -> 1}: an association of another language.
            return Kind.None;
        }

        if (IsCutOut(start))
        {
            return Kind.None;
        }

        var rest = start;
        bool wholeLine = rest.Contains((byte)'\n');
        var line = LineBlock.NextLine(ref rest).TrimEnd((byte)' ');
        if (!wholeLine && !input.IsWhole)
        {
            bool named = input.Name.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || input.Name.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase);
            return named ? Kind.Lines : Kind.Document;
        }

        bool more = !rest.TrimStart(" \t\r\n"u8).IsEmpty;
        return IsObject(line) && (more || !input.IsWhole) ? Kind.Lines
            : more || input.IsWhole ? IsObject(line) || !LooksLikeLines(line) ? Kind.Document : Kind.Lines
            : Kind.Document;
    }

    private static bool IsHeading(ReadOnlySpan<byte> second) => second is [(byte)'[', .. var name] && name.IndexOf("]]"u8) is > 0 and var end && name[..end].IndexOfAny((byte)' ', (byte)',', (byte)'"') < 0 && char.IsAsciiLetter((char)name[0]);

    /// <summary><c>[ 1] loss=0.5</c> begins with a counter, no list.</summary>
    private static bool IsListOfNumbers(ReadOnlySpan<byte> numbers) => numbers.IndexOf((byte)']') is var end && (end < 0 || numbers[(end + 1)..].TrimStart(" \t"u8) is [] or [(byte)'\r' or (byte)'\n' or (byte)',' or (byte)']', ..]);

    /// <summary>Objects over several lines with commas between them, cut out of a list: lines tell them as well.</summary>
    private static bool IsCutOut(ReadOnlySpan<byte> json)
    {
        int depth = 0;
        bool inString = false;
        bool hasLines = false;
        for (int i = 0; i < json.Length; i++)
        {
            byte c = json[i];
            if (inString)
            {
                i += c == (byte)'\\' ? 1 : 0;
                inString = c != (byte)'"';
                continue;
            }

            inString = c == (byte)'"';
            hasLines |= c == (byte)'\n';
            depth += c is (byte)'{' or (byte)'[' ? 1 : c is (byte)'}' or (byte)']' ? -1 : 0;
            if (depth == 0)
            {
                return hasLines && json[(i + 1)..].TrimStart(" \t\r\n"u8) is [(byte)',', ..];
            }
        }

        return false;
    }

    /// <summary>A first line that is damaged, in a log whose other lines are objects.</summary>
    private static bool LooksLikeLines(ReadOnlySpan<byte> line) => line.Length > 20 && line.Count((byte)':') > 1 && line[^1] != (byte)',' && line[^1] != (byte)'{' && line[^1] != (byte)'[';

    private static bool IsObject(ReadOnlySpan<byte> line)
    {
        byte[] buffer = [];
        var clean = BareNumbers.MayHave(line) ? BareNumbers.Quote(line, ref buffer) : line;
        try
        {
            var reader = new Utf8JsonReader(clean is [.., (byte)','] ? clean[..^1] : clean, new JsonReaderOptions { AllowTrailingCommas = true });
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
