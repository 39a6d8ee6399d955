using TrainingDoctor.Names;
using TrainingDoctor.Readers.Formats;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Lines in which names stand behind their numbers.</summary>
/// <param name="tokens">The line.</param>
/// <param name="roles">What words mean.</param>
internal sealed class TrailingNames(LineTokens tokens, TextRoles roles)
{
    /// <summary>
    /// Darknet: <c>100: 2.31, 2.45 avg loss, 0.001 rate, 3.2 seconds</c>; others: <c>epoch 1: 22.2% train acc, 2.70 loss</c>. Names stand behind numbers where most numbers of a line are followed, and none but a counter at its
    /// beginning is preceded, by words; or where all do so from one on that only a phase stands before: <c>E1 val  0.52 loss, 81.2% correct</c>.
    /// </summary>
    /// <returns>The token from which on names stand behind their numbers; beyond the last where they do not.</returns>
    public int NamesFollowFrom()
    {
        int head = HeadEnd();
        if (NamesFollow(head))
        {
            return 0;
        }

        for (int i = Math.Max(1, head); i + 1 < tokens.Count; i++)
        {
            if (tokens[i].Kind == TokenKind.Number && tokens[i - 1].Kind == TokenKind.Word && FieldLine.IsPhase(tokens.Text(i - 1)))
            {
                return NamesFollow(i) ? i : tokens.Count;
            }
        }

        return tokens.Count;
    }

    private bool NamesFollow(int start)
    {
        int followed = 0;
        bool isMeasured = false;
        for (int i = start; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != TokenKind.Number)
            {
                continue;
            }

            if (i > 0 && !tokens.Is(i - 1, ',') && i != start && !(i == 1 && tokens[0].IsCount) && !(i > 1 && tokens.Is(i - 1, ':') && tokens[i - 2].Kind == TokenKind.Number))
            {
                return false;
            }

            int name = tokens.Is(i + 1, '%') ? i + 2 : i + 1;
            if (name < tokens.Count && tokens[name].Kind == TokenKind.Word)
            {
                int end = name + 1;
                while (end < tokens.Count && tokens[end].Kind == TokenKind.Word)
                {
                    end++;
                }

                followed++;
                isMeasured |= roles.Of(TextRoles.BehindNumber(tokens.Line[tokens[name].Start..tokens[end - 1].End], tokens.Is(i + 1, '%'))).Kind == RoleKind.Metric;
            }
        }

        return followed > 1 && isMeasured;
    }

    /// <summary>Finds the token behind a counter that begins the line: <c>epoch 1:</c>; 0 where none does.</summary>
    private int HeadEnd() => tokens.Count > 3 && tokens[0].Kind == TokenKind.Word && tokens[1].IsCount && tokens.Is(2, ':') && roles.Of(tokens.Text(0)).Kind is RoleKind.Epoch or RoleKind.Step ? 3 : 0;
}
