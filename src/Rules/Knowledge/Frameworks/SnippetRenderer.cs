using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainingDoctor.Rules.Knowledge.Frameworks;

/// <summary>Fills the templates of a framework with the values of a remedy's changes.</summary>
internal static partial class SnippetRenderer
{
    /// <summary>Renders changes; arguments of one call are put into one call.</summary>
    /// <param name="framework">The framework.</param>
    /// <param name="actions">The changes.</param>
    /// <returns>Null when no change has a snippet.</returns>
    public static string? Render(Framework framework, IReadOnlyList<RemedyAction> actions)
    {
        var parts = actions.Select(action => Find(framework, action)).OfType<(Framework Owner, Snippet Snippet, RemedyAction Action)>().ToList();
        var lines = new List<string>();
        foreach (var group in parts.Where(part => part.Snippet.Call is not null).GroupBy(part => (part.Owner, part.Snippet.Call)))
        {
            var call = group.Key.Owner.Calls[group.Key.Call!];
            lines.Add(call.Open + string.Join(call.Separator, group.Select(part => Fill(part.Snippet.Text, part.Action, part.Owner)).Distinct()) + call.Close);
            lines.AddRange(group.Where(part => part.Snippet.Then is not null).Select(part => Fill(part.Snippet.Then!, part.Action, part.Owner)));
        }

        lines.AddRange(parts.Where(part => part.Snippet.Call is null).Select(part => Fill(part.Snippet.Text, part.Action, part.Owner)));
        return lines.Count == 0 ? null : string.Join('\n', lines.Distinct());
    }

    /// <summary>Finds the snippet of a change: the framework's own, else that of its base.</summary>
    private static (Framework, Snippet, RemedyAction)? Find(Framework framework, RemedyAction action)
    {
        string kind = KebabCase.Of(action.Kind);
        for (var owner = framework; owner is not null; owner = owner.Base)
        {
            string[] keys = [.. new[] { action.Method, action.Scheme, action.Type, action.To }.OfType<string>().Select(word => $"{kind}/{word}"), kind];
            foreach (string key in keys)
            {
                if (owner.Snippets.TryGetValue(key, out var choices) && choices.FirstOrDefault(snippet => IsKnown(snippet, action)) is { } snippet)
                {
                    return (owner, snippet, action);
                }
            }
        }

        return null;
    }

    private static bool IsKnown(Snippet snippet, RemedyAction action) =>
        Names().Matches(snippet.Text + snippet.Then).All(name => ValueOf(name.Groups[1].Value, action, isDotted: false) is not null);

    private static string Fill(string template, RemedyAction action, Framework owner) =>
        Names().Replace(template, name => ValueOf(name.Groups[1].Value, action, isDotted: owner.Language == "yaml")!);

    private static string? ValueOf(string name, RemedyAction action, bool isDotted) => name switch
    {
        "value" => Number(action.Value, isDotted),
        "factor" => Number(action.Factor, isDotted),
        "minimum" => Number(action.Minimum, isDotted),
        "maximum" => Number(action.Maximum, isDotted),
        "maxNorm" => Number(action.MaxNorm, isDotted),
        "rate" => Number(action.Rate, isDotted),
        "epoch" => Number(action.Epoch, isDotted),
        "steps" => Number(action.Steps, isDotted),
        "step" => Number(action.Step, isDotted),
        "to" => IsIdentifier(action.To),
        "from" => IsIdentifier(action.From),
        "type" => IsIdentifier(action.Type),
        _ => null,
    };

    /// <summary>Numbers as all languages read them. YAML takes 1e-05 for a word and 1.0e-05 for a number.</summary>
    private static string? Number(double? value, bool isDotted)
    {
        if (value is not { } number)
        {
            return null;
        }

        string text = Math.Abs(number) is >= 1 and < 1e15 && number == Math.Truncate(number) ? number.ToString("F0", CultureInfo.InvariantCulture) : number.ToString("G4", CultureInfo.InvariantCulture).ToLowerInvariant();
        return isDotted && text.Contains('e', StringComparison.Ordinal) && !text.Contains('.', StringComparison.Ordinal) ? text.Replace("e", ".0e", StringComparison.Ordinal) : text;
    }

    /// <summary>What is put into code as a name must be one.</summary>
    private static string? IsIdentifier(string? word) => word is not null && word.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? word : null;

    [GeneratedRegex(@"\{(value|factor|minimum|maximum|maxNorm|rate|epoch|steps|step|to|from|type)\}")]
    private static partial Regex Names();
}
