using System.Globalization;
using System.Text;

namespace TrainingDoctor.Reports.Markdown;

/// <summary>Text inside Markdown: names of layers and files must stay text, whatever they contain.</summary>
internal static class MarkdownText
{
    private const string Special = "\\`*_[]~$";

    /// <summary>Escapes text for a paragraph, a heading or a table's cell.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (UntrustedText.IsObeyed(c))
            {
                escaped.Append(' ');
            }
            else if (c is '<' or '>' or '&' or '@' or '|' or '#' || (c == ':' && Before(text, i, "://")) || (c == '.' && i >= 3 && text.AsSpan(i - 3, 3).Equals("www", StringComparison.OrdinalIgnoreCase)))
            {
                // Entities, because GitHub reads @name, #number, addresses and table bars before backslashes.
                escaped.Append(CultureInfo.InvariantCulture, $"&#{(int)c};");
            }
            else if (Special.Contains(c, StringComparison.Ordinal))
            {
                escaped.Append('\\').Append(c);
            }
            else
            {
                escaped.Append(c);
            }
        }

        return escaped.ToString();
    }

    private static bool Before(string text, int at, string mark) => text.AsSpan(at).StartsWith(mark, StringComparison.Ordinal);

    /// <summary>Writes text as inline code.</summary>
    public static string Code(string text)
    {
        string visible = UntrustedText.Line(text).Replace('|', '¦');
        string fence = Fence(visible, 1);
        return visible.Contains('`', StringComparison.Ordinal) ? $"{fence} {visible} {fence}" : $"{fence}{visible}{fence}";
    }

    /// <summary>Writes a block of code; the fence is longer than any run of backticks in it.</summary>
    public static string Block(string code, string language)
    {
        string fence = Fence(code, 3);
        return $"{fence}{language}\n{code.TrimEnd('\n')}\n{fence}\n";
    }

    private static string Fence(string text, int minimum)
    {
        int longest = 0;
        int run = 0;
        foreach (char c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return new string('`', Math.Max(minimum, longest + 1));
    }
}
