using TrainingDoctor.Readers.Printed;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Accounts;

/// <summary>Accounts for the numbers of a printed line: those that its reader took, and, by taking the line apart once more, those that it did not.</summary>
/// <param name="account">Takes the numbers of each line.</param>
internal sealed class LineAccount(ReadingAccount account)
{
    private const int LongestName = 60;

    private readonly TextTokenizer _tokenizer = new();
    private readonly List<TextToken> _tokens = [];
    private readonly List<AccountedSpan> _taken = [];

    /// <summary>Begins a line.</summary>
    public void Begin() => _taken.Clear();

    /// <summary>Takes down what a number was taken for.</summary>
    public void Take(LabelledNumber number, NumberUse use, string why, int column = -1) =>
        _taken.Add(new AccountedSpan(number.Start, number.End, number.Label, column, use, why));

    /// <summary>Takes down a number that can be no measurement.</summary>
    public void TakeAside(LabelledNumber number)
    {
        var (use, why) = number.Aside switch
        {
            NumberAside.Time => (NumberUse.Time, "it is a date, a time or a version"),
            NumberAside.Quantity => (NumberUse.Time, "it is a duration, a size, a speed, or how many things a name is of"),
            NumberAside.Progress => (NumberUse.Unused, "it says how much of a bar is done"),
            NumberAside.Repeat => (NumberUse.Unused, "it is the mean or the spread of the number before it"),
            NumberAside.Best => (NumberUse.Unused, "it repeats what was best, or was saved"),
            NumberAside.Setting => (NumberUse.Setting, "it says how the number behind it was measured"),
            _ => (NumberUse.Unused, "it is one of a list"),
        };
        Take(number, use, why);
    }

    /// <summary>Takes down a number whose name is of nothing that counts or measures.</summary>
    public void TakeNameless(LabelledNumber number, bool isSetting)
    {
        var (use, why) = number.Label.Length == 0 ? (NumberUse.Unused, "no name stands before it")
            : PlannedUse.IsOfTime(number.Label) ? (NumberUse.Time, "its name is of a time, a size or a speed")
            : isSetting ? (NumberUse.Setting, "its line measures nothing")
            : (NumberUse.Unused, "its name is of no metric that a rule uses; --map ROLE=COLUMN gives it a role");
        Take(number, use, why);
    }

    /// <summary>Takes down the numbers of a part of the line.</summary>
    public void Take(int start, int end, string name, int column, NumberUse use, string why) => _taken.Add(new AccountedSpan(start, end, name, column, use, why));

    /// <summary>Says of a number that was taken that it stands in a column, whose use is told when all names are known: what one name alone means to nobody, it may mean beside others.</summary>
    public void Assign(int taken, int column) => _taken[taken] = _taken[taken] with { Column = column };

    /// <summary>Says of all that was taken so far that it was used for nothing.</summary>
    public void Withdraw(int from, string why)
    {
        for (int i = from; i < _taken.Count; i++)
        {
            _taken[i] = _taken[i].Use is NumberUse.Time or NumberUse.Setting && _taken[i].Column < 0 ? _taken[i] : _taken[i] with { Column = -1, Use = NumberUse.Unused, Why = why };
        }
    }

    /// <summary>Gets how many numbers were taken so far.</summary>
    public int Count => _taken.Count;

    /// <summary>Ends the line.</summary>
    /// <param name="text">The line as it was read.</param>
    /// <param name="line">Its number.</param>
    /// <param name="why">Why nobody took what is left of its numbers.</param>
    public void End(string text, long line, string why)
    {
        _tokenizer.Tokenize(text, _tokens);
        var numbers = new List<AccountedSpan>();
        int word = -1;
        foreach (var token in _tokens)
        {
            if (token.Kind == TokenKind.Word)
            {
                word = token.Start;
            }

            // A key in quotes may begin with a number.
            if (token.Kind is TokenKind.Mark or TokenKind.Absent || (token.Kind == TokenKind.Word && !char.IsAsciiDigit(text[token.Start])))
            {
                continue;
            }

            int taken = _taken.FindIndex(span => span.Start < token.End && token.Start < span.End);
            string name = word < 0 ? string.Empty : text[word..token.Start].Trim(' ', ':', '=', '[', '(', '\t', '"', '\'');
            name = name.Length > LongestName ? string.Empty : name;
            numbers.Add(taken >= 0 ? _taken[taken] with { Start = token.Start, End = token.End }
                : token.Kind is TokenKind.Time or TokenKind.Quantity ? new AccountedSpan(token.Start, token.End, name, -1, NumberUse.Time, "a date, a time, or a number with a unit")
                : new AccountedSpan(token.Start, token.End, name, -1, NumberUse.Unused, why));
            word = -1;
        }

        account.Take(new LineNumbers(line, text, numbers));
        _taken.Clear();
    }
}
