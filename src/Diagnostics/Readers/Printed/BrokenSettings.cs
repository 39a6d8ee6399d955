namespace TrainingDoctor.Readers.Printed;

/// <summary>Settings that a program prints over several lines, within one pair of parentheses: <c>Namespace(lr=0.1,</c>, <c>loss_scale=0)</c>.</summary>
internal sealed class BrokenSettings
{
    /// <summary>So many lines have no settings behind them: the closing parenthesis was lost.</summary>
    private const int MostLines = 100;

    private int _depth;
    private int _lines;

    /// <summary>Takes the line that they begin in.</summary>
    public void Begin(string line) => (_depth, _lines) = (DepthOf(line), 0);

    /// <summary>Tells whether a line goes on with them.</summary>
    public bool GoesOn(string line)
    {
        if (_depth <= 0 || ++_lines > MostLines || line.AsSpan().TrimEnd() is not [.., ',' or ')'])
        {
            // A parenthesis within a word, which no other closes, opens nothing.
            _depth = 0;
            return false;
        }

        _depth += DepthOf(line);
        return true;
    }

    private static int DepthOf(ReadOnlySpan<char> line) => line.Count('(') - line.Count(')');
}
