using System.Text.Json;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Telemetry;

namespace TrainingDoctor.Readers;

/// <summary>Reads recorded telemetry, all its parts one after the other.</summary>
internal static class TelemetryLog
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Tells whether a log begins as telemetry does: its first object says so, wherever in it. A further part of a recording is none by itself.</summary>
    public static bool IsTelemetry(ReadOnlySpan<byte> head)
    {
        if (head.IndexOf("\"telemetry\""u8) < 0)
        {
            return false;
        }

        var json = new Utf8JsonReader(head, isFinalBlock: false, default);
        try
        {
            bool isFirst = true;
            for (bool more = json.Read() && json.TokenType == JsonTokenType.StartObject && json.Read(); more && json.CurrentDepth > 0; more = json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName || json.CurrentDepth != 1)
                {
                    continue;
                }

                if (json.ValueTextEquals("telemetry"u8))
                {
                    return isFirst || !json.Read() || json.TokenType == JsonTokenType.String;
                }

                if (json.ValueTextEquals("part"u8))
                {
                    return false;
                }

                isFirst = false;
            }
        }
        catch (JsonException)
        {
            // No JSON, or no longer.
        }

        return false;
    }

    /// <summary>Sends the run to a sink. A line that cannot be read is damage; an unfinished last line was being written when the run ended.</summary>
    /// <exception cref="LogFormatException">The first line is not that of telemetry.</exception>
    public static void Read(LogInput input, RunSinkFactory open, CancellationToken cancellationToken)
    {
        var replay = new TelemetryReplay(open) { Describe = run => RunName.At(run, input.Path) };
        Read(input, replay, cancellationToken);
        if (File.Exists(input.Path))
        {
            int expected = 1;
            foreach (var (number, path) in RollingFile.FindParts(input.Path))
            {
                replay.NoteDropped(expected, number - 1);
                expected = number + 1;
                using var part = LogInput.Open(path, new LogReadOptions());
                Read(part, replay, cancellationToken);
            }
        }

        replay.Complete();
    }

    private static void Read(LogInput input, TelemetryReplay replay, CancellationToken cancellationToken)
    {
        using var stream = input.OpenStream();
        var lines = new LineFeed(input.Path);
        long number = 0;
        while (lines.Fill(stream) > 0)
        {
            while (lines.TryTake(out var line))
            {
                number++;
                cancellationToken.ThrowIfCancellationRequested();
                if (Fault(input, replay, number, line) is { } fault)
                {
                    replay.Report(new LogDamage(input.At(number), fault));
                }
            }
        }

        // What it would say of a line that was being written when the run ended is no damage.
        _ = Fault(input, replay, number + 1, lines.Rest);
    }

    private static string? Fault(LogInput input, TelemetryReplay replay, long number, ReadOnlySpan<byte> line)
    {
        try
        {
            replay.Add(number == 1 && line.StartsWith(ByteOrderMark) ? line[ByteOrderMark.Length..] : line);
            return null;
        }
        catch (FormatException exception)
        {
            return replay.Run is null
                ? throw new LogFormatException($"{input.At(number)}: expected the first line of telemetry: {exception.Message}", exception)
                : $"expected a line of telemetry: {exception.Message}";
        }
    }
}
