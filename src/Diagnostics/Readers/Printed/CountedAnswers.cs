using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Readers.Input;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Lines that tell of each epoch how many of the test set's answers were right, and nothing else: <c>Epoch 3: 9480 / 10000</c>, as the networks of Nielsen's book and what was written after it print. Without blanks around the stroke it may be a progress as well.</summary>
/// <param name="facts">What is known of the log; takes doubts.</param>
internal sealed partial class CountedAnswers(LogFacts facts)
{
    /// <summary>One line may be a progress.</summary>
    private const int LeastEpochs = 2;

    /// <summary>Looks for such lines in the beginning of a log, one for each epoch, all out of as many; null where there are none. Batches, which are counted so too, come several times in an epoch.</summary>
    /// <param name="head">The beginning of a log.</param>
    /// <param name="facts">What is known of the log; takes doubts.</param>
    public static CountedAnswers? Find(ReadOnlySpan<byte> head, LogFacts facts)
    {
        var epochs = new HashSet<string>(StringComparer.Ordinal);
        string? total = null;
        while (!head.IsEmpty)
        {
            var bytes = LineBlock.NextLine(ref head);
            if (bytes.Length is > 8 and < 80 && Line().Match(Encoding.UTF8.GetString(bytes)) is { Success: true } match)
            {
                total ??= match.Groups["total"].Value;
                if (!epochs.Add(match.Groups["epoch"].Value) || match.Groups["total"].Value != total)
                {
                    return null;
                }
            }
        }

        return epochs.Count >= LeastEpochs ? new CountedAnswers(facts) : null;
    }

    /// <summary>Names the number of such a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="numbers">Its numbers; changed in place.</param>
    public void Name(string line, List<LabelledNumber> numbers)
    {
        int count = Line().IsMatch(line) ? numbers.FindIndex(number => number is { Label.Length: 0, Total: > 1 } && number.Value <= number.Total) : -1;
        if (count >= 0)
        {
            facts.Doubt("test accuracy", "the share of right answers, which a line counts without a name");
            numbers[count] = numbers[count] with { Label = "test accuracy", IsAssigned = true, IsBareCounter = false };
        }
    }

    [GeneratedRegex(@"^\W*(?:epoch|iteration)\W*(?<epoch>\d+)\s*(?:(?:complete|completed|done|finished)\s*)?[:,\-|]+\s*\d+\s+/\s+(?<total>\d{2,})\W*$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
