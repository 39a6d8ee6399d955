using System.Globalization;
using System.IO.Compression;
using System.Text;
using Newtonsoft.Json.Linq;

namespace TrainingDoctor.Tests.Hostile;

/// <summary>Changes of logs that accidents and attackers make, by a generator of random numbers, so that each can be made again.</summary>
internal static class Mutations
{
    private static readonly Func<JToken>[] Values =
    [
        () => JValue.CreateNull(), () => new JArray(), () => new JObject(), () => new JArray(JValue.CreateNull()), () => true, () => 0, () => -1, () => long.MaxValue, () => long.MinValue, () => 1.5, () => -1e308, () => double.Epsilon,
        () => "NaN", () => "Infinity", () => string.Empty, () => "x\u001b[31m\u0000\u202e", () => new string('x', 20_000), () => "::error::pwn", () => "9223372036854775808",
    ];

    private static readonly string[] Words =
    [
        "nan", "NaN", "inf", "-inf", "1e309", "-1e308", "1e-320", "9223372036854775807", "9223372036854775808", "1700000000000000000", "-1", "0", "1", ",", ";", "\t", "\n", "\r", "\r\n", "\"", "'", "{", "}", "[", "]", "null", "true", ":", "=",
        "step", "epoch", "loss", "val_loss", "lr", "\u001b[31m", "\0", "\ufeff", "é", "\u202e", "::error::pwn", "Epoch 1/3", "validation", "0x1F", "1,5", "1_000", "99999999999999999999999999",
    ];

    private delegate byte[] Change(byte[] log, Random random);

    private static readonly Change[] Changes =
    [
        (log, random) => log[..random.Next(log.Length + 1)],
        (log, random) => [.. log[random.Next(log.Length + 1)..]],
        Flip,
        (log, random) => Splice(log, random, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)])),
        (log, random) => Splice(log, random, Noise(random)),
        (log, random) => Splice(log, random, Piece(log, random)),
        Number,
        (log, random) => Lines(log, lines => lines.Insert(random.Next(lines.Count + 1), lines[random.Next(lines.Count)])),
        (log, random) => Lines(log, lines => lines.RemoveAt(random.Next(lines.Count))),
        (log, random) => Lines(log, lines => lines.Reverse()),
        (log, random) => Lines(log, lines => Shuffle(lines, random)),
        (log, random) => Lines(log, lines => lines.AddRange([.. lines])),
        (log, _) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(log).Replace("\n", "\r\n", StringComparison.Ordinal)),
        (log, _) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(log).Replace("\n", "\r", StringComparison.Ordinal)),
        (log, _) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(log).Replace(',', ';')),
        (log, _) => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(log))],
        (log, _) => Pack(log),
        (log, random) => Pack(log) is var packed ? packed[..random.Next(packed.Length)] : log,
        Json,
    ];

    /// <summary>Makes one to four changes.</summary>
    public static byte[] Of(byte[] log, Random random)
    {
        for (int change = random.Next(1, 5); change > 0 && log.Length > 0; change--)
        {
            log = Changes[random.Next(Changes.Length)](log, random);
        }

        return log;
    }

    /// <summary>Puts another value in place of one of JSON.</summary>
    public static void ReplaceValue(JToken root, Random random)
    {
        var places = (root as JContainer)?.DescendantsAndSelf().Where(token => token.Parent is not null && token is not JProperty).ToList() ?? [];
        if (places.Count > 0)
        {
            places[random.Next(places.Count)].Replace(Values[random.Next(Values.Length)]());
        }
    }

    private static byte[] Flip(byte[] log, Random random)
    {
        byte[] flipped = [.. log];
        for (int bit = random.Next(1, 9); bit > 0; bit--)
        {
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        }

        return flipped;
    }

    private static byte[] Splice(byte[] log, Random random, byte[] piece)
    {
        int from = random.Next(log.Length + 1);
        int to = Math.Min(log.Length, from + random.Next(20));
        return [.. log[..from], .. piece, .. log[to..]];
    }

    private static byte[] Noise(Random random)
    {
        byte[] noise = new byte[random.Next(1, 40)];
        random.NextBytes(noise);
        return noise;
    }

    private static byte[] Piece(byte[] log, Random random)
    {
        int from = random.Next(log.Length);
        return log[from..Math.Min(log.Length, from + random.Next(1, 2000))];
    }

    /// <summary>Another number in place of one: of another size, sign or kind.</summary>
    private static byte[] Number(byte[] log, Random random)
    {
        int at = random.Next(log.Length);
        int from = Array.FindIndex(log, at, value => value is >= (byte)'0' and <= (byte)'9');
        if (from < 0)
        {
            return log;
        }

        int to = from;
        while (to < log.Length && log[to] is (>= (byte)'0' and <= (byte)'9') or (byte)'.' or (byte)'e' or (byte)'-')
        {
            to++;
        }

        string number = random.Next(3) == 0 ? Words[random.Next(12)] : random.NextInt64(-10, long.MaxValue >> random.Next(64)).ToString(CultureInfo.InvariantCulture);
        return [.. log[..from], .. Encoding.ASCII.GetBytes(number), .. log[to..]];
    }

    private static byte[] Lines(byte[] log, Action<List<string>> change)
    {
        var lines = Encoding.Latin1.GetString(log).Split('\n').ToList();
        change(lines);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }

    private static void Shuffle(List<string> lines, Random random)
    {
        string[] all = [.. lines];
        random.Shuffle(all);
        lines.Clear();
        lines.AddRange(all);
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

    private static byte[] Json(byte[] log, Random random)
    {
        string[] lines = Encoding.UTF8.GetString(log).Split('\n');
        int at = random.Next(lines.Length);
        try
        {
            var line = JToken.Parse(lines.Length < 3 ? Encoding.UTF8.GetString(log) : lines[at]);
            ReplaceValue(line, random);
            lines[at] = line.ToString(Newtonsoft.Json.Formatting.None);
            return Encoding.UTF8.GetBytes(lines.Length < 3 ? lines[at] : string.Join('\n', lines));
        }
        catch (Newtonsoft.Json.JsonException)
        {
            return log;
        }
    }
}
