using System.Globalization;

namespace TrainingDoctor.Readers;

/// <summary>Finds the numbers of a printed line and the words that name them.</summary>
internal sealed class FieldReader
{
    private readonly TextRoles _roles;
    private readonly LineTokens _tokens = new();
    private readonly FieldLabel _label;
    private readonly BracketCounters _brackets;
    private readonly ValueLists _lists;
    private readonly TrailingNames _trailing;
    private List<LabelledNumber> _numbers = [];
    private bool _isBest;
    private bool _namesFollow;

    /// <summary>Makes a reader.</summary>
    /// <param name="roles">What words mean.</param>
    public FieldReader(TextRoles roles)
    {
        _roles = roles;
        _label = new FieldLabel(roles);
        _brackets = new BracketCounters(_tokens, _label, roles);
        _lists = new ValueLists(_tokens, _label, roles);
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
        _numbers = numbers;

        // "* Acc@1 76.1 Acc@5 92.9" is how the ImageNet script of PyTorch, and whoever copied it, sums up an evaluation.
        _label.Begin(line.AsSpan().TrimStart().StartsWith("* ") ? ColumnPhase.Validation : ColumnPhase.Unknown);
        _isBest = false;
        _namesFollow = _trailing.NameNumbers();
        int i = 0;
        while (i < _tokens.Count)
        {
            i = _tokens[i].Kind switch
            {
                TokenKind.Number => ReadNumber(i),
                TokenKind.Word => ReadWord(i),
                TokenKind.Mark => ReadMark(i),
                _ => ReadAside(i),
            };
        }

        _label.Clear();
        return _label.Phase;
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

        if (token.Kind == TokenKind.Time && RangeEnd(token) is { } last && _roles.SplitCounter(_label.NameOf(_numbers)) is { } counted)
        {
            // "Average objective for minibatches 0-99 is 2.3".
            _label.Judge();
            _numbers.Add(new LabelledNumber(counted.Counter, last, 0, true, _label.Phase) { Start = token.Start, End = token.End });
            _label.Pending = counted.Subject;
            _label.Drop();
            return i + 1;
        }

        var aside = token.Kind switch { TokenKind.Time => NumberAside.Time, TokenKind.Progress => NumberAside.Progress, TokenKind.Spread => NumberAside.Repeat, _ => NumberAside.Quantity };
        _numbers.Add(new LabelledNumber(_label.LastWords(), token.Value, 0, _label.IsAssigned, _label.Phase) { Start = token.Start, End = token.End, Aside = aside });
        if (token.Kind == TokenKind.Spread)
        {
            return i + 1;
        }

        _label.Clear();
        return i + 1;
    }

    /// <summary>Tells whether a bar divides the number before it from another one, as in a table of several columns.</summary>
    private bool IsRowOfValues(int i) => i + 1 < _tokens.Count && _tokens[i].Kind == TokenKind.Mark && _tokens.Line[_tokens[i].Start] is '|' or '│' && _tokens[i + 1].Kind is TokenKind.Number or TokenKind.Absent;

    /// <summary>Gets where a range such as <c>100-199</c> ends; null where a token is none.</summary>
    private double? RangeEnd(TextToken token)
    {
        var text = _tokens.Line.AsSpan(token.Start, token.End - token.Start);
        return text.IndexOf('-') is > 0 and var dash && long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            && long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long last) && last >= first ? last : null;
    }

    private int ReadMark(int i)
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
                && (_roles.Of(_label.ToString()).Kind == RoleKind.Metric || IsPhase(_label.ToString())):
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
            case '[' or '(' when _brackets.Take(i, _numbers) is > 0 and var end:
                return end;
            case '[' or '(' when _label.Length > 0 && _lists.EndOf(i) is > 0 and var end:
                return _lists.Take(i, end, _numbers, _isBest);
            case '(' or '[' or '{' when _numbers.Count > 0 && _label.Length == 0 && IsMeanOfLast(i):
                _numbers.Add(new LabelledNumber(_numbers[^1].Label, _tokens[i + 1].Value, 0, false, _label.Phase) { Start = _tokens[i + 1].Start, End = _tokens[i + 1].End, Aside = NumberAside.Repeat });
                return i + 3;
            case '(' when _label.Length > 0 && RemarkEnd(i) is > 0 and var end:
                return end;
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
            case ':' or '=' or '：' or '→':
                _label.IsAssigned = _label.Length > 0;
                break;
            case '/' when _label.Length > 0 && i + 1 < _tokens.Count && _tokens[i - 1].Kind == TokenKind.Word && _tokens[i + 1].Kind == TokenKind.Word && IsPhase(_tokens.Text(i - 1)) && IsPhase(_tokens.Text(i + 1)):
                // "Train / Test accuracy: 0.2 / 0.1".
                _label.Append("/");
                break;
            case '\'' or '"' or '[' or '(' or '{' or '*' or '_' or '#' or '>' or '/' or '（' or '【':
                break;
            case '\t':
                _isBest = false;
                if (!_label.IsAssigned && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Word)
                {
                    _label.Clear();
                }

                break;
            case ',' when i > 0 && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && (_tokens.Is(i - 1, '\'') || _tokens.Is(i - 1, '"')) && _roles.Of(_label.ToString()).Kind != RoleKind.None:
                // ('loss:', 2.5), as Python prints a tuple.
                _label.IsAssigned = true;
                break;
            case '|' or '│' when !_label.IsAssigned && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && !IsRowOfValues(i + 2) && _roles.Of(_label.NameOf(_numbers)).Kind is RoleKind.Metric or RoleKind.Epoch or RoleKind.Step:
                // "train CrossEntropyLoss |  2.31".
                _label.IsAssigned = true;
                break;
            case '|' or ';':
                _isBest = false;
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

    private static bool IsPhase(string word) => RoleLexicon.PhaseOf(word.ToLowerInvariant()) != ColumnPhase.Unknown;

    private bool IsAbbreviation(int dot)
    {
        var word = _tokens.Line.AsSpan(_tokens[dot - 1].Start, _tokens[dot - 1].End - _tokens[dot - 1].Start);
        return dot + 1 < _tokens.Count && word.Length <= 6 && (_tokens[dot + 1].Kind is TokenKind.Number or TokenKind.Quantity || _tokens.Is(dot + 1, ':') || _tokens.Is(dot + 1, '=')
            || word.Equals("avg", StringComparison.OrdinalIgnoreCase) || word.Equals("ave", StringComparison.OrdinalIgnoreCase) || word.Equals("val", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A number in parentheses behind another: its mean, mostly.</summary>
    private bool IsMeanOfLast(int i) => i + 2 < _tokens.Count && _tokens[i].Start >= _numbers[^1].End && _tokens[i].Start - _numbers[^1].End <= 1 && _tokens[i + 1].Kind == TokenKind.Number
        && (_tokens.Is(i + 2, ')') || _tokens.Is(i + 2, ']') || _tokens.Is(i + 2, '%')) && _numbers[^1].Aside == NumberAside.None;

    /// <summary><c>Training loss (for one batch) at step 100</c>: the name goes on behind the remark.</summary>
    private bool LeadsToCounter(int i) => i + 2 < _tokens.Count && _tokens[i].Kind == TokenKind.Word && TextRoles.IsPreposition(_tokens.Text(i)) && _tokens[i + 1].Kind == TokenKind.Word
        && _roles.Of(_tokens.Text(i + 1)).Kind is RoleKind.Step or RoleKind.Epoch && _tokens[i + 2].Kind == TokenKind.Number;

    /// <summary>Finds where a remark between a name and its number ends, and keeps what it says of the phase; 0 when it is none.</summary>
    private int RemarkEnd(int i)
    {
        int end = i + 1;
        while (end < _tokens.Count && end - i < 8 && (_tokens[end].Kind == TokenKind.Word || _tokens.Is(end, ',') || _tokens.Is(end, '%') || _tokens.Is(end, '=')))
        {
            end++;
        }

        if (end + 1 >= _tokens.Count || !_tokens.Is(end, ')') || !(_tokens.Is(end + 1, ':') || _tokens.Is(end + 1, '=') || LeadsToCounter(end + 1)))
        {
            return 0;
        }

        for (int word = i + 1; word < end; word++)
        {
            // "val loss (train=False)" is about how the model was run.
            if (_tokens[word].Kind == TokenKind.Word && !_tokens.Is(word + 1, '=') && !_tokens.Is(word - 1, '=') && (RoleLexicon.PhaseOf(_tokens.Text(word).ToLowerInvariant()) != ColumnPhase.Unknown || _tokens.Text(word).Contains('/')))
            {
                _label.Append(_tokens.Text(word));
            }
        }

        return end + 1;
    }

    private int ReadWord(int i)
    {
        string word = _tokens.Text(i);
        var token = _tokens[i];
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

        if (!_label.IsAssigned && TextRoles.IsLevel(word))
        {
            // What stands before a level says who logs.
            _label.DropWords();
            return i + 1;
        }

        if (TextAsides.Announces(word))
        {
            _label.Clear();

            // TensorFlow's estimators tell what they measured as "Saving dict for global step 100: loss = 0.5".
            bool tells = i + 1 < _tokens.Count && _tokens.Text(i + 1) == "dict";
            _label.Phase = tells ? ColumnPhase.Validation : _label.Phase;
            _isBest = !tells;
            _label.Append(word);
            return i + 1;
        }

        if (_label.IsAssigned)
        {
            // The words before a colon were a heading, not a label.
            _label.Subject = _label.ToString();
            _label.Clear();
        }

        if (_label.Length == 0 && TextRoles.CounterIn(word) is { Name: var name, Count: var count })
        {
            _numbers.Add(new LabelledNumber(name, count, 0, true, _label.Phase) { Start = token.Start, End = token.End });
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

    private int ReadNumber(int i)
    {
        var token = _tokens[i];
        double total = 0;
        int next = i + 1;
        int end = token.End;
        bool isPair = false;
        if (next + 1 < _tokens.Count && _tokens.Is(next, '/') && _tokens[next + 1].Kind == TokenKind.Number && (_tokens[next + 1].Value > 0 || _label.Length > 0))
        {
            total = _tokens[next + 1].Value is > 0 and < 1e15 ? _tokens[next + 1].Value : 0;
            end = _tokens[next + 1].End;
            next += 2;
            isPair = true;
        }

        if (total == 0 && IsPartOfName(i))
        {
            _numbers.Add(new LabelledNumber(_label.LastWords(), token.Value, 0, false, _label.Phase) { Start = token.Start, End = token.End, Aside = NumberAside.Quantity });
            return next;
        }

        if (_namesFollow && _label.Length == 0 && next < _tokens.Count && _tokens[next].Kind == TokenKind.Word)
        {
            while (next < _tokens.Count && _tokens[next].Kind == TokenKind.Word)
            {
                _label.Append(_tokens.Text(next++));
            }

            Take(TextRoles.BehindNumber(_label.ToString()), token, end, 0);
            return next;
        }

        if (token.IsCount && (_label.Length == 0 || (!_label.IsAssigned && TextRoles.IsPreposition(_label.ToString()))) && CounterBehind(next) is > 0 and var behind)
        {
            // "10,000 steps | loss 2.3", "After 100 training step(s), loss is 2.3".
            _numbers.Add(new LabelledNumber(_tokens.Text(behind), token.Value, total, true, _label.Phase) { Start = token.Start, End = end });
            _label.DropWords();
            next = behind + 1;
            return next + 2 < _tokens.Count && _tokens.Is(next, '(') && _tokens.Is(next + 2, ')') && _tokens.Text(next + 1) == "s" ? next + 3 : next;
        }

        string label = _label.NameOf(_numbers);
        if (total == 0 && next < _tokens.Count && _tokens[next].Kind == TokenKind.Word && TextRoles.IsUnit(_tokens.Text(next)) && !(next + 1 < _tokens.Count && (_tokens.Is(next + 1, ':') || _tokens.Is(next + 1, '='))) && (_roles.Of(label).Kind == RoleKind.None || (!token.IsCount && _roles.Of(label).Kind is RoleKind.Step or RoleKind.Epoch)))
        {
            // "Speed: 859.71 samples/sec".
            _numbers.Add(new LabelledNumber(label, token.Value, 0, false, _label.Phase) { Start = token.Start, End = end, Aside = NumberAside.Quantity });
            _label.Clear();
            return next + 1;
        }

        if (_roles.SplitCounter(label) is { Counter: var counter, Subject: var subject })
        {
            // "Cost after iteration 100: 0.69", "valid MRR at step 100: 0.2".
            _label.Judge();
            _numbers.Add(new LabelledNumber(counter, token.Value, total, true, _label.Phase) { Start = token.Start, End = end });
            _label.Pending = subject;
            _label.Drop();
            return next;
        }

        if (!_label.IsAssigned && total == 0 && token.IsCount && label.Length > 0 && !_tokens.Text(i).Contains('.') && IsValueNext(next) && _roles.Of(label).Kind == RoleKind.Metric)
        {
            // "Train loss 12 0.534": the step stands between the name and the number.
            _numbers.Add(new LabelledNumber("step", token.Value, 0, true, _label.Phase) { Start = token.Start, End = end });
            return _tokens.Is(next, ':') ? next + 1 : next;
        }

        // "Test: [3/97]" and "Val Epoch: 3" are headings of an evaluation, "val loss 2.2" is not.
        if (_label.Length > 0 && ((isPair && TextRoles.MayHeadCounter(_label.ToString())) || _roles.Of(label).Kind == RoleKind.Epoch || (token.IsCount && !_label.IsAssigned && next < _tokens.Count && _tokens[next].Kind == TokenKind.Word && TextRoles.IsSetOfPhase(label))))
        {
            _label.Judge();
        }

        if (label.Length == 0 && _label.Pending.Length > 0 && total == 0)
        {
            label = _label.Pending;
            _label.Pending = string.Empty;
            _label.IsAssigned = true;
        }
        else if (label.Length > 0 && _label.Pending.Length > 0 && TextRoles.IsVerb(label))
        {
            label = _label.Pending;
            _label.Pending = string.Empty;
        }

        Take(label, token, end, total);
        return next;
    }

    /// <summary>Finds the word behind a number that says what it counts, with nothing but a mark or the end of the line behind it; 0 where there is none.</summary>
    private int CounterBehind(int i)
    {
        i += i + 1 < _tokens.Count && _tokens[i].Kind == TokenKind.Word && IsPhase(_tokens.Text(i)) ? 1 : 0;
        if (i >= _tokens.Count || _tokens[i].Kind != TokenKind.Word || _roles.Of(_tokens.Text(i)).Kind is not (RoleKind.Step or RoleKind.Epoch))
        {
            return 0;
        }

        return i + 1 == _tokens.Count || (_tokens[i + 1].Kind == TokenKind.Word && TextRoles.IsEnding(_tokens.Text(i + 1))) || (_tokens[i + 1].Kind == TokenKind.Mark && _tokens.Line[_tokens[i + 1].Start] is '|' or ',' or ';' or '-' or '(') ? i : 0;
    }

    /// <summary>Tells whether the number behind is one that a name and a step stand before.</summary>
    private bool IsValueNext(int i)
    {
        i += _tokens.Is(i, ':') ? 1 : 0;
        return i < _tokens.Count && _tokens[i].Kind == TokenKind.Number && (!_tokens[i].IsCount || _tokens.Text(i).Contains('.'));
    }

    /// <summary><c>Accuracy on 8,000 test images: 33 %</c>: a number between the words of a name.</summary>
    private bool IsPartOfName(int i)
    {
        if (_label.IsAssigned || _label.Length == 0 || !_tokens[i].IsCount || i == 0 || i + 1 >= _tokens.Count || _tokens[i + 1].Kind != TokenKind.Word || _tokens[i - 1].Kind != TokenKind.Word || !TextRoles.LeadsOn(_tokens.Text(i - 1)))
        {
            return false;
        }

        int next = i + 1;
        while (next < _tokens.Count && _tokens[next].Kind == TokenKind.Word)
        {
            next++;
        }

        return next < _tokens.Count && (_tokens.Is(next, ':') || _tokens.Is(next, '=')) && _roles.Of(_label.ToString()).Kind is not (RoleKind.Epoch or RoleKind.Step);
    }

    /// <summary>Takes a number with the words before it, which are then spent.</summary>
    private void Take(string label, TextToken token, int end, double total)
    {
        if (double.IsNaN(token.Value) && TextRoles.DeniesNaN(label))
        {
            _label.Drop();
            return;
        }

        _numbers.Add(new LabelledNumber(TextRoles.WithoutVerbs(label), token.Value, total, _label.IsAssigned, _label.Phase)
        {
            Start = token.Start,
            End = end,
            Aside = _isBest ? NumberAside.Best : NumberAside.None,
            IsPercent = end < _tokens.Line.Length && _tokens.Line[end] == '%',
            IsStated = label.Length > TextRoles.WithoutVerbs(label).Length,
            IsBareCounter = label.Length == 0 && (total > 0 || (_numbers.TrueForAll(number => number.Aside != NumberAside.None) && token.IsCount && BeginsLine(token))),
        });
        _label.Drop();
    }

    private bool BeginsLine(TextToken token) => _tokens.Line.AsSpan(0, token.Start).IndexOfAnyExcept(" \t|#<") < 0 && token.End < _tokens.Line.Length && (_tokens.Line[token.End] is ':' or '\t' or ')' or '|' or '>' || (_tokens.Line[token.End] == ' ' && NamesNoCounter()));

    /// <summary><c>  1 train loss: 0.5</c>: the first number counts where no name of the line says that another does.</summary>
    private bool NamesNoCounter()
    {
        for (int i = 1; i < _tokens.Count; i++)
        {
            if (_tokens[i].Kind == TokenKind.Word && (_roles.Of(_tokens.Text(i)).Kind is RoleKind.Step or RoleKind.Epoch || TextRoles.CounterIn(_tokens.Text(i)) is not null))
            {
                return false;
            }
        }

        return _tokens.Count > 2 && (_tokens[1].Kind == TokenKind.Word || _tokens.Is(1, '|')) && _tokens[1].Start > _tokens[0].End;
    }
}
