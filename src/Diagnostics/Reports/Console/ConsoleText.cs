using System.Globalization;

namespace TrainingDoctor.Reports;

/// <summary>Text on a terminal.</summary>
internal static class ConsoleText
{
    /// <summary>Names come from models and logs: a control character in one must not reach the terminal.</summary>
    public static string Visible(string text) =>
        string.Concat(text.Select(c => c is '\n' or '\t' ? ' ' : char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format ? '\uFFFD' : c));
}
