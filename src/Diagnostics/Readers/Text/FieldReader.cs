using System.Globalization;
using System.Text;

namespace TrainingDoctor.Readers;

/// <summary>Finds the numbers of a printed line and the words that name them.</summary>
/// <param name="roles">What words mean.</param>
internal sealed class FieldReader(TextRoles roles)
{
    private const int LongestLabel = 200;
    private const int MostElements = 100_000;

    private readonly StringBuilder _label = new();
    private readonly TextTokenizer _tokenizer = new();
    private readonly List<TextToken> _tokens = [];
    private List<LabelledNumber> _numbers = [];
    private string _line = string.Empty;
    private string _subject = string.Empty;
    private string _pending = string.Empty;
    private string _output = string.Empty;
    private ColumnPhase _phase;
    private bool _assigned;
    private bool _isBest;
    private bool _namesFollow;

    /// <summary>Gets the values of the list that the line ends with or consists of, with its name: a curve printed whole.</summary>
    public List<(string Label, double[] Values)> Lists { get; } = [];

    /// <summary>Gets the pieces of the line that was read last.</summary>
    public IReadOnlyList<TextToken> Tokens => _tokens;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, without decorations.</param>
    /// <param name="numbers">Takes its numbers, in order.</param>
    /// <returns>The phase of its last heading.</returns>
    public ColumnPhase Read(string line, List<LabelledNumber> numbers)
    {
        _tokenizer.Tokenize(line, _tokens);
        Lists.Clear();
        (_line, _numbers) = (line, numbers);

        // "* Acc@1 76.1 Acc@5 92.9" is how the ImageNet script of PyTorch, and whoever copied it, sums up an evaluation.
        _phase = line.AsSpan().TrimStart().StartsWith("* ") ? ColumnPhase.Validation : ColumnPhase.Unknown;
        _subject = _pending = _output = string.Empty;
        _isBest = false;
        _namesFollow = NamesFollowNumbers();
        Clear();
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

        Clear();
        return _phase;
    }

    private int ReadAside(int i)
    {
        var token = _tokens[i];
        if (token.Kind == TokenKind.Absent)
        {
            // A name without a number is no heading.
            _label.Clear();
            _assigned = false;
            return i + 1;
        }

        if (token.Kind == TokenKind.Time && RangeEnd(token) is { } last && roles.SplitCounter(Label()) is { } counted)
        {
            // "Average objective for minibatches 0-99 is 2.3".
            Judge();
            _numbers.Add(new LabelledNumber(counted.Counter, last, 0, true, _phase) { Start = token.Start, End = token.End });
            _pending = counted.Subject;
            _label.Clear();
            _assigned = false;
            return i + 1;
        }

        var aside = token.Kind switch { TokenKind.Time => NumberAside.Time, TokenKind.Progress => NumberAside.Progress, TokenKind.Spread => NumberAside.Repeat, _ => NumberAside.Quantity };
        _numbers.Add(new LabelledNumber(LastWords(), token.Value, 0, _assigned, _phase) { Start = token.Start, End = token.End, Aside = aside });
        if (token.Kind == TokenKind.Spread)
        {
            return i + 1;
        }

        Clear();
        return i + 1;
    }

    /// <summary>Tells whether a bar divides the number before it from another one, as in a table of several columns.</summary>
    private bool IsRowOfValues(int i) => i + 1 < _tokens.Count && _tokens[i].Kind == TokenKind.Mark && _line[_tokens[i].Start] is '|' or '│' && _tokens[i + 1].Kind is TokenKind.Number or TokenKind.Absent;

    /// <summary>Gets where a range such as <c>100-199</c> ends; null where a token is none.</summary>
    private double? RangeEnd(TextToken token)
    {
        var text = _line.AsSpan(token.Start, token.End - token.Start);
        return text.IndexOf('-') is > 0 and var dash && long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            && long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long last) && last >= first ? last : null;
    }

    private int ReadMark(int i)
    {
        var token = _tokens[i];
        char mark = _line[token.Start];
        bool isNextCount = i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && _tokens[i + 1].Start == token.End;
        bool touchesWord = i > 0 && _tokens[i - 1].Kind == TokenKind.Word && _tokens[i - 1].End == token.Start;
        switch (mark)
        {
            case '-' or '=' when i + 1 < _tokens.Count && _tokens[i + 1].Is(_line, '>'):
                _assigned = _label.Length > 0;
                return i + 2;
            case '-' when !_assigned && !touchesWord && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && _tokens[i + 1].Start > token.End && roles.Of(_label.ToString()).Kind == RoleKind.Metric:
                // "dice_loss - 0.35, iou_score - 0.7".
                _assigned = true;
                break;
            case '-' when !_assigned && !touchesWord && i + 2 < _tokens.Count && _tokens[i + 1].Is(_line, '-') && _tokens[i + 1].Start == token.End && _tokens[i + 2].Kind == TokenKind.Number
                && (roles.Of(_label.ToString()).Kind == RoleKind.Metric || IsPhase(_label.ToString())):
                // "epoch 3 -- loss -- 0.35".
                _assigned = true;
                return i + 2;
            case '-' when isNextCount && touchesWord && _label.Length > 0:
                // "Epoch-3" is one name.
                break;
            case '#' when isNextCount && _label.Length > 0 && roles.Of(_label.ToString()).Kind == RoleKind.None:
                // Caffe: "Test net output #0: loss = 2.3".
                _output = _label.ToString();
                _numbers.Add(new LabelledNumber("#", _tokens[i + 1].Value, 0, false, _phase) { Start = _tokens[i + 1].Start, End = _tokens[i + 1].End, Aside = NumberAside.Element });
                return i + 2;
            case '+' when i + 1 < _tokens.Count && _tokens[i + 1].Is(_line, '=') && _label.Length > 0:
                // "loss+=2.31".
                break;
            case '[' when _label.Length > 0 && i + 3 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Time && _tokens[i + 2].Is(_line, ']') && _tokens[i + 3].Is(_line, ':'):
                // "avg. loss [951-1000]: 2.3".
                _numbers.Add(new LabelledNumber(string.Empty, 0, 0, false, _phase) { Start = _tokens[i + 1].Start, End = _tokens[i + 1].End, Aside = NumberAside.Element });
                return i + 3;
            case '[' or '(' when Coordinates(i) is > 0 and var end:
                return end;
            case '[' or '(' when _label.Length > 0 && ListEnd(i) is > 0 and var end:
                return ReadList(i, end);
            case '(' or '[' or '{' when _numbers.Count > 0 && _label.Length == 0 && IsMeanOfLast(i):
                _numbers.Add(new LabelledNumber(_numbers[^1].Label, _tokens[i + 1].Value, 0, false, _phase) { Start = _tokens[i + 1].Start, End = _tokens[i + 1].End, Aside = NumberAside.Repeat });
                return i + 3;
            case '(' when _label.Length > 0 && RemarkEnd(i) is > 0 and var end:
                return end;
            case '%' when i + 1 < _tokens.Count && (_tokens[i + 1].Is(_line, ')') || _tokens[i + 1].Is(_line, ':')):
            case ')' or ']' or '}' when i + 1 < _tokens.Count && (_tokens[i + 1].Is(_line, ':') || _tokens[i + 1].Is(_line, '=')):
            case ')' when i + 1 < _tokens.Count && _tokens[i + 1].Is(_line, '[') && _label.Length > 0:
            case '.' when touchesWord && IsAbbreviation(i):
            case '.' when (i + 1 < _tokens.Count && _tokens[i + 1].Is(_line, '.')) || (i > 0 && _tokens[i - 1].Is(_line, '.')):
                // "Loss (train): 0.5", "Accuracy (%): 85", "Epoch(train) [1]", "Ep. 1", "avg. loss".
                break;
            case ':' when _label.Length > 0 && HeadsCounters(i):
                Clear();
                break;
            case ':' or '=' or '：' or '→':
                _assigned = _label.Length > 0;
                break;
            case '/' when _label.Length > 0 && i + 1 < _tokens.Count && _tokens[i - 1].Kind == TokenKind.Word && _tokens[i + 1].Kind == TokenKind.Word && IsPhase(Text(i - 1)) && IsPhase(Text(i + 1)):
                // "Train / Test accuracy: 0.2 / 0.1".
                Append("/");
                break;
            case '\'' or '"' or '[' or '(' or '{' or '*' or '_' or '#' or '>' or '/' or '（' or '【':
                break;
            case '\t':
                _isBest = false;
                if (!_assigned && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Word)
                {
                    Clear();
                }

                break;
            case ',' when i > 0 && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && (_tokens[i - 1].Is(_line, '\'') || _tokens[i - 1].Is(_line, '"')) && roles.Of(_label.ToString()).Kind != RoleKind.None:
                // ('loss:', 2.5), as Python prints a tuple.
                _assigned = true;
                break;
            case '|' or '│' when !_assigned && i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Number && !IsRowOfValues(i + 2) && roles.Of(Label()).Kind is RoleKind.Metric or RoleKind.Epoch or RoleKind.Step:
                // "train CrossEntropyLoss |  2.31".
                _assigned = true;
                break;
            case '|' or ';':
                _isBest = false;
                Clear();
                break;
            default:
                Clear();
                break;
        }

        return i + 1;
    }

    /// <summary><c>ctdet train: [1][10/100]</c>: the phase of a line before its counters.</summary>
    private bool HeadsCounters(int colon)
    {
        if (colon + 2 >= _tokens.Count || !_tokens[colon + 1].Is(_line, '[') || !_tokens[colon + 2].IsCount || ColumnName.Words(_label.ToString()) is not { Count: > 1 } words || words[^2] == "loss")
        {
            return false;
        }

        var phase = RoleLexicon.PhaseOf(words[^1]);
        if (phase == ColumnPhase.Unknown)
        {
            return false;
        }

        _label.Clear();
        _phase = phase;
        return true;
    }

    private static bool IsPhase(string word) => RoleLexicon.PhaseOf(word.ToLowerInvariant()) != ColumnPhase.Unknown;

    private bool IsAbbreviation(int dot)
    {
        var word = _line.AsSpan(_tokens[dot - 1].Start, _tokens[dot - 1].End - _tokens[dot - 1].Start);
        return dot + 1 < _tokens.Count && word.Length <= 6 && (_tokens[dot + 1].Kind is TokenKind.Number or TokenKind.Quantity || _tokens[dot + 1].Is(_line, ':') || _tokens[dot + 1].Is(_line, '=')
            || word.Equals("avg", StringComparison.OrdinalIgnoreCase) || word.Equals("ave", StringComparison.OrdinalIgnoreCase) || word.Equals("val", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A number in parentheses behind another: its mean, mostly.</summary>
    private bool IsMeanOfLast(int i) => i + 2 < _tokens.Count && _tokens[i].Start >= _numbers[^1].End && _tokens[i].Start - _numbers[^1].End <= 1 && _tokens[i + 1].Kind == TokenKind.Number
        && (_tokens[i + 2].Is(_line, ')') || _tokens[i + 2].Is(_line, ']') || _tokens[i + 2].Is(_line, '%')) && _numbers[^1].Aside == NumberAside.None;

    /// <summary><c>Training loss (for one batch) at step 100</c>: the name goes on behind the remark.</summary>
    private bool LeadsToCounter(int i) => i + 2 < _tokens.Count && _tokens[i].Kind == TokenKind.Word && TextRoles.IsPreposition(Text(i)) && _tokens[i + 1].Kind == TokenKind.Word
        && roles.Of(Text(i + 1)).Kind is RoleKind.Step or RoleKind.Epoch && _tokens[i + 2].Kind == TokenKind.Number;

    /// <summary>Finds where a remark between a name and its number ends, and keeps what it says of the phase; 0 when it is none.</summary>
    private int RemarkEnd(int i)
    {
        int end = i + 1;
        while (end < _tokens.Count && end - i < 8 && (_tokens[end].Kind == TokenKind.Word || _tokens[end].Is(_line, ',') || _tokens[end].Is(_line, '%') || _tokens[end].Is(_line, '=')))
        {
            end++;
        }

        if (end + 1 >= _tokens.Count || !_tokens[end].Is(_line, ')') || !(_tokens[end + 1].Is(_line, ':') || _tokens[end + 1].Is(_line, '=') || LeadsToCounter(end + 1)))
        {
            return 0;
        }

        for (int word = i + 1; word < end; word++)
        {
            // "val loss (train=False)" is about how the model was run.
            if (_tokens[word].Kind == TokenKind.Word && !_tokens[word + 1].Is(_line, '=') && !_tokens[word - 1].Is(_line, '=') && (RoleLexicon.PhaseOf(Text(word).ToLowerInvariant()) != ColumnPhase.Unknown || Text(word).Contains('/')))
            {
                Append(Text(word));
            }
        }

        return end + 1;
    }

    /// <summary>Takes counters in brackets: <c>[1, 2000]</c>, <c>[  10/560]</c>, <c>[0/60000 (0%)]</c>, <c>(39/116</c>.</summary>
    /// <returns>The token behind them; 0 when there are none.</returns>
    private int Coordinates(int i)
    {
        bool isCounter = _label.Length > 0 && roles.Of(_label.ToString()).Kind is RoleKind.Epoch or RoleKind.Step;
        if (_assigned && !isCounter)
        {
            return 0;
        }

        bool isSquare = _tokens[i].Is(_line, '[');
        int first = _numbers.Count;
        int next = i + 1;
        int count = 0;
        while (count < 3 && next < _tokens.Count && _tokens[next].IsCount && !Text(next).Contains('.'))
        {
            var number = _tokens[next];
            double total = 0;
            int end = number.End;
            if (next + 2 < _tokens.Count && _tokens[next + 1].Is(_line, '/') && _tokens[next + 2].IsCount)
            {
                total = _tokens[next + 2].Value;
                end = _tokens[next + 2].End;
                next += 2;
            }

            string name = count > 0 || !isCounter ? string.Empty : LastWords();
            _numbers.Add(new LabelledNumber(name, number.Value, total, name.Length > 0, _phase) { Start = number.Start, End = end, IsBareCounter = name.Length == 0 });
            count++;
            next++;
            if (next + 1 < _tokens.Count && (_tokens[next].Is(_line, ',') || (isSquare && _tokens[next].Is(_line, ':'))) && _tokens[next + 1].IsCount)
            {
                next++;
                continue;
            }

            break;
        }

        if (count == 1 && isSquare && _label.Length == 0 && next + 2 < _tokens.Count && _tokens[next].Is(_line, '|') && _tokens[next + 1].Kind is TokenKind.Number or TokenKind.Quantity && _tokens[next + 2].Is(_line, ']'))
        {
            // "[12 | 25.31] loss=2.3": a counter and how long it took.
            _numbers.Add(new LabelledNumber(string.Empty, _tokens[next + 1].Value, 0, false, _phase) { Start = _tokens[next + 1].Start, End = _tokens[next + 1].End, Aside = NumberAside.Quantity });
            next += 2;
        }

        // What is left inside: "(0%)", or the rest of a record in parentheses.
        int close = next;
        if (close < _tokens.Count && _tokens[close].Is(_line, '('))
        {
            while (close < _tokens.Count && close - next < 5 && !_tokens[close].Is(_line, ')'))
            {
                if (_tokens[close].Kind == TokenKind.Number)
                {
                    _numbers.Add(new LabelledNumber(string.Empty, _tokens[close].Value, 0, false, _phase) { Start = _tokens[close].Start, End = _tokens[close].End, Aside = NumberAside.Progress });
                }

                close++;
            }

            close++;
        }

        bool closes = close < _tokens.Count && (_tokens[close].Is(_line, isSquare ? ']' : ')'));
        bool hasTotal = count == 1 && _numbers[first].Total > 0;
        bool fits = count switch
        {
            0 => false,
            1 => isSquare ? closes || (hasTotal && isCounter) : hasTotal && isCounter,
            2 => isSquare && closes && (_label.Length == 0 || isCounter || roles.Of(_label.ToString()).Kind == RoleKind.Metric),
            _ => false,
        };
        if (!fits || (!isCounter && count == 1 && _label.Length > 0 && !hasTotal && RoleLexicon.PhaseOf(ColumnName.Words(_label.ToString()).FirstOrDefault(string.Empty)) == ColumnPhase.Unknown))
        {
            _numbers.RemoveRange(first, _numbers.Count - first);
            return 0;
        }

        if (count == 2)
        {
            _numbers[first] = _numbers[first] with { Label = "epoch", IsAssigned = true, IsBareCounter = false };
            _numbers[first + 1] = _numbers[first + 1] with { Label = "step", IsAssigned = true, IsBareCounter = false };
        }

        if (count == 1 && _label.Length > 0)
        {
            Judge();
        }

        // "Loss [1, 100](epoch, minibatch): 1.9" goes on naming the loss.
        if (count == 1 || isCounter)
        {
            _label.Clear();
            _assigned = false;
        }

        return closes ? close + 1 : next;
    }

    /// <summary>Finds the end of a list of values behind a name; 0 when there is none.</summary>
    private int ListEnd(int i)
    {
        int end = i + 1;
        int values = 0;
        bool isReal = false;
        while (end < _tokens.Count && end - i < MostElements)
        {
            var token = _tokens[end];
            if (token.Is(_line, ']') || token.Is(_line, ')'))
            {
                return values >= 2 && (isReal || roles.Of(_label.ToString()).Kind == RoleKind.Metric) ? end : 0;
            }

            if (token.Kind == TokenKind.Number)
            {
                values++;
                isReal |= token.Value != Math.Floor(token.Value);
            }
            else if (token.Kind != TokenKind.Absent && !token.Is(_line, ',') && !token.Is(_line, '\t'))
            {
                return 0;
            }

            end++;
        }

        return 0;
    }

    /// <summary>A list is a curve printed whole, or the values of the parts of a loss or of classes: their sum, or the mean of scores.</summary>
    private int ReadList(int start, int end)
    {
        string name = Label();
        var values = new List<double>();
        for (int i = start + 1; i < end; i++)
        {
            if (_tokens[i].Kind == TokenKind.Number)
            {
                values.Add(_tokens[i].Value);
            }
        }

        Lists.Add((name, [.. values]));
        bool isScore = roles.Of(name) is { Kind: RoleKind.Metric, Metric: not Metric.Loss };
        _numbers.Add(new LabelledNumber(name, isScore ? values.Average() : values.Sum(), 0, true, _phase)
        {
            Start = _tokens[start].Start,
            End = _tokens[end].End,
            Listed = values.Count,
            Aside = _isBest ? NumberAside.Best : NumberAside.None,
        });
        _label.Clear();
        _assigned = false;
        return end + 1;
    }

    private int ReadWord(int i)
    {
        string word = Text(i);
        var token = _tokens[i];
        if (_label.Length > 0 && i + 1 < _tokens.Count && _tokens[i + 1].Is(_line, '(') && _tokens[i + 1].Start == token.End && IsTypeOfNumber(word))
        {
            return i + 2;
        }

        if (_assigned && word == "Tensor" && TypeEnd(i + 1) is > 0 and var typed)
        {
            // "Loss: Tensor Float []  2.31", as Haskell shows a tensor.
            return typed;
        }

        if (IsMonth(word) && i + 1 < _tokens.Count && _tokens[i + 1].Kind is TokenKind.Number or TokenKind.Time)
        {
            // "Training Loss (Fri Nov  1 10:00:00 2019)".
            Clear();
            return i + 1;
        }

        if (!_assigned && TextRoles.IsLevel(word))
        {
            // What stands before a level says who logs.
            _label.Clear();
            return i + 1;
        }

        if (TextAsides.Announces(word))
        {
            Clear();

            // TensorFlow's estimators tell what they measured as "Saving dict for global step 100: loss = 0.5".
            bool tells = i + 1 < _tokens.Count && Text(i + 1) == "dict";
            _phase = tells ? ColumnPhase.Validation : _phase;
            _isBest = !tells;
            Append(word);
            return i + 1;
        }

        if (_assigned)
        {
            // The words before a colon were a heading, not a label.
            _subject = _label.ToString();
            Clear();
        }

        if (_label.Length == 0 && TextRoles.CounterIn(word) is { Name: var name, Count: var count })
        {
            _numbers.Add(new LabelledNumber(name, count, 0, true, _phase) { Start = token.Start, End = token.End });
            return i + 1;
        }

        Append(word);
        return i + 1;
    }

    /// <summary>Finds the number behind the type of a tensor; 0 where something else stands there.</summary>
    private int TypeEnd(int i)
    {
        while (i < _tokens.Count && (_tokens[i].Is(_line, '[') || _tokens[i].Is(_line, ']') || (_tokens[i].Kind == TokenKind.Word && Text(i) is "Float" or "Double" or "Half" or "Int64")))
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
        if (next + 1 < _tokens.Count && _tokens[next].Is(_line, '/') && _tokens[next + 1].Kind == TokenKind.Number && (_tokens[next + 1].Value > 0 || _label.Length > 0))
        {
            total = _tokens[next + 1].Value is > 0 and < 1e15 ? _tokens[next + 1].Value : 0;
            end = _tokens[next + 1].End;
            next += 2;
            isPair = true;
        }

        if (total == 0 && IsPartOfName(i))
        {
            _numbers.Add(new LabelledNumber(LastWords(), token.Value, 0, false, _phase) { Start = token.Start, End = token.End, Aside = NumberAside.Quantity });
            return next;
        }

        if (_namesFollow && _label.Length == 0 && next < _tokens.Count && _tokens[next].Kind == TokenKind.Word)
        {
            while (next < _tokens.Count && _tokens[next].Kind == TokenKind.Word)
            {
                Append(Text(next++));
            }

            Take(TextRoles.BehindNumber(_label.ToString()), token, end, 0);
            return next;
        }

        if (token.IsCount && (_label.Length == 0 || (!_assigned && TextRoles.IsPreposition(_label.ToString()))) && CounterBehind(next) is > 0 and var behind)
        {
            // "10,000 steps | loss 2.3", "After 100 training step(s), loss is 2.3".
            _numbers.Add(new LabelledNumber(Text(behind), token.Value, total, true, _phase) { Start = token.Start, End = end });
            _label.Clear();
            next = behind + 1;
            return next + 2 < _tokens.Count && _tokens[next].Is(_line, '(') && _tokens[next + 2].Is(_line, ')') && Text(next + 1) == "s" ? next + 3 : next;
        }

        string label = Label();
        if (total == 0 && next < _tokens.Count && _tokens[next].Kind == TokenKind.Word && TextRoles.IsUnit(Text(next)) && !(next + 1 < _tokens.Count && (_tokens[next + 1].Is(_line, ':') || _tokens[next + 1].Is(_line, '='))) && (roles.Of(label).Kind == RoleKind.None || (!token.IsCount && roles.Of(label).Kind is RoleKind.Step or RoleKind.Epoch)))
        {
            // "Speed: 859.71 samples/sec".
            _numbers.Add(new LabelledNumber(label, token.Value, 0, false, _phase) { Start = token.Start, End = end, Aside = NumberAside.Quantity });
            Clear();
            return next + 1;
        }

        if (roles.SplitCounter(label) is { Counter: var counter, Subject: var subject })
        {
            // "Cost after iteration 100: 0.69", "valid MRR at step 100: 0.2".
            Judge();
            _numbers.Add(new LabelledNumber(counter, token.Value, total, true, _phase) { Start = token.Start, End = end });
            _pending = subject;
            _label.Clear();
            _assigned = false;
            return next;
        }

        if (!_assigned && total == 0 && token.IsCount && label.Length > 0 && !Text(i).Contains('.') && IsValueNext(next) && roles.Of(label).Kind == RoleKind.Metric)
        {
            // "Train loss 12 0.534": the step stands between the name and the number.
            _numbers.Add(new LabelledNumber("step", token.Value, 0, true, _phase) { Start = token.Start, End = end });
            return next < _tokens.Count && _tokens[next].Is(_line, ':') ? next + 1 : next;
        }

        // "Test: [3/97]" and "Val Epoch: 3" are headings of an evaluation, "val loss 2.2" is not.
        if (_label.Length > 0 && ((isPair && TextRoles.MayHeadCounter(_label.ToString())) || roles.Of(label).Kind == RoleKind.Epoch || (token.IsCount && !_assigned && next < _tokens.Count && _tokens[next].Kind == TokenKind.Word && TextRoles.IsSetOfPhase(label))))
        {
            Judge();
        }

        if (label.Length == 0 && _pending.Length > 0 && total == 0)
        {
            label = _pending;
            _pending = string.Empty;
            _assigned = true;
        }
        else if (label.Length > 0 && _pending.Length > 0 && TextRoles.IsVerb(label))
        {
            label = _pending;
            _pending = string.Empty;
        }

        Take(label, token, end, total);
        return next;
    }

    /// <summary>Finds the word behind a number that says what it counts, with nothing but a mark or the end of the line behind it; 0 where there is none.</summary>
    private int CounterBehind(int i)
    {
        i += i + 1 < _tokens.Count && _tokens[i].Kind == TokenKind.Word && IsPhase(Text(i)) ? 1 : 0;
        if (i >= _tokens.Count || _tokens[i].Kind != TokenKind.Word || roles.Of(Text(i)).Kind is not (RoleKind.Step or RoleKind.Epoch))
        {
            return 0;
        }

        return i + 1 == _tokens.Count || (_tokens[i + 1].Kind == TokenKind.Word && TextRoles.IsEnding(Text(i + 1))) || (_tokens[i + 1].Kind == TokenKind.Mark && _line[_tokens[i + 1].Start] is '|' or ',' or ';' or '-' or '(') ? i : 0;
    }

    /// <summary>Tells whether the number behind is one that a name and a step stand before.</summary>
    private bool IsValueNext(int i)
    {
        i += i < _tokens.Count && _tokens[i].Is(_line, ':') ? 1 : 0;
        return i < _tokens.Count && _tokens[i].Kind == TokenKind.Number && (!_tokens[i].IsCount || Text(i).Contains('.'));
    }

    /// <summary><c>Accuracy on 8,000 test images: 33 %</c>: a number between the words of a name.</summary>
    private bool IsPartOfName(int i)
    {
        if (_assigned || _label.Length == 0 || !_tokens[i].IsCount || i == 0 || i + 1 >= _tokens.Count || _tokens[i + 1].Kind != TokenKind.Word || _tokens[i - 1].Kind != TokenKind.Word || !TextRoles.LeadsOn(Text(i - 1)))
        {
            return false;
        }

        int next = i + 1;
        while (next < _tokens.Count && _tokens[next].Kind == TokenKind.Word)
        {
            next++;
        }

        return next < _tokens.Count && (_tokens[next].Is(_line, ':') || _tokens[next].Is(_line, '=')) && roles.Of(_label.ToString()).Kind is not (RoleKind.Epoch or RoleKind.Step);
    }

    /// <summary>Darknet: <c>100: 2.31, 2.45 avg loss, 0.001 rate, 3.2 seconds</c>. Names stand behind numbers where most numbers of a line are followed, and none preceded, by words.</summary>
    private bool NamesFollowNumbers()
    {
        int followed = 0;
        bool isMeasured = false;
        for (int i = 0; i < _tokens.Count; i++)
        {
            if (_tokens[i].Kind != TokenKind.Number)
            {
                continue;
            }

            if (i > 0 && !_tokens[i - 1].Is(_line, ',') && !(i == 1 && _tokens[0].IsCount) && !(i > 1 && _tokens[i - 1].Is(_line, ':') && _tokens[i - 2].Kind == TokenKind.Number))
            {
                return false;
            }

            if (i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Word)
            {
                int end = i + 2;
                while (end < _tokens.Count && _tokens[end].Kind == TokenKind.Word)
                {
                    end++;
                }

                followed++;
                isMeasured |= roles.Of(TextRoles.BehindNumber(_line[_tokens[i + 1].Start.._tokens[end - 1].End])).Kind == RoleKind.Metric;
            }
        }

        return followed > 1 && isMeasured;
    }

    /// <summary>Takes a number with the words before it, which are then spent.</summary>
    private void Take(string label, TextToken token, int end, double total)
    {
        if (double.IsNaN(token.Value) && TextRoles.DeniesNaN(label))
        {
            _label.Clear();
            _assigned = false;
            return;
        }

        _numbers.Add(new LabelledNumber(TextRoles.WithoutVerbs(label), token.Value, total, _assigned, _phase)
        {
            Start = token.Start,
            End = end,
            Aside = _isBest ? NumberAside.Best : NumberAside.None,
            IsPercent = end < _line.Length && _line[end] == '%',
            IsStated = label.Length > TextRoles.WithoutVerbs(label).Length,
            IsBareCounter = label.Length == 0 && (total > 0 || (_numbers.TrueForAll(number => number.Aside != NumberAside.None) && token.IsCount && BeginsLine(token))),
        });
        _label.Clear();
        _assigned = false;
    }

    private bool BeginsLine(TextToken token) => _line.AsSpan(0, token.Start).IndexOfAnyExcept(" \t|#<") < 0 && token.End < _line.Length && (_line[token.End] is ':' or '\t' or ')' or '|' or '>' || (_line[token.End] == ' ' && NamesNoCounter()));

    /// <summary><c>  1 train loss: 0.5</c>: the first number counts where no name of the line says that another does.</summary>
    private bool NamesNoCounter()
    {
        for (int i = 1; i < _tokens.Count; i++)
        {
            if (_tokens[i].Kind == TokenKind.Word && (roles.Of(Text(i)).Kind is RoleKind.Step or RoleKind.Epoch || TextRoles.CounterIn(Text(i)) is not null))
            {
                return false;
            }
        }

        return _tokens.Count > 2 && (_tokens[1].Kind == TokenKind.Word || _tokens[1].Is(_line, '|')) && _tokens[1].Start > _tokens[0].End;
    }

    private void Append(string word)
    {
        if (_label.Length > 0)
        {
            _label.Append(' ');
        }

        if (_label.Length < LongestLabel)
        {
            _label.Append(word);
        }
    }

    private string Text(int i) => _line[_tokens[i].Start.._tokens[i].End];

    /// <summary><c>loss: tensor(2.3, device='cuda:0')</c>, <c>'loss': np.float64(2.3)</c>, <c>loss: Some(2.3)</c>.</summary>
    private static bool IsTypeOfNumber(string word) => word is "tensor" or "Tensor" or "array" or "Array" or "DeviceArray" or "NDArray" or "Variable" or "Scalar" or "scalar" or "Some" or "float" or "Float32" or "Float64" or "Decimal"
        or "np.float64" or "np.float32" or "np.float16" or "numpy.float64" or "numpy.float32" or "jnp.float32";

    private static bool IsMonth(string word) => word is "Jan" or "Feb" or "Mar" or "Apr" or "May" or "Jun" or "Jul" or "Aug" or "Sep" or "Oct" or "Nov" or "Dec";

    private string Label()
    {
        string label = _label.ToString();
        if (_output.Length > 0 && label.Length > 0)
        {
            return $"{_output} {label}";
        }

        // "loss train: 0.5, val: 0.6".
        if (label.Length is > 0 and < 12 && RoleLexicon.PhaseOf(label.ToLowerInvariant()) != ColumnPhase.Unknown && _numbers.Count > 0 && MetricBefore() is { } metric)
        {
            return $"{label} {metric}";
        }

        if (_subject.Length > 0 && label.Length > 0)
        {
            // "loss: train 0.5, val 0.6".
            if (RoleLexicon.PhaseOf(label.ToLowerInvariant()) != ColumnPhase.Unknown)
            {
                return $"{label} {_subject}";
            }

            _subject = string.Empty;
        }

        return LastWords();
    }

    /// <summary>Finds what the number before measures, where its name says of which phase.</summary>
    private string? MetricBefore()
    {
        var last = _numbers[^1];
        if (last.Aside != NumberAside.None || last.Total > 0 || roles.Of(last.Label) is not { Kind: RoleKind.Metric, Phase: not ColumnPhase.Unknown })
        {
            return null;
        }

        string rest = string.Join(' ', ColumnName.Words(last.Label).Where(word => RoleLexicon.PhaseOf(word) == ColumnPhase.Unknown));
        return rest.Length > 0 ? rest : null;
    }

    private string LastWords()
    {
        string label = _label.ToString();
        int words = 0;
        for (int i = label.Length - 1; i >= 0; i--)
        {
            if (label[i] == ' ' && ++words == 6)
            {
                string last = label[(i + 1)..];
                return roles.Of(last).Kind == RoleKind.None && roles.Of(label).Kind == RoleKind.Metric ? label : last;
            }
        }

        return label;
    }

    private void Clear()
    {
        Judge();
        _label.Clear();
        _assigned = false;
    }

    /// <summary>A word for a phase that stands before no number, as in <c>[EVAL]</c> or <c>Test set:</c>, holds until there is another.</summary>
    private void Judge()
    {
        if (_label.Length is > 0 and < 40 && ColumnName.Words(_label.ToString()) is { Count: > 0 } words && TextRoles.PhaseOfHeading(words) is not ColumnPhase.Unknown and var phase)
        {
            _phase = phase;
        }
    }
}
