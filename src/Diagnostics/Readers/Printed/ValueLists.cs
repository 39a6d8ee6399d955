using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Lists of values behind a name: <c>losses: [2.3, 1.9, 1.6]</c>.</summary>
/// <param name="tokens">The line.</param>
/// <param name="label">The words before the list.</param>
/// <param name="roles">What words mean.</param>
internal sealed class ValueLists(LineTokens tokens, FieldLabel label, TextRoles roles)
{
    private const int MostElements = 100_000;

    /// <summary>Gets the lists of the line, with their names.</summary>
    public List<(string Label, double[] Values)> Found { get; } = [];

    /// <summary>Finds the end of a list of values behind a name; 0 when there is none.</summary>
    public int EndOf(int i)
    {
        int end = i + 1;
        int values = 0;
        bool isReal = false;
        while (end < tokens.Count && end - i < MostElements)
        {
            var token = tokens[end];
            if (token.Is(tokens.Line, ']') || token.Is(tokens.Line, ')'))
            {
                return values >= 2 && (isReal || roles.Of(label.ToString()).Kind == RoleKind.Metric) ? end : 0;
            }

            if (token.Kind == TokenKind.Number)
            {
                values++;
                isReal |= token.Value != Math.Floor(token.Value);
            }
            else if (token.Kind != TokenKind.Absent && !token.Is(tokens.Line, ',') && !token.Is(tokens.Line, '\t'))
            {
                return 0;
            }

            end++;
        }

        return 0;
    }

    /// <summary>A list is a curve printed whole, or the values of the parts of a loss or of classes: their sum, or the mean of scores.</summary>
    public int Take(int start, int end, List<LabelledNumber> numbers, bool isBest)
    {
        string name = label.NameOf(numbers);
        var values = new List<double>();
        for (int i = start + 1; i < end; i++)
        {
            if (tokens[i].Kind == TokenKind.Number)
            {
                values.Add(tokens[i].Value);
            }
        }

        Found.Add((name, [.. values]));
        bool isScore = roles.Of(name) is { Kind: RoleKind.Metric, Metric: not Metric.Loss };
        numbers.Add(new LabelledNumber(name, isScore ? values.Average() : values.Sum(), 0, true, label.Phase)
        {
            Start = tokens[start].Start,
            End = tokens[end].End,
            Listed = values.Count,
            Aside = isBest ? NumberAside.Best : NumberAside.None,
        });
        label.Drop();
        return end + 1;
    }
}
