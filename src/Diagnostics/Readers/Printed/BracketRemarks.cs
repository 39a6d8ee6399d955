using System.Collections.Frozen;
using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Remarks in brackets between a name and its number: <c>Loss (train): 0.5</c>, <c>Training loss (for one batch) at step 100</c>, <c>AP @[ IoU=0.50 | area=all ] = 0.3</c>.</summary>
/// <param name="line">The line, as far as it is read.</param>
internal sealed class BracketRemarks(FieldLine line)
{
    private const int LongestRemark = 8;

    private const int LongestSettings = 24;

    /// <summary>Settings that a score has unless something else is asked for: they add nothing to its name.</summary>
    private static readonly FrozenSet<string> UsualSettings = Lexicon.Words("printed", "usualSettings");

    private readonly TextRoles _roles = line.Roles;
    private readonly LineTokens _tokens = line.Tokens;
    private readonly FieldLabel _label = line.Label;

    /// <summary><c>Training loss (for one batch) at step 100</c>: the name goes on behind the remark.</summary>
    private bool LeadsToCounter(int i) => i + 2 < _tokens.Count && _tokens[i].Kind == TokenKind.Word && TextRoles.IsPreposition(_tokens.Text(i)) && _tokens[i + 1].Kind == TokenKind.Word
        && _roles.Of(_tokens.Text(i + 1)).Kind is RoleKind.Step or RoleKind.Epoch && _tokens[i + 2].Kind == TokenKind.Number;

    /// <summary>Finds where a remark between a name and its number ends, and keeps what it says of the phase; 0 when it is none.</summary>
    public int EndOf(int i)
    {
        int end = i + 1;
        while (end < _tokens.Count && end - i < LongestRemark && (_tokens[end].Kind == TokenKind.Word || _tokens.Is(end, ',') || _tokens.Is(end, '%') || _tokens.Is(end, '=')))
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

    /// <summary>Takes the settings of a score in brackets: they make another name of it, unless they are the usual ones. COCO prints twelve numbers for each evaluation so.</summary>
    /// <param name="i">The bracket.</param>
    /// <returns>The token behind them; 0 when it is no such bracket.</returns>
    public int TakeSettings(int i)
    {
        int end = i + 1;
        while (end < _tokens.Count && end - i < LongestSettings && !_tokens.Is(end, ']'))
        {
            end++;
        }

        if (end + 1 >= _tokens.Count || !_tokens.Is(end, ']') || !(_tokens.Is(end + 1, ':') || _tokens.Is(end + 1, '=')))
        {
            return 0;
        }

        string[] settings = _tokens.Line[_tokens[i].End.._tokens[end].Start].Replace(" ", string.Empty, StringComparison.Ordinal).Split('|', ',');
        if (!Array.TrueForAll(settings, setting => setting.IndexOf('=') > 0))
        {
            return 0;
        }

        for (int inside = i + 1; inside < end; inside++)
        {
            if (_tokens[inside].Kind is not (TokenKind.Mark or TokenKind.Word))
            {
                line.AddAside(_tokens[inside], string.Empty, NumberAside.Setting);
            }
        }

        Array.ForEach(Array.FindAll(settings, setting => !UsualSettings.Contains(setting)), _label.Append);
        return end + 1;
    }
}
