using System.Text;
using System.Text.RegularExpressions;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>
/// Tells the bars of training from those of evaluation where neither says which it is: in each epoch one bar over the training set is followed by one over the smaller validation set.
/// </summary>
internal sealed partial class BarPhases
{
    private const int LeastEpochs = 2;

    private readonly string _evaluated;

    private BarPhases(string evaluated) => _evaluated = evaluated;

    /// <summary>Looks for two bars by turns in the beginning of a log; null where there are none, or where they say what they are.</summary>
    public static BarPhases? Find(ReadOnlySpan<byte> head)
    {
        var totals = new List<(string Total, string Names)>();
        while (!head.IsEmpty)
        {
            int end = head.IndexOfAny((byte)'\n', (byte)'\r');
            var piece = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 1)..];
            if (piece.IndexOf("100%|"u8) < 0)
            {
                continue;
            }

            string line = Encoding.UTF8.GetString(piece[..Math.Min(piece.Length, 1000)]);
            if (Full().Match(line) is not { Success: true } full || !line.Contains("oss", StringComparison.OrdinalIgnoreCase) || ColumnName.Words(line).Exists(word => RoleLexicon.PhaseOf(word) != ColumnPhase.Unknown))
            {
                continue;
            }

            string names = string.Join(' ', Name().Matches(line).Select(match => match.Value).Distinct());
            if (totals.Count == 0 || totals[^1].Total != full.Groups[1].Value)
            {
                totals.Add((full.Groups[1].Value, names));
            }
        }

        if (totals.Count < 2 * LeastEpochs || long.Parse(totals[1].Total, null) >= long.Parse(totals[0].Total, null))
        {
            return null;
        }

        for (int i = 0; i < totals.Count; i++)
        {
            if (totals[i] != (totals[i % 2].Total, totals[0].Names))
            {
                return null;
            }
        }

        return new BarPhases(totals[1].Total);
    }

    /// <summary>Tells whether a line is of a bar over the validation set.</summary>
    public bool IsOfEvaluation(string line) => line.Contains("%|", StringComparison.Ordinal) && Of().Match(line) is { Success: true } match && match.Groups[1].Value == _evaluated;

    [GeneratedRegex(@"100%\|[^|]*\| *\d{1,12}/(\d{1,12})\b")]
    private static partial Regex Full();

    [GeneratedRegex(@"%\|[^|]*\| *\d{1,12}/(\d{1,12})\b")]
    private static partial Regex Of();

    [GeneratedRegex(@"[A-Za-z_]{2,}(?=\s*[=:])")]
    private static partial Regex Name();
}
