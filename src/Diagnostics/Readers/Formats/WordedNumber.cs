using System.Buffers.Text;
using TrainingDoctor.Names;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Numbers within the words of structured logs: <c>"epoch": "3/100"</c>, <c>"global_step/max_steps": "4505/9000"</c>, <c>"accuracy": "87.5%"</c>.</summary>
internal static class WordedNumber
{
    /// <summary>Reads the number of a word.</summary>
    /// <param name="name">The name that the word stands under.</param>
    /// <param name="word">The word.</param>
    /// <param name="number">What it says.</param>
    /// <returns>False where the name is of nothing that counts or measures, or the word holds no number.</returns>
    public static bool TryRead(string name, ReadOnlySpan<byte> word, out NamedNumber number)
    {
        number = default;
        word = word.Trim((byte)' ');
        if (word is [.., (byte)'%'])
        {
            bool isMeasured = ColumnClassifier.Classify(name).Kind == RoleKind.Metric;
            bool isPercent = Number.TryParse(word[..^1], out double percent) && isMeasured;
            number = new NamedNumber(name, percent, null);
            return isPercent;
        }

        int slash = word.IndexOf((byte)'/');
        if (slash <= 0 || !TryCount(word[..slash].TrimEnd((byte)' '), out long count) || !TryCount(word[(slash + 1)..].TrimStart((byte)' '), out long total))
        {
            return false;
        }

        string counter = CounterOf(name);
        var kind = ColumnClassifier.Classify(counter).Kind;
        if (kind is RoleKind.Step or RoleKind.Epoch)
        {
            number = new NamedNumber(counter, count, total) { IsEpoch = kind == RoleKind.Epoch };
            return true;
        }

        if (kind == RoleKind.Metric && total > 0 && count <= total)
        {
            number = new NamedNumber(name, (double)count / total, null);
            return true;
        }

        return false;
    }

    /// <summary>Of <c>global_step/max_steps</c> the first names what is counted.</summary>
    private static string CounterOf(string name)
    {
        int slash = name.LastIndexOf('/');
        return slash > 0 && ColumnClassifier.Classify(name[..slash]).Kind is RoleKind.Step or RoleKind.Epoch ? name[..slash] : name;
    }

    private static bool TryCount(ReadOnlySpan<byte> text, out long count) => Utf8Parser.TryParse(text, out count, out int used) && used == text.Length && count >= 0;
}

/// <summary>A number and its name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The number.</param>
/// <param name="Total">How far it is to count; null where nothing tells it.</param>
internal readonly record struct NamedNumber(string Name, double Value, long? Total)
{
    /// <summary>Gets a value indicating whether epochs are counted.</summary>
    public bool IsEpoch { get; init; }

    /// <summary>Tells the log's plan.</summary>
    public void Plan(LogFacts facts)
    {
        if (IsEpoch)
        {
            facts.PlannedEpochs ??= Total;
        }
        else
        {
            facts.PlannedSteps ??= Total;
        }
    }
}
