using System.Globalization;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Finds the numbers of a printed line and the words that name them.</summary>
internal sealed class FieldReader
{
    private readonly TextRoles _roles;
    private readonly FieldLine _line;
    private readonly LineTokens _tokens;
    private readonly FieldLabel _label;
    private readonly FieldMarks _marks;
    private readonly FieldNumbers _numbers;
    private readonly ValueLists _lists;
    private readonly TrailingNames _trailing;

    /// <summary>Makes a reader.</summary>
    /// <param name="roles">What words mean.</param>
    public FieldReader(TextRoles roles)
    {
        _roles = roles;
        _line = new FieldLine(roles);
        (_tokens, _label) = (_line.Tokens, _line.Label);
        _lists = new ValueLists(_tokens, _label, roles);
        _marks = new FieldMarks(_line, _lists);
        _numbers = new FieldNumbers(_line);
        _trailing = new TrailingNames(_tokens, roles);
    }

    /// <summary>Gets the lists of values of the line that was read last, with their names: curves printed whole.</summary>
    public List<(string Label, double[] Values)> Lists => _lists.Found;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, without decorations.</param>
    /// <param name="numbers">Takes its numbers, in order.</param>
    /// <returns>The phase of its last heading.</returns>
    public ColumnPhase Read(string line, List<LabelledNumber> numbers)
    {
        _tokens.Read(line);
        _lists.Found.Clear();
        _line.Numbers.Clear();

        // "* Acc@1 76.1 Acc@5 92.9" is how the ImageNet script of PyTorch, and whoever copied it, sums up an evaluation.
        _label.Begin(line.AsSpan().TrimStart().StartsWith("* ") ? ColumnPhase.Validation : ColumnPhase.Unknown);
        _line.IsBest = false;
        _line.NamesFollowFrom = _trailing.NamesFollowFrom();
        int i = 0;
        while (i < _tokens.Count)
        {
            i = _tokens[i].Kind switch
            {
                TokenKind.Number => _numbers.Read(i),
                TokenKind.Word => ReadWord(i),
                TokenKind.Mark => _marks.Read(i),
                _ => ReadAside(i),
            };
        }

        EndLine();
        numbers.AddRange(_line.Numbers);
        return _label.Phase;
    }

    /// <summary>What a line ends with is a heading, unless something was measured before it, as in <c>train_loss=0.5 | val skipped</c>.</summary>
    private void EndLine()
    {
        if (_label.ToString().Contains(' ', StringComparison.Ordinal) && _line.Numbers.Exists(number => number.Aside == NumberAside.None && _roles.Of(number.Label).Kind == RoleKind.Metric))
        {
            _label.Drop();
        }

        _label.Clear();
    }

    private int ReadAside(int i)
    {
        var token = _tokens[i];
        if (token.Kind == TokenKind.Absent)
        {
            // A name without a number is no heading.
            _label.Drop();
            return i + 1;
        }

        if (token.Kind == TokenKind.Time && RangeEnd(token) is { } last && _roles.SplitCounter(_label.NameOf(_line.Numbers)) is { } counted)
        {
            // "Average objective for minibatches 0-99 is 2.3".
            _label.Judge();
            _line.Numbers.Add(new LabelledNumber(counted.Counter, last, 0, true, _label.Phase) { Start = token.Start, End = token.End });
            _label.Pending = counted.Subject;
            _label.Drop();
            return i + 1;
        }

        var aside = token.Kind switch { TokenKind.Time => NumberAside.Time, TokenKind.Progress => NumberAside.Progress, TokenKind.Spread => NumberAside.Repeat, _ => NumberAside.Quantity };
        _line.Numbers.Add(new LabelledNumber(_label.LastWords(), token.Value, 0, _label.IsAssigned, _label.Phase) { Start = token.Start, End = token.End, Aside = aside });
        if (token.Kind == TokenKind.Time && _label.IsAssigned && ColumnName.Words(_label.ToString()) is [{ Length: 2 }, _, ..])
        {
            // "TE/ETC: 0:12 / 3:10" is no heading of a test.
            _label.Drop();
        }
        else if (token.Kind != TokenKind.Spread)
        {
            _label.Clear();
        }

        return i + 1;
    }

    /// <summary>Gets where a range such as <c>100-199</c> ends; null where a token is none.</summary>
    private double? RangeEnd(TextToken token)
    {
        var text = _tokens.Line.AsSpan(token.Start, token.End - token.Start);
        return text.IndexOf('-') is > 0 and var dash && long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            && long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long last) && last >= first ? last : null;
    }

    private int ReadWord(int i)
    {
        string word = _tokens.Text(i);
        var token = _tokens[i];
        _line.AddKey(token);
        if (_label.Length > 0 && _tokens.Is(i + 1, '(') && _tokens[i + 1].Start == token.End && TextRoles.IsTypeOfNumber(word))
        {
            return i + 2;
        }

        if (_label.IsAssigned && word == "Tensor" && TypeEnd(i + 1) is > 0 and var typed)
        {
            // "Loss: Tensor Float []  2.31", as Haskell shows a tensor.
            return typed;
        }

        if (TextRoles.IsMonth(word) && i + 1 < _tokens.Count && _tokens[i + 1].Kind is TokenKind.Number or TokenKind.Time)
        {
            // "Training Loss (Fri Nov  1 10:00:00 2019)".
            _label.Clear();
            return i + 1;
        }

        if (!_label.IsAssigned && TextRoles.IsLevel(word) && !FieldLine.IsPhase(_label.ToString()))
        {
            // What stands before a level says who logs.
            _label.DropWords();
            return i + 1;
        }

        if (TextRoles.SaysNow(word))
        {
            // "Best mean reward: 12.1 - Last mean reward per episode: 11.3".
            _line.IsBest = false;
        }

        if (TextAsides.Announces(word))
        {
            _label.Clear();

            // TensorFlow's estimators tell what they measured as "Saving dict for global step 100: loss = 0.5".
            bool tells = i + 1 < _tokens.Count && _tokens.Text(i + 1) == "dict";
            _label.Phase = tells ? ColumnPhase.Validation : _label.Phase;
            _line.IsBest = !tells;
            _label.Append(word);
            return i + 1;
        }

        if (_label.IsAssigned)
        {
            // The words before a colon were a heading, not a label.
            _label.Subject = _label.Heading = _label.ToString();
            _label.Clear();
        }

        bool isBehindEpoch = _line.Numbers.Count > 0 && _line.Numbers[^1].Label == "epoch" && token.Start - _line.Numbers[^1].End <= 2;
        if (_label.Length == 0 && TextRoles.CounterIn(word, isBehindEpoch) is { Name: var name, Count: var count })
        {
            _line.Numbers.Add(new LabelledNumber(name, count, 0, true, _label.Phase) { Start = token.Start, End = token.End });
            return i + 1;
        }

        _label.Append(word);
        return i + 1;
    }

    /// <summary>Finds the number behind the type of a tensor; 0 where something else stands there.</summary>
    private int TypeEnd(int i)
    {
        while (i < _tokens.Count && (_tokens.Is(i, '[') || _tokens.Is(i, ']') || (_tokens[i].Kind == TokenKind.Word && _tokens.Text(i) is "Float" or "Double" or "Half" or "Int64")))
        {
            i++;
        }

        return i < _tokens.Count && _tokens[i].Kind == TokenKind.Number ? i : 0;
    }
}
