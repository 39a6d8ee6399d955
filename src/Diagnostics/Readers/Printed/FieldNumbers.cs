using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Says what a number is called by the words and marks around it: a counter, a value of the name before or behind it, a part of a name, or how much of something.</summary>
/// <param name="line">The line, as far as it is read.</param>
internal sealed class FieldNumbers(FieldLine line)
{
    private readonly TextRoles _roles = line.Roles;
    private readonly LineTokens _tokens = line.Tokens;
    private readonly FieldLabel _label = line.Label;
    private readonly List<LabelledNumber> _numbers = line.Numbers;

    /// <summary>Reads a number.</summary>
    /// <param name="i">The number.</param>
    /// <returns>The token behind all that was read.</returns>
    public int Read(int i)
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

        int name = _tokens.Is(next, '%') ? next + 1 : next;
        if (line.NamesFollowFrom > 0 && i == line.NamesFollowFrom)
        {
            // What stands before is of which phase.
            _label.Phase = RoleLexicon.PhaseOf(_tokens.Text(i - 1).ToLowerInvariant());
            _label.Drop();
        }

        if (i >= line.NamesFollowFrom && _label.Length == 0 && name < _tokens.Count && _tokens[name].Kind == TokenKind.Word)
        {
            for (next = name; next < _tokens.Count && _tokens[next].Kind == TokenKind.Word; next++)
            {
                _label.Append(_tokens.Text(next));
            }

            Take(TextRoles.BehindNumber(_label.ToString(), _tokens.Is(name - 1, '%')), token, end, 0);
            return next;
        }

        bool isPlaced = !_label.IsAssigned && _label.Length > 0 && _label.LeadsToPlace();
        if (token.IsCount && (_label.Length == 0 || isPlaced) && CounterBehind(next, isPlaced) is > 0 and var behind)
        {
            // "10,000 steps | loss 2.3", "After 100 training step(s), loss is 2.3", "Test accuracy after 3 epochs is 0.9".
            _numbers.Add(new LabelledNumber(_tokens.Text(behind), token.Value, total, true, _label.Phase) { Start = token.Start, End = end });
            _label.KeepSubject();
            next = behind + 1;
            return next + 2 < _tokens.Count && _tokens.Is(next, '(') && _tokens.Is(next + 2, ')') && _tokens.Text(next + 1) == "s" ? next + 3 : next;
        }

        if (_label.Length == 0 && _label.Pending.Length == 0 && !token.IsCount && next + 2 < _tokens.Count && _tokens.Is(next, '(') && _tokens.Is(next + 2, ')') && FieldLine.IsPhase(_tokens.Text(next + 1)))
        {
            // "2.5 (train) 2.6 (val)".
            Take(_tokens.Text(next + 1), token, end, 0);
            return next + 3;
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
        if (_label.Length > 0 && ((isPair && TextRoles.MayHeadCounter(_label.ToString())) || _roles.Of(label).Kind == RoleKind.Epoch || (_roles.Of(label).Kind == RoleKind.Step && HeadsPlace(label)) || (token.IsCount && HeadsEvaluation(label)) || (token.IsCount && !_label.IsAssigned && next < _tokens.Count && _tokens[next].Kind == TokenKind.Word && TextRoles.IsSetOfPhase(label))))
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

    /// <summary><c>Evaluation at step 100: loss=0.5</c>: what is measured there is of the phase before the step.</summary>
    private static bool HeadsPlace(string label) => ColumnName.Words(label) is { Count: > 2 } words && TextRoles.IsPreposition(words[^2]) && RoleLexicon.PhaseOf(words[0]) != ColumnPhase.Unknown;

    /// <summary><c>Validation Step 100, Total Loss: 0.5</c>: a counter of two words, of which the first says that the line is of an evaluation.</summary>
    private static bool HeadsEvaluation(string label) => ColumnName.Words(label) is [var phase, "step" or "iteration" or "iter"] && RoleLexicon.PhaseOf(phase) is ColumnPhase.Validation or ColumnPhase.Test;

    /// <summary>Finds the word behind a number that says what it counts, with nothing but a mark or the end of the line behind it unless a preposition stands before the number; 0 where there is none.</summary>
    private int CounterBehind(int i, bool isPlaced)
    {
        i += i + 1 < _tokens.Count && _tokens[i].Kind == TokenKind.Word && FieldLine.IsPhase(_tokens.Text(i)) ? 1 : 0;
        if (i >= _tokens.Count || _tokens[i].Kind != TokenKind.Word || _roles.Of(_tokens.Text(i)).Kind is not (RoleKind.Step or RoleKind.Epoch))
        {
            return 0;
        }

        return i + 1 == _tokens.Count || (_tokens[i + 1].Kind == TokenKind.Word && (isPlaced || TextRoles.IsEnding(_tokens.Text(i + 1)))) || (_tokens[i + 1].Kind == TokenKind.Mark && _tokens.Line[_tokens[i + 1].Start] is '|' or ',' or ';' or '-' or '(') ? i : 0;
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
            Aside = line.IsBest ? NumberAside.Best : NumberAside.None,
            IsPercent = end < _tokens.Line.Length && _tokens.Line[end] == '%',
            IsStated = label.Length > TextRoles.WithoutVerbs(label).Length,
            IsBareCounter = label.Length == 0 && (total > 0 || (_numbers.TrueForAll(number => number.Aside != NumberAside.None) && token.IsCount && BeginsLine(token))),
        });
        _label.Drop();
    }

    private bool BeginsLine(TextToken token) => _tokens.Line.AsSpan(0, token.Start).IndexOfAnyExcept(" \t|#<") < 0 && token.End < _tokens.Line.Length && (_tokens.Line[token.End] is ':' or '\t' or ')' or '|' or '>' || (_tokens.Line[token.End] is ' ' or ',' && NamesNoCounter()));

    /// <summary><c>  1 train loss: 0.5</c>: the first number counts where no name of the line says that another does.</summary>
    private bool NamesNoCounter()
    {
        for (int i = 1; i < _tokens.Count; i++)
        {
            bool isOfName = i + 1 < _tokens.Count && _tokens[i + 1].Kind == TokenKind.Word;
            if (_tokens[i].Kind == TokenKind.Word && !isOfName && (_roles.Of(_tokens.Text(i)).Kind is RoleKind.Step or RoleKind.Epoch || TextRoles.CounterIn(_tokens.Text(i)) is not null))
            {
                return false;
            }
        }

        int first = _tokens.Is(1, ',') ? 2 : _tokens.Count > 4 && _tokens.Is(1, '(') && _tokens.Is(3, '%') && _tokens.Is(4, ')') ? 5 : 1;
        first += first == 5 && (_tokens.Is(first, ':') || _tokens.Is(first, '-')) ? 1 : 0;
        first += _tokens.Is(first, '\t') ? 1 : 0;
        return _tokens.Count > first && _tokens.Count > 2 && (_tokens[first].Kind == TokenKind.Word || _tokens.Is(1, '|')) && _tokens[first].Start > _tokens[0].End;
    }
}
