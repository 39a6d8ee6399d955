namespace TrainingDoctor.Readers;

/// <summary>Lines in which names stand behind their numbers.</summary>
/// <param name="tokens">The line.</param>
/// <param name="roles">What words mean.</param>
internal sealed class TrailingNames(LineTokens tokens, TextRoles roles)
{
    /// <summary>Darknet: <c>100: 2.31, 2.45 avg loss, 0.001 rate, 3.2 seconds</c>. Names stand behind numbers where most numbers of a line are followed, and none preceded, by words.</summary>
    public bool NameNumbers()
    {
        int followed = 0;
        bool isMeasured = false;
        for (int i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != TokenKind.Number)
            {
                continue;
            }

            if (i > 0 && !tokens.Is(i - 1, ',') && !(i == 1 && tokens[0].IsCount) && !(i > 1 && tokens.Is(i - 1, ':') && tokens[i - 2].Kind == TokenKind.Number))
            {
                return false;
            }

            if (i + 1 < tokens.Count && tokens[i + 1].Kind == TokenKind.Word)
            {
                int end = i + 2;
                while (end < tokens.Count && tokens[end].Kind == TokenKind.Word)
                {
                    end++;
                }

                followed++;
                isMeasured |= roles.Of(TextRoles.BehindNumber(tokens.Line[tokens[i + 1].Start..tokens[end - 1].End])).Kind == RoleKind.Metric;
            }
        }

        return followed > 1 && isMeasured;
    }
}
