namespace TrainingDoctor.Readers.Printed;

/// <summary>A printed line and its pieces; looks ahead and back may go beyond its ends.</summary>
internal sealed class LineTokens
{
    private readonly TextTokenizer _tokenizer = new();
    private readonly List<TextToken> _tokens = [];

    /// <summary>Gets the line.</summary>
    public string Line { get; private set; } = string.Empty;

    /// <summary>Gets the number of its pieces.</summary>
    public int Count => _tokens.Count;

    /// <summary>Gets a piece.</summary>
    public TextToken this[int i] => _tokens[i];

    /// <summary>Takes a line apart.</summary>
    public void Read(string line)
    {
        Line = line;
        _tokenizer.Tokenize(line, _tokens);
    }

    /// <summary>Tells whether there is a piece at a place, and it is a certain mark.</summary>
    public bool Is(int i, char mark) => (uint)i < (uint)_tokens.Count && _tokens[i].Is(Line, mark);

    /// <summary>Gets what a piece says.</summary>
    public string Text(int i) => Line[_tokens[i].Start.._tokens[i].End];
}
