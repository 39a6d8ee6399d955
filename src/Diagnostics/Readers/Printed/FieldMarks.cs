using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Says what marks between words and numbers mean: that a name ends and its number follows, that a remark or a counter stands in brackets, that something else begins.</summary>
/// <param name="line">The line, as far as it is read.</param>
/// <param name="lists">Lists of values of the line.</param>
internal sealed class FieldMarks(FieldLine line, ValueLists lists)
{
    private readonly TextRoles _roles = line.Roles;
    private readonly LineTokens _tokens = line.Tokens;
    private readonly FieldLabel _label = line.Label;
    private readonly List<LabelledNumber> _numbers = line.Numbers;
    private readonly BracketCounters _brackets = new(line.Tokens, line.Label, line.Roles);
    private readonly BracketRemarks _remarks = new(line);

    /// <summary>Tells whether a bar divides the number before it from another one, as in a table of several columns.</summary>
    private bool IsRowOfValues(int i) => i + 1 < _tokens.Count && _tokens[i].Kind == TokenKind.Mark && _tokens.Line[_tokens[i].Start] is '|' or '│' && _tokens[i + 1].Kind is TokenKind.Number or TokenKind.Absent;

    /// <summary>Reads a mark.</summary>
    /// <param name="i">The mark.</param>
    /// <returns>The token behind all that was read.</returns>
    public int Read(int i)
    {
        var token = _tokens[i];
        char mark = _tokens.Line[token.Start];
        bool isNextCount = i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && _tokens[i + 1].Start == token.End;
        bool touchesWord = i > 0 && _tokens[i - 1].Kind == TokenKind.Word && _tokens[i - 1].End == token.Start;
        switch (mark)
        {
            case '-' or '=' when _tokens.Is(i + 1, '>'):
                _label.IsAssigned = _label.Length > 0;
                return i + 2;
            case '-' when !_label.IsAssigned && !touchesWord && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && _tokens[i + 1].Start > token.End && _roles.Of(_label.ToString()).Kind == RoleKind.Metric:
                // "dice_loss - 0.35, iou_score - 0.7".
                _label.IsAssigned = true;
                break;
            case '-' when !_label.IsAssigned && !touchesWord && i + 2 < _tokens.Count && _tokens.Is(i + 1, '-') && _tokens[i + 1].Start == token.End && _tokens[i + 2].Kind == TokenKind.Number
                && (_roles.Of(_label.ToString()).Kind == RoleKind.Metric || FieldLine.IsPhase(_label.ToString())):
                // "epoch 3 -- loss -- 0.35".
                _label.IsAssigned = true;
                return i + 2;
            case '-' when isNextCount && touchesWord && _label.Length > 0:
                // "Epoch-3" is one name.
                break;
            case '#' when isNextCount && _label.Length > 0 && _roles.Of(_label.ToString()).Kind == RoleKind.None:
                // Caffe: "Test net output #0: loss = 2.3".
                _label.Output = _label.ToString();
                _numbers.Add(new LabelledNumber("#", _tokens[i + 1].Value, 0, false, _label.Phase) { Start = _tokens[i + 1].Start, End = _tokens[i + 1].End, Aside = NumberAside.Element });
                return i + 2;
            case '+' when _tokens.Is(i + 1, '=') && _label.Length > 0:
                // "loss+=2.31".
                break;
            case '[' when _label.Length > 0 && i + 3 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Time && _tokens.Is(i + 2, ']') && _tokens.Is(i + 3, ':'):
                // "avg. loss [951-1000]: 2.3".
                _numbers.Add(new LabelledNumber(string.Empty, 0, 0, false, _label.Phase) { Start = _tokens[i + 1].Start, End = _tokens[i + 1].End, Aside = NumberAside.Element });
                return i + 3;
            case '[' when _label.Length > 0 && !_label.IsAssigned && _remarks.TakeSettings(i) is > 0 and var end:
                return end;
            case '@' when _tokens.Is(i + 1, '['):
            case ')' when _tokens.Is(i + 1, '@') && _label.Length > 0:
                // "Average Precision  (AP) @[ IoU=0.50:0.95 ] = 0.3".
                break;
            case '(' when touchesWord && i + 2 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Word && _tokens.Is(i + 2, '='):
                // "State(step=0, loss=2.5)": what is called or made has a name of its own.
                _label.Clear();
                break;
            case '[' when _label.IsAssigned && EndOfKeyedValue(i) is > 0 and var keyed:
                line.AddAside(_tokens[i + 2], string.Empty, NumberAside.Element);
                return keyed;
            case '(' when IsShareOfLast(i):
                // "Accuracy: 81.25 ( 52 / 64 )".
                _numbers.Add(new LabelledNumber(_numbers[^1].Label, _tokens[i + 1].Value, _tokens[i + 3].Value, false, _label.Phase) { Start = _tokens[i + 1].Start, End = _tokens[i + 3].End, Aside = NumberAside.Repeat });
                return i + 5;
            case '[' or '(' when _brackets.Take(i, _numbers) is > 0 and var end:
                return end;
            case '[' or '(' when _label.Length > 0 && lists.EndOf(i) is > 0 and var end:
                return lists.Take(i, end, _numbers, line.IsBest);
            case '(' or '[' or '{' when _numbers.Count > 0 && _label.Length == 0 && IsMeanOfLast(i):
                _numbers.Add(new LabelledNumber(_numbers[^1].Label, _tokens[i + 1].Value, 0, false, _label.Phase) { Start = _tokens[i + 1].Start, End = _tokens[i + 1].End, Aside = NumberAside.Repeat });
                return i + 3;
            case '(' when _label.Length > 0 && !_label.IsAssigned && i + 3 < _tokens.Count && _tokens[i + 1].IsCount && _tokens.Is(i + 2, ')') && (_tokens.Is(i + 3, ':') || _tokens.Is(i + 3, '=')):
                // "Mean reward (100): 12.5" is the mean over the last hundred.
                line.AddAside(_tokens[i + 1], string.Empty, NumberAside.Setting);
                return i + 3;
            case '(' when _label.Length > 0 && _remarks.EndOf(i) is > 0 and var end:
                return end;
            case '%' when isNextCount && _label.IsAssigned:
                // "Doğruluk: %81,2", as Turkish writes it.
                break;
            case '%' when i + 1 < _tokens.Count && (_tokens.Is(i + 1, ')') || _tokens.Is(i + 1, ':')):
            case ')' or ']' or '}' when i + 1 < _tokens.Count && (_tokens.Is(i + 1, ':') || _tokens.Is(i + 1, '=')):
            case ')' when _tokens.Is(i + 1, '[') && _label.Length > 0:
            case '.' when !touchesWord && i > 0 && i + 1 < _tokens.Count && _tokens[i - 1].Kind == TokenKind.Word && _tokens[i + 1].Kind == TokenKind.Number && _tokens[i + 1].Start > token.End:
                // "(LOSS . 2.31)", as Lisp writes a pair.
                _label.IsAssigned = _label.Length > 0;
                break;
            case '.' when touchesWord && IsAbbreviation(i):
            case '.' when (_tokens.Is(i + 1, '.')) || (i > 0 && _tokens.Is(i - 1, '.')):
                // "Loss (train): 0.5", "Accuracy (%): 85", "Epoch(train) [1]", "Ep. 1", "avg. loss".
                break;
            case ':' when _label.Length > 0 && HeadsCounters(i):
                _label.Clear();
                break;
            case ':' or '=' or '：' or '→' or '≈' or '≃' or '≅':
                _label.IsAssigned = _label.Length > 0;
                break;
            case '/' when _label.Length > 0 && i + 1 < _tokens.Count && _tokens[i - 1].Kind == TokenKind.Word && _tokens[i + 1].Kind == TokenKind.Word && FieldLine.IsPhase(_tokens.Text(i - 1)) && FieldLine.IsPhase(_tokens.Text(i + 1)):
                // "Train / Test accuracy: 0.2 / 0.1".
                _label.Append("/");
                break;
            case '{' when _label.IsAssigned && EndOfOnlyKey(i) is > 0 and var value && _roles.Of(_label.ToString()).Kind == RoleKind.Metric:
                line.AddKey(i + 2 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Mark ? _tokens[i + 2] : _tokens[i + 1]);
                return value;
            case '{' when !_label.IsAssigned && (_tokens.Is(i + 1, '"') || _tokens.Is(i + 1, '\'')) && _roles.Of(_label.ToString()).Kind == RoleKind.None:
                // What stands before an object is who prints it.
                _label.Clear();
                break;
            case '\'' or '"' or '[' or '(' or '{' or '*' or '_' or '#' or '>' or '/' or '（' or '【':
                break;
            case '\t':
                line.IsBest = false;
                if (!_label.IsAssigned && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Word)
                {
                    _label.Clear();
                }

                break;
            case ',' when i > 0 && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && (_tokens.Is(i - 1, '\'') || _tokens.Is(i - 1, '"')) && (_roles.Of(_label.ToString()).Kind != RoleKind.None || FieldLine.IsPhase(_label.ToString())):
                // ('loss:', 2.5), as Python prints a tuple.
                _label.IsAssigned = true;
                break;
            case ',' when touchesWord && !_label.IsAssigned && !line.NamesFollow && i + 1 < _tokens.Count && _tokens[i + 1] is { Kind: TokenKind.Number, IsCount: false } && _roles.Of(_label.ToString()).Kind == RoleKind.Metric:
                // "epoch 3, loss, 2.5, acc, 0.9".
                _label.IsAssigned = true;
                break;
            case ',' or ';' when touchesWord && isNextCount && !_label.IsAssigned && _roles.Of(_label.ToString()).Kind != RoleKind.None:
                // "epoch,1,train_loss,2.5": a name and its number by turns.
                _label.IsAssigned = true;
                break;
            case '|' or '│' when !_label.IsAssigned && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && !IsRowOfValues(i + 2) && _roles.Of(_label.NameOf(_numbers)).Kind is RoleKind.Metric or RoleKind.Epoch or RoleKind.Step:
                // "train CrossEntropyLoss |  2.31".
                _label.IsAssigned = true;
                break;
            case '|' or ';':
                line.IsBest = false;
                _label.Clear();
                break;
            default:
                _label.Clear();
                break;
        }

        return i + 1;
    }

    /// <summary><c>ctdet train: [1][10/100]</c>: the phase of a line before its counters.</summary>
    private bool HeadsCounters(int colon)
    {
        if (colon + 2 >= _tokens.Count || !_tokens.Is(colon + 1, '[') || !_tokens[colon + 2].IsCount || ColumnName.Words(_label.ToString()) is not { Count: > 1 } words || words[^2] == "loss")
        {
            return false;
        }

        var phase = RoleLexicon.PhaseOf(words[^1]);
        if (phase == ColumnPhase.Unknown)
        {
            return false;
        }

        _label.DropWords();
        _label.Phase = phase;
        return true;
    }

    /// <summary><c>grad_norm={'0_default': 4.2}</c>: what stands alone in braces behind a name is of that name, whatever it is called there. Finds the value; 0 where there are several, or one with a role of its own.</summary>
    private int EndOfOnlyKey(int brace)
    {
        int i = brace + 1;
        i += _tokens.Is(i, '\'') || _tokens.Is(i, '"') ? 1 : 0;
        if (i >= _tokens.Count || _tokens[i].Kind != TokenKind.Word || _roles.Of(_tokens.Text(i)).Kind != RoleKind.None || FieldLine.IsPhase(_tokens.Text(i)))
        {
            return 0;
        }

        i++;
        i += _tokens.Is(i, '\'') || _tokens.Is(i, '"') ? 1 : 0;
        return (_tokens.Is(i, ':') || _tokens.Is(i, '=')) && i + 2 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && _tokens.Is(i + 2, '}') ? i + 1 : 0;
    }

    /// <summary><c>reward: [(0, '12.5')]</c>: a list of one value with its key, for one policy of what may be several. Finds the value; 0 where there is none.</summary>
    private int EndOfKeyedValue(int bracket)
    {
        int i = bracket + 1;
        if (!_tokens.Is(i, '(') || i + 4 >= _tokens.Count || !_tokens[i + 1].IsCount || !_tokens.Is(i + 2, ','))
        {
            return 0;
        }

        i += 3;
        i += _tokens.Is(i, '\'') || _tokens.Is(i, '"') ? 1 : 0;
        int behind = i + 1 + (_tokens.Is(i + 1, '\'') || _tokens.Is(i + 1, '"') ? 1 : 0);
        return i < _tokens.Count && _tokens[i].Kind == TokenKind.Number && _tokens.Is(behind, ')') && _tokens.Is(behind + 1, ']') ? i : 0;
    }

    private bool IsAbbreviation(int dot)
    {
        var word = _tokens.Line.AsSpan(_tokens[dot - 1].Start, _tokens[dot - 1].End - _tokens[dot - 1].Start);
        return dot + 1 < _tokens.Count && word.Length <= 6 && (_tokens[dot + 1].Kind is TokenKind.Number or TokenKind.Quantity || _tokens.Is(dot + 1, ':') || _tokens.Is(dot + 1, '=') || TextRoles.IsAbbreviation(word.ToString()));
    }

    /// <summary>Tells whether what stands in parentheses is the share that the number before it tells, as a count of a total.</summary>
    private bool IsShareOfLast(int i) => _label.Length == 0 && _numbers.Count > 0 && i + 4 < _tokens.Count && _tokens[i + 1].IsCount && _tokens.Is(i + 2, '/') && _tokens[i + 3] is { IsCount: true, Value: > 0 } && _tokens.Is(i + 4, ')')
        && _numbers[^1].Aside == NumberAside.None && _roles.Of(_numbers[^1].Label) is { Kind: RoleKind.Metric, Metric: Metric.Accuracy } && _tokens[i + 1].Value / _tokens[i + 3].Value is var share && (Math.Abs(_numbers[^1].Value - (100 * share)) < 1 || Math.Abs(_numbers[^1].Value - share) < 0.01);

    /// <summary>A number in parentheses behind another: its mean, mostly.</summary>
    private bool IsMeanOfLast(int i) => i + 2 < _tokens.Count && _tokens[i].Start >= _numbers[^1].End && _tokens[i].Start - _numbers[^1].End <= 1 && _tokens[i + 1].Kind == TokenKind.Number
        && (_tokens.Is(i + 2, ')') || _tokens.Is(i + 2, ']') || _tokens.Is(i + 2, '%')) && _numbers[^1].Aside == NumberAside.None;

}
