using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Counters in brackets, of which the place says what they count.</summary>
/// <param name="tokens">The line.</param>
/// <param name="label">The words before the bracket.</param>
/// <param name="roles">What words mean.</param>
internal sealed class BracketCounters(LineTokens tokens, FieldLabel label, TextRoles roles)
{
    /// <summary>Takes counters in brackets: <c>[1, 2000]</c>, <c>[  10/560]</c>, <c>[0/60000 (0%)]</c>, <c>(39/116</c>.</summary>
    /// <param name="i">The bracket.</param>
    /// <param name="numbers">Takes the counters.</param>
    /// <returns>The token behind them; 0 when there are none.</returns>
    public int Take(int i, List<LabelledNumber> numbers)
    {
        bool isCounter = label.Length > 0 && roles.Of(label.ToString()).Kind is RoleKind.Epoch or RoleKind.Step;
        if (label.IsAssigned && !isCounter)
        {
            return 0;
        }

        bool isSquare = tokens.Is(i, '[');
        int first = numbers.Count;
        int next = i + 1;
        int count = 0;
        while (count < 3 && next < tokens.Count && tokens[next].IsCount && !tokens.Text(next).Contains('.'))
        {
            var number = tokens[next];
            double total = 0;
            int end = number.End;
            if (next + 2 < tokens.Count && tokens.Is(next + 1, '/') && tokens[next + 2].IsCount)
            {
                total = tokens[next + 2].Value;
                end = tokens[next + 2].End;
                next += 2;
            }

            string name = count > 0 || !isCounter ? string.Empty : label.LastWords();
            numbers.Add(new LabelledNumber(name, number.Value, total, name.Length > 0, label.Phase) { Start = number.Start, End = end, IsBareCounter = name.Length == 0 });
            count++;
            next++;
            if (next + 1 < tokens.Count && (tokens.Is(next, ',') || (isSquare && tokens.Is(next, ':'))) && tokens[next + 1].IsCount)
            {
                next++;
                continue;
            }

            break;
        }

        if (count == 1 && isSquare && label.Length == 0 && next + 2 < tokens.Count && tokens.Is(next, '|') && tokens[next + 1].Kind is TokenKind.Number or TokenKind.Quantity && tokens.Is(next + 2, ']'))
        {
            // "[12 | 25.31] loss=2.3": a counter and how long it took.
            numbers.Add(new LabelledNumber(string.Empty, tokens[next + 1].Value, 0, false, label.Phase) { Start = tokens[next + 1].Start, End = tokens[next + 1].End, Aside = NumberAside.Quantity });
            next += 2;
        }

        // What is left inside: "(0%)", or the rest of a record in parentheses.
        int close = next;
        if (tokens.Is(close, '('))
        {
            while (close < tokens.Count && close - next < 5 && !tokens.Is(close, ')'))
            {
                if (tokens[close].Kind == TokenKind.Number)
                {
                    numbers.Add(new LabelledNumber(string.Empty, tokens[close].Value, 0, false, label.Phase) { Start = tokens[close].Start, End = tokens[close].End, Aside = NumberAside.Progress });
                }

                close++;
            }

            close++;
        }

        bool closes = close < tokens.Count && (tokens[close].Is(tokens.Line, isSquare ? ']' : ')'));
        bool hasTotal = count == 1 && numbers[first].Total > 0;
        bool fits = count switch
        {
            0 => false,
            1 => isSquare ? closes || (hasTotal && isCounter) : hasTotal && isCounter,
            2 => isSquare && closes && (label.Length == 0 || isCounter || roles.Of(label.ToString()).Kind == RoleKind.Metric),
            _ => false,
        };
        if (!fits || (!isCounter && count == 1 && label.Length > 0 && !hasTotal && RoleLexicon.PhaseOf(ColumnName.Words(label.ToString()).FirstOrDefault(string.Empty)) == ColumnPhase.Unknown))
        {
            numbers.RemoveRange(first, numbers.Count - first);
            return 0;
        }

        if (count == 2)
        {
            numbers[first] = numbers[first] with { Label = "epoch", IsAssigned = true, IsBareCounter = false };
            numbers[first + 1] = numbers[first + 1] with { Label = "step", IsAssigned = true, IsBareCounter = false };
        }

        // "Loss [1, 100](epoch, minibatch): 1.9" and "Validation loss [3]: 1.9" go on naming the loss.
        bool goesOn = count == 1 && isSquare && !hasTotal && close + 1 < tokens.Count && (tokens.Is(close + 1, ':') || tokens.Is(close + 1, '=')) && roles.Of(label.ToString()).Kind == RoleKind.Metric;
        if (count == 1 && label.Length > 0 && !goesOn)
        {
            label.Judge();
        }

        if ((count == 1 && !goesOn) || isCounter)
        {
            label.Drop();
        }

        return closes ? close + 1 : next;
    }
}
