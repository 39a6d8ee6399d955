namespace TrainingDoctor.Corpus.Reported;

/// <summary>Texts of a small language with rules.</summary>
internal static class Tokens
{
    public const int Length = 10;

    /// <summary>Texts without an end; targets are the letters so many places on.</summary>
    public static TrainingData Shifted(int seed, int shift)
    {
        var random = new Random(seed);
        return Split([.. Enumerable.Range(0, 300).Select(_ =>
        {
            long[] text = Text(random, Length + 3, 0, 12);
            return (text[..Length], text[shift..(Length + shift)]);
        })]);
    }

    /// <summary>Sentences of 2 to 8 letters and an end sign, filled up to one length.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="end">The sign that ends a sentence.</param>
    /// <param name="pad">The sign that fills up.</param>
    /// <param name="ignored">The target of every place whose next sign is the one that fills up.</param>
    /// <param name="begin">Whether a sign of its own begins each sentence.</param>
    public static TrainingData Sentences(int seed, long end, long pad, long ignored, bool begin = false)
    {
        var random = new Random(seed);
        return Split([.. Enumerable.Range(0, 300).Select(_ =>
        {
            long[] sentence = [.. begin ? new[] { 11L } : [], .. Text(random, 2 + random.Next(7), 2, begin ? 9 : 10), end];
            long[] filled = [.. sentence, .. Enumerable.Repeat(pad, Length + 1 - sentence.Length)];
            return (filled[..Length], filled[1..].Select(sign => sign == pad ? ignored : sign).ToArray());
        })]);
    }

    public static TrainingData Split((long[] Input, long[] Target)[] rows)
    {
        int training = rows.Length * 4 / 5;
        return new TrainingData(Batch(rows[..training]), Batch(rows[training..]));
    }

    // Each letter follows from the last two by a fixed rule, four times out of five.
    private static long[] Text(Random random, int length, int first, int symbols)
    {
        var text = new long[length];
        for (int i = 0; i < length; i++)
        {
            text[i] = i > 1 && random.NextDouble() < 0.8 ? ((3 * text[i - 1]) + text[i - 2] + 1) % symbols : random.Next(symbols);
        }

        return [.. text.Select(sign => sign + first)];
    }

    private static TrainingBatch Batch((long[] Input, long[] Target)[] rows) => new(
        tensor(rows.SelectMany(row => row.Input).ToArray()).reshape(rows.Length, -1),
        tensor(rows.SelectMany(row => row.Target).ToArray()).reshape(rows.Length, -1));
}
