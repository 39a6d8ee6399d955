using Newtonsoft.Json;

namespace TrainingDoctor.Readers.Formats;

/// <summary>Reads JSON, and lists as unused each number that nobody asked for.</summary>
/// <param name="text">The document.</param>
/// <param name="account">Takes down what becomes of numbers; null where nobody asks.</param>
internal sealed class CountingJsonReader(TextReader text, ReadingAccount? account) : JsonTextReader(text)
{
    private bool _isOpen;
    private string _name = string.Empty;
    private int _line;

    /// <summary>Goes on to the next token.</summary>
    public override bool Read()
    {
        if (_isOpen)
        {
            Forget(_name, "no row and no curve has a place for it", _line);
        }

        bool more = base.Read();
        _isOpen = account is not null && more && TokenType is JsonToken.Integer or JsonToken.Float;
        if (_isOpen)
        {
            (_name, _line) = (NameOf(Path), LineNumber);
        }

        return more;
    }

    /// <summary>Takes the number at hand: whoever does accounts for it.</summary>
    public void Claim() => _isOpen = false;

    /// <summary>Lists a number as unused that was taken and is of no use.</summary>
    public void Forget(string name, string why, int line = 0) => account?.Take(name, NumberUse.Unused, why, line == 0 ? LineNumber : line);

    /// <summary>Leaves the places in lists out of a path: <c>runs[3].loss[7]</c> is <c>runs/loss</c>.</summary>
    private static string NameOf(string path)
    {
        int bracket = path.IndexOf('[');
        while (bracket >= 0)
        {
            int close = path.IndexOf(']', bracket);
            path = close < 0 ? path[..bracket] : path[..bracket] + path[(close + 1)..];
            bracket = path.IndexOf('[');
        }

        return path.TrimStart('.').Replace('.', '/');
    }
}
