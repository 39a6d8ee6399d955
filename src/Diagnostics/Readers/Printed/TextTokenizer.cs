using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Takes a printed line apart into words, numbers of every spelling and marks, in one pass.</summary>
internal sealed class TextTokenizer
{
    private readonly Numerals _numerals = new();

    /// <summary>Takes a line apart.</summary>
    /// <param name="line">The line, without decorations.</param>
    /// <param name="tokens">Takes its pieces; blanks are none.</param>
    public void Tokenize(string line, List<TextToken> tokens)
    {
        tokens.Clear();
        int i = 0;
        while (i < line.Length)
        {
            char c = line[i];
            if (char.IsAsciiDigit(c) || (IsSignOrPoint(c) && BeginsNumber(line, i)))
            {
                i = TakeNumber(line, i, tokens);
            }
            else if (char.IsLetter(c) || ColumnName.IsPartOfLetter(c) || (c == '_' && !IsItalic(line, i)))
            {
                i = TakeWord(line, i, tokens);
            }
            else if (c == '∞')
            {
                tokens.Add(new TextToken(TokenKind.Number, i, i + 1, i > 0 && line[i - 1] == '-' ? double.NegativeInfinity : double.PositiveInfinity));
                i++;
            }
            else
            {
                if (!char.IsWhiteSpace(c) || c == '\t')
                {
                    tokens.Add(new TextToken(TokenKind.Mark, i, i + 1));
                }

                i++;
            }
        }
    }

    /// <summary><c>_1.0e-04_</c>, as chats write what leans.</summary>
    private static bool IsItalic(string line, int i) => (i == 0 || !char.IsLetterOrDigit(line[i - 1])) && i + 1 < line.Length && (char.IsAsciiDigit(line[i + 1]) || line[i + 1] == '-') && line.IndexOf('_', i + 1) > i + 1;

    private static bool IsSignOrPoint(char c) => c is '-' or '+' or '.' or '−';

    private static bool BeginsNumber(string line, int i) =>
        i + 1 < line.Length && (char.IsAsciiDigit(line[i + 1]) || (line[i + 1] == '.' && i + 2 < line.Length && char.IsAsciiDigit(line[i + 2]) && line[i] != '.')) && (i == 0 || !char.IsLetterOrDigit(line[i - 1]));

    private int TakeNumber(string line, int start, List<TextToken> tokens)
    {
        if (EndOfQuotedName(line, start) is > 0 and var endOfName)
        {
            tokens.Add(new TextToken(TokenKind.Word, start, endOfName));
            return endOfName;
        }

        bool isSpread = tokens.Count > 0 && IsSpreadMark(line, tokens[^1]);
        int end = _numerals.Read(line, start, IsCounted(line, tokens), out double? value);
        if (EndOfTime(line, start, end) is > 0 and var endOfTime)
        {
            tokens.Add(new TextToken(TokenKind.Time, start, endOfTime));
            return endOfTime;
        }

        if (end < line.Length && (char.IsLetter(line[end]) || line[end] == '°' || (line[end] == '_' && end + 1 < line.Length && char.IsLetterOrDigit(line[end + 1]))))
        {
            // A number with a unit, unless the unit is what it counts: "3epoch".
            int unit = end;
            while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] is '/' or '_' or '°'))
            {
                end++;
            }

            if (line.AsSpan(unit, end - unit) is "k" or "K" or "M" && value is { } thousands && IsCounted(line, tokens))
            {
                // "step:12K".
                tokens.Add(new TextToken(TokenKind.Number, start, end, Math.Round(thousands * (line[unit] == 'M' ? 1e6 : 1e3))));
                return end;
            }

            if (IsNextName(line[unit..end]))
            {
                // "Training Loss: 0.52Validation Loss: 0.61".
                tokens.Add(new TextToken(TokenKind.Number, start, unit, value ?? 0));
                return unit;
            }

            bool counts = line.AsSpan(unit, end - unit) is "epoch" or "epochs" or "step" or "iter";
            if (line.AsSpan(unit, end - unit) is "st" or "nd" or "rd" or "th")
            {
                tokens.Add(new TextToken(TokenKind.Number, start, end, value ?? 0));
                return end;
            }

            tokens.Add(new TextToken(counts ? TokenKind.Number : TokenKind.Quantity, start, counts ? unit : end, value ?? 0));
            return counts ? unit : end;
        }

        if (line.AsSpan(end).StartsWith("%|") || (end < line.Length && line[end] == '%' && line.AsSpan(end + 1).TrimStart() is [>= '0' and <= '9', ..] or ['▏' or '█' or '━', ..] && line.AsSpan(end).Contains('/')))
        {
            tokens.Add(new TextToken(TokenKind.Progress, start, end + 1, value ?? 0));
            return end + 1;
        }

        tokens.Add(value is null ? new TextToken(TokenKind.Time, start, end) : new TextToken(isSpread ? TokenKind.Spread : TokenKind.Number, start, end, value.Value));
        return end < line.Length && line[end] == '+' ? TakeSpread(line, end, tokens) : end;
    }

    /// <summary>Tells whether a word glued to a number begins the next name, as one that joins strings without a blank prints it.</summary>
    private static bool IsNextName(string word) => word.Length > 2 && char.IsUpper(word[0]) && word.ToLowerInvariant() is var name && (name == "avg" || RoleLexicon.PhaseOf(name) != ColumnPhase.Unknown || RoleLexicon.IsScoreOrLoss(name));

    /// <summary>Finds where a key in quotes ends that begins with a digit, as <c>'0_default': 0.5</c>; 0 where there is none.</summary>
    private static int EndOfQuotedName(string line, int start)
    {
        if (start == 0 || line[start - 1] is not ('\'' or '"'))
        {
            return 0;
        }

        int end = start;
        bool hasLetters = false;
        while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] is '_' or '/' or '.' or '-'))
        {
            hasLetters |= char.IsLetter(line[end]);
            end++;
        }

        return hasLetters && end + 1 < line.Length && line[end] == line[start - 1] && line.AsSpan(end + 1).TrimStart().StartsWith(":") ? end : 0;
    }

    private static bool IsSpreadMark(string line, TextToken last) => last.Is(line, '±') || (last.Is(line, '-') && last.Start > 1 && line[last.Start - 1] == '/' && line[last.Start - 2] == '+');

    /// <summary><c>0.5+0.01</c>, as XGBoost prints the mean and the spread over folds.</summary>
    private int TakeSpread(string line, int plus, List<TextToken> tokens)
    {
        int start = plus + 1;
        if (start < line.Length && (char.IsAsciiDigit(line[start]) || line.AsSpan(start).StartsWith("nan", StringComparison.OrdinalIgnoreCase)))
        {
            int end = char.IsAsciiDigit(line[start]) ? _numerals.Read(line, start, isCounted: false, out _) : start + 3;
            tokens.Add(new TextToken(TokenKind.Spread, start, end));
            return end;
        }

        return plus;
    }

    /// <summary>Tells whether the word before a number names a counter, which has no decimals.</summary>
    private static bool IsCounted(string line, List<TextToken> tokens)
    {
        for (int i = tokens.Count - 1; i >= 0 && i >= tokens.Count - 3; i--)
        {
            if (tokens[i].Kind == TokenKind.Word)
            {
                return ColumnClassifier.Classify(line[tokens[i].Start..tokens[i].End]).Kind is RoleKind.Step or RoleKind.Epoch or RoleKind.PlannedSteps;
            }
        }

        return false;
    }

    /// <summary>Finds where a date, a time or a version ends that a number begins; 0 when it begins none.</summary>
    private static int EndOfTime(string line, int start, int end)
    {
        if (end + 1 >= line.Length)
        {
            return 0;
        }

        char mark = line[end];
        if (mark == ':' && end - start <= 3 && DigitsAt(line, end + 1) == 2 && !line.AsSpan(start, end - start).Contains('.'))
        {
            int after = end + 3;
            bool more = after < line.Length && line[after] == ':' && DigitsAt(line, after + 1) == 2;
            return more || after >= line.Length || line[after] is not ('.' or ',') || DigitsAt(line, after + 1) == 0 ? EndOfTimeWord(line, end) : 0;
        }

        if ((mark == '-' && DigitsAt(line, end + 1) > 0) || (mark == '.' && char.IsAsciiDigit(line[end + 1])))
        {
            return EndOfTimeWord(line, end);
        }

        // 07/21 09:01:40, 2024/03/02 10:01:11.
        if (mark == '/')
        {
            int i = end;
            for (int part = 0; part < 2 && i < line.Length && line[i] == '/' && DigitsAt(line, i + 1) is 2 or 4; part++)
            {
                i += 1 + DigitsAt(line, i + 1);
            }

            int time = i + 1;
            if (i > end && time < line.Length && line[i] is ' ' or 'T' && DigitsAt(line, time) == 2 && time + 2 < line.Length && line[time + 2] == ':' && DigitsAt(line, time + 3) == 2)
            {
                return EndOfTimeWord(line, time);
            }
        }

        return 0;
    }

    private static int EndOfTimeWord(string line, int i)
    {
        while (i < line.Length && (char.IsLetterOrDigit(line[i]) || (line[i] is ':' or '-' or '.' or ',' && i + 1 < line.Length && char.IsAsciiDigit(line[i + 1]))))
        {
            i++;
        }

        return i;
    }

    private static int DigitsAt(string line, int i)
    {
        int count = 0;
        while (i + count < line.Length && count < 5 && char.IsAsciiDigit(line[i + count]))
        {
            count++;
        }

        return count;
    }

    private int TakeWord(string line, int start, List<TextToken> tokens)
    {
        int end = start;
        while (end < line.Length && (char.IsLetterOrDigit(line[end]) || ColumnName.IsPartOfLetter(line[end]) || line[end] is '_' or '@' || (line[end] is '/' or '-' or '.' && end + 1 < line.Length && char.IsLetter(line[end + 1]))))
        {
            end++;
        }

        end = EndOfThreshold(line, start, end);
        var word = line.AsSpan(start, end - start);
        if (word.Length <= 8 && NaNOrInfinity(word) is { } value)
        {
            bool isNegative = start > 0 && line[start - 1] is '-' or '−';
            if (isNegative && tokens.Count > 0 && tokens[^1].End == start && (start < 2 || !char.IsLetter(line[start - 2])))
            {
                tokens.RemoveAt(tokens.Count - 1);
                start--;
                value = -value;
            }

            // -nan(ind), as Windows prints it.
            end += line.AsSpan(end).StartsWith("(ind)") ? 5 : line.AsSpan(end).StartsWith("(snan)") ? 6 : 0;
            tokens.Add(new TextToken(TokenKind.Number, start, end, value));
            return end < line.Length && line[end] == '+' ? TakeSpread(line, end, tokens) : end;
        }

        if (word is "NaN32" or "NaN16" or "NaN64" or "Inf32" or "Inf16")
        {
            // Julia names its floats of fewer bits.
            bool isInfinite = word[0] == 'I';
            tokens.Add(new TextToken(TokenKind.Number, start, end, isInfinite ? double.PositiveInfinity : double.NaN));
            return end;
        }

        bool isAbsent = word.Length <= 4 && (word.Equals("n/a", StringComparison.OrdinalIgnoreCase) || word is "None" or "null" or "NA" or "none");
        tokens.Add(new TextToken(isAbsent ? TokenKind.Absent : TokenKind.Word, start, end));
        return end;
    }

    /// <summary><c>mAP@0.5</c>, <c>mAP@0.5:0.95</c>: a threshold, or several, behind a sign for it, is of the name.</summary>
    private static int EndOfThreshold(string line, int start, int end)
    {
        int at = line.AsSpan(start, end - start).LastIndexOf('@');
        if (at <= 0 || at + 1 >= end - start || line.AsSpan(start + at + 1, end - start - at - 1).ContainsAnyExceptInRange('0', '9') || end + 1 >= line.Length || line[end] != '.' || !char.IsAsciiDigit(line[end + 1]))
        {
            return end;
        }

        int last = EndOfDigits(line, end + 1);
        int next = last + 1;
        return last + 3 < line.Length && line[last] is ':' or '-' && char.IsAsciiDigit(line[next]) && line[next + 1] == '.' && char.IsAsciiDigit(line[next + 2]) ? EndOfDigits(line, next + 2) : last;
    }

    private static int EndOfDigits(string line, int i)
    {
        while (i < line.Length && char.IsAsciiDigit(line[i]))
        {
            i++;
        }

        return i;
    }

    private static double? NaNOrInfinity(ReadOnlySpan<char> word) =>
        word.Equals("nan", StringComparison.OrdinalIgnoreCase) ? double.NaN
        : word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("infinity", StringComparison.OrdinalIgnoreCase) ? double.PositiveInfinity
        : null;
}
