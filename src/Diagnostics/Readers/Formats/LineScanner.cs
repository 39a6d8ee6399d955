using System.Globalization;
using System.Text;

namespace TrainingDoctor.Readers;

/// <summary>A number of a line, with the words before it.</summary>
/// <param name="Label">The words, at most the last four; empty when there are none.</param>
/// <param name="Value">The number.</param>
/// <param name="Total">The number behind a slash, as in <c>10/1000</c>; 0 when there is none.</param>
/// <param name="IsAssigned">Whether a colon or an equals sign stands between the words and the number.</param>
/// <param name="Phase">The phase of the last heading before it in its line, as in <c>train: loss 0.5 | val: loss 0.6</c>.</param>
internal readonly record struct LabelledNumber(string Label, double Value, double Total, bool IsAssigned, ColumnPhase Phase);

/// <summary>Finds the numbers of a line and what they are called.</summary>
internal sealed class LineScanner
{
    private readonly StringBuilder _label = new();
    private readonly Numerals _numerals = new();
    private string _subject = string.Empty;
    private ColumnPhase _phase;
    private bool _assigned;

    /// <summary>Scans a line.</summary>
    /// <returns>The phase of its last heading.</returns>
    public ColumnPhase Scan(string line, List<LabelledNumber> numbers)
    {
        // "* Acc@1 76.1 Acc@5 92.9" is how the ImageNet script of PyTorch, and whoever copied it, sums up an evaluation.
        _phase = line.AsSpan().TrimStart().StartsWith("* ") ? ColumnPhase.Validation : ColumnPhase.Unknown;
        _subject = string.Empty;
        Clear();
        int i = 0;
        while (i < line.Length)
        {
            char c = line[i];
            if (char.IsAsciiDigit(c) || (c is '-' or '+' or '.' && i + 1 < line.Length && (char.IsAsciiDigit(line[i + 1]) || line[i + 1] == '.') && (i == 0 || !char.IsLetterOrDigit(line[i - 1]))))
            {
                i = ScanNumber(line, i, numbers);
            }
            else if (char.IsLetter(c) || c is '_')
            {
                i = ScanWord(line, i, numbers);
            }
            else if (c == '∞')
            {
                Take(i > 0 && line[i - 1] == '-' ? double.NegativeInfinity : double.PositiveInfinity, 0, numbers);
                i++;
            }
            else
            {
                i = ScanMark(line, i);
            }
        }

        Clear();
        return _phase;
    }

    /// <summary>Returns where to go on.</summary>
    private int ScanMark(string line, int i)
    {
        bool hasDigit = i + 1 < line.Length && char.IsAsciiDigit(line[i + 1]);
        switch (line[i])
        {
            case '-' or '=' when i + 1 < line.Length && line[i + 1] == '>':
                _assigned = _label.Length > 0;
                return i + 2;
            case '-' when hasDigit && _label.Length > 0 && char.IsLetter(line[i - 1]):
                // "Epoch-3" is one name.
                break;
            case '#' when hasDigit && _label.Length > 0 && ColumnClassifier.Classify(_label.ToString()).Kind == RoleKind.None:
                // Caffe: "Test net output #0: loss = 2.3".
                return Numerals.EndOf(line, i + 1);
            case '%' when line.AsSpan(i + 1).StartsWith(")"):
            case ')' when line.AsSpan(i + 1).TrimStart() is [':' or '=', ..]:
                // "Loss (train): 0.5", "Accuracy (%): 85".
                break;
            case ':' or '=' or '：' or '→':
                _assigned = _label.Length > 0;
                break;
            case ' ' or '\'' or '"' or '[' or '(' or '{' or '*' or '#' or '>' or '/' or '（' or '【':
                break;
            default:
                Clear();
                break;
        }

        return i + 1;
    }

    private int ScanWord(string line, int start, List<LabelledNumber> numbers)
    {
        int end = start;
        while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] is '_' or '@' || (line[end] is '/' or '-' or '.' && end + 1 < line.Length && char.IsLetter(line[end + 1]))))
        {
            end++;
        }

        string word = line[start..end];
        if (_label.Length > 0 && end < line.Length && line[end] == '(' && IsTypeOfNumber(word))
        {
            return end;
        }

        double sign = start > 0 && line[start - 1] == '-' ? -1 : 1;
        if (_label.Length > 0 && word.Length <= 8 && (word.Equals("nan", StringComparison.OrdinalIgnoreCase) || word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("infinity", StringComparison.OrdinalIgnoreCase)))
        {
            Take(word[0] is 'n' or 'N' ? double.NaN : sign * double.PositiveInfinity, 0, numbers);
            return end;
        }

        if (IsMonth(word) && line.AsSpan(end).TrimStart(' ') is [>= '0' and <= '9', ..])
        {
            // "Training Loss (Fri Nov  1 10:00:00 2019)".
            Clear();
            return end;
        }

        if (_assigned)
        {
            // The words before a colon were a heading, not a label.
            _subject = _label.ToString();
            Clear();
        }

        if (_label.Length == 0 && CounterIn(word) is { Name: var name, Count: var count })
        {
            numbers.Add(new LabelledNumber(name, count, 0, true, _phase));
            return end;
        }

        if (_label.Length > 0)
        {
            _label.Append(' ');
        }

        if (_label.Length < 200)
        {
            _label.Append(word);
        }

        return end;
    }

    private int ScanNumber(string line, int start, List<LabelledNumber> numbers)
    {
        int end = _numerals.Read(line, start, _label, out double? value);
        if (end < line.Length && ((line[end] is ':' or '-' && end + 1 < line.Length && char.IsAsciiDigit(line[end + 1])) || (line[end] == '.' && end + 1 < line.Length && char.IsAsciiDigit(line[end + 1]))))
        {
            // A date, a time, an address or a version.
            while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] is ':' or '-' or '.' or ','))
            {
                end++;
            }

            Clear();
            return end;
        }

        if (end < line.Length && (char.IsLetter(line[end]) || line[end] is '_'))
        {
            // A number with a unit is a duration, a size or a speed.
            while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] is '/' or '_'))
            {
                end++;
            }

            Clear();
            return end;
        }

        if (line.AsSpan(end).StartsWith("%|"))
        {
            // How much of a progress bar is done.
            Clear();
            return end + 1;
        }

        double total = 0;
        int next = end;
        while (next < line.Length && line[next] == ' ')
        {
            next++;
        }

        if (next < line.Length && line[next] == '/')
        {
            next++;
            while (next < line.Length && line[next] == ' ')
            {
                next++;
            }

            if (next < line.Length && char.IsAsciiDigit(line[next]))
            {
                end = _numerals.Read(line, next, _label, out double? behind);
                total = behind is > 0 and < 1e15 ? behind.Value : 0;
            }
        }

        // "Test: [3/97]" and "Val Epoch: 3" are headings of an evaluation, "val loss 2.2" is not.
        if (_label.Length > 0 && (total > 0 || _label.ToString().EndsWith("poch", StringComparison.Ordinal)))
        {
            Judge();
        }

        Take(value, total, numbers);
        return end;
    }

    /// <summary>Takes a number with the words before it, which are then spent.</summary>
    private void Take(double? value, double total, List<LabelledNumber> numbers)
    {
        if (value is { } number)
        {
            numbers.Add(new LabelledNumber(Label(), number, total, _assigned, _phase));
        }

        _label.Clear();
        _assigned = false;
    }

    /// <summary><c>loss: tensor(2.3, device='cuda:0')</c>, <c>'loss': np.float64(2.3)</c>.</summary>
    private static bool IsTypeOfNumber(string word) => word is "tensor" or "Tensor" or "array" or "Array" or "DeviceArray" or "float" or "np.float64" or "np.float32" or "numpy.float64" or "numpy.float32";

    private static bool IsMonth(string word) => word is "Jan" or "Feb" or "Mar" or "Apr" or "May" or "Jun" or "Jul" or "Aug" or "Sep" or "Oct" or "Nov" or "Dec";

    /// <summary>Finds what is counted, and how far, in a word such as <c>epoch_3</c> or <c>E03</c>.</summary>
    private static (string Name, double Count)? CounterIn(string word)
    {
        string name = word.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        var digits = word.AsSpan(name.Length);
        return digits.Length is 0 or > 15 ? null
            : name.TrimEnd('_').ToLowerInvariant() switch
            {
                "e" or "ep" or "epoch" => ("epoch", double.Parse(digits, CultureInfo.InvariantCulture)),
                "step" or "iter" or "iteration" => ("step", double.Parse(digits, CultureInfo.InvariantCulture)),
                _ => null,
            };
    }

    private string Label()
    {
        string label = _label.ToString();
        if (_subject.Length > 0)
        {
            // "loss: train 0.5, val 0.6".
            if (RoleLexicon.PhaseOf(label.ToLowerInvariant()) != ColumnPhase.Unknown)
            {
                return $"{label} {_subject}";
            }

            _subject = string.Empty;
        }

        int words = 0;
        for (int i = label.Length - 1; i >= 0; i--)
        {
            if (label[i] == ' ' && ++words == 4)
            {
                return label[(i + 1)..];
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
        if (_label.Length is > 0 and < 40 && ColumnName.Words(_label.ToString()) is [var first, ..] && RoleLexicon.PhaseOf(first) is not ColumnPhase.Unknown and var phase)
        {
            _phase = phase;
        }
    }
}
