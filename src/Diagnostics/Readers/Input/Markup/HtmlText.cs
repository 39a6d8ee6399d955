using System.Globalization;
using System.Net;
using System.Text;

namespace TrainingDoctor.Readers.Input.Markup;

/// <summary>What a web page shows: the rows of its tables, with bars between their cells, and its other text line for line.</summary>
internal sealed class HtmlText
{
    private const int LongestTag = 10_000;

    private const int WidestCell = 32;

    /// <summary>Longer texts are no names of columns.</summary>
    private const int LongestName = 200;

    private readonly string _page;
    private readonly StringBuilder _output;
    private readonly StringBuilder _text = new();
    private readonly List<(string Text, int Width)> _cells = [];
    private bool _inRow;
    private bool _inCell;
    private int _width = 1;

    private HtmlText(string page)
    {
        _page = page;
        _output = new StringBuilder(page.Length);
    }

    /// <summary>Tells by its beginning whether a text holds a table of a web page.</summary>
    public static bool HoldsTable(ReadOnlySpan<byte> head) => (head.IndexOf("<table"u8) >= 0 || head.IndexOf("<TABLE"u8) >= 0) && (head.IndexOf("<tr"u8) >= 0 || head.IndexOf("<TR"u8) >= 0);

    /// <summary>Takes a page apart.</summary>
    public static string Of(string page) => new HtmlText(page).Read();

    private string Read()
    {
        int i = 0;
        while (i < _page.Length)
        {
            int tag = _page.IndexOf('<', i);
            if (tag < 0)
            {
                break;
            }

            _text.Append(_page, i, tag - i);
            i = tag + 1 < _page.Length && (char.IsAsciiLetter(_page[tag + 1]) || _page[tag + 1] is '/' or '!') ? TakeTag(tag) : TakeMark(tag);
        }

        _text.Append(_page, Math.Min(i, _page.Length), _page.Length - Math.Min(i, _page.Length));
        EndRow();
        EndText();
        return _output.ToString();
    }

    /// <summary>A bracket that begins no tag: <c>00:05&lt;00:31</c>.</summary>
    private int TakeMark(int mark)
    {
        _text.Append(_page[mark]);
        return mark + 1;
    }

    private int TakeTag(int start)
    {
        if (_page.AsSpan(start).StartsWith("<!--"))
        {
            int close = _page.IndexOf("-->", start, StringComparison.Ordinal);
            return close < 0 ? _page.Length : close + 3;
        }

        // No further than that: brackets that nothing closes would each be looked for to the end of the page.
        int length = _page.AsSpan(start, Math.Min(LongestTag, _page.Length - start)).IndexOf('>');
        if (length < 0)
        {
            return TakeMark(start);
        }

        int end = start + length;

        var tag = _page.AsSpan(start + 1, end - start - 1);
        bool closes = tag is ['/', ..];
        int nameEnd = closes ? 1 : 0;
        while (nameEnd < tag.Length && char.IsAsciiLetterOrDigit(tag[nameEnd]))
        {
            nameEnd++;
        }

        string name = tag[(closes ? 1 : 0)..nameEnd].ToString().ToLowerInvariant();
        if (name is "script" or "style" && !closes)
        {
            int close = _page.IndexOf("</" + name, end, StringComparison.OrdinalIgnoreCase);
            return close < 0 ? _page.Length : close;
        }

        Take(name, closes, tag);
        return end + 1;
    }

    private void Take(string name, bool closes, ReadOnlySpan<char> tag)
    {
        switch (name)
        {
            case "tr" or "table" or "thead" or "tbody":
                EndRow();
                EndText();
                _inRow = name == "tr" && !closes;
                break;
            case "td" or "th":
                EndCell();
                _inCell = !closes;
                _width = closes ? 1 : WidthOf(tag);
                _text.Clear();
                break;
            case "br" or "p" or "div" or "li" or "pre" or "h1" or "h2" or "h3" or "h4" or "caption" or "title" or "hr":
                _text.Append(_inCell ? ' ' : '\n');
                break;
            default:
                break;
        }
    }

    /// <summary>A name above several columns is that of each.</summary>
    private static int WidthOf(ReadOnlySpan<char> tag)
    {
        int at = tag.IndexOf("colspan", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return 1;
        }

        var digits = tag[(at + "colspan".Length)..].TrimStart(" =\"'");
        int length = 0;
        while (length < digits.Length && length < 3 && char.IsAsciiDigit(digits[length]))
        {
            length++;
        }

        return length > 0 ? Math.Clamp(int.Parse(digits[..length], CultureInfo.InvariantCulture), 1, WidestCell) : 1;
    }

    private void EndCell()
    {
        if (_inCell)
        {
            string[] words = WebUtility.HtmlDecode(_text.ToString()).Replace('|', '/').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            _cells.Add((string.Join(' ', words), _width));
            _text.Clear();
            _inCell = false;
        }
    }

    private void EndRow()
    {
        EndCell();
        if (_inRow && _cells.Count > 0)
        {
            foreach (var (text, width) in _cells)
            {
                for (int i = 0; i < (text.Length <= LongestName ? width : 1); i++)
                {
                    _output.Append("| ").Append(text).Append(' ');
                }
            }

            _output.Append("|\n");
            _text.Clear();
        }

        _cells.Clear();
        _inRow = false;
    }

    private void EndText()
    {
        string text = WebUtility.HtmlDecode(_text.ToString());
        _text.Clear();
        if (!string.IsNullOrWhiteSpace(text))
        {
            _output.Append(text).Append(text[^1] == '\n' ? string.Empty : "\n");
        }
    }
}
