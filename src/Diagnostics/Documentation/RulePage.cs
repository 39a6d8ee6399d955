namespace TrainingDoctor.Documentation;

/// <summary>A rule's page: what, why, thresholds, causes, remedies and sources, made from the rule's own metadata.</summary>
public static class RulePage
{
    /// <summary>Writes the page in Markdown.</summary>
    /// <param name="entry">The rule.</param>
    /// <param name="translate">Maps an English template to another language; null for English.</param>
    /// <param name="plots">Addresses of plots to show, each with its caption; none for the console.</param>
    public static string ToMarkdown(RuleEntry entry, Func<string, string?>? translate = null, IReadOnlyList<(string Caption, string Address)>? plots = null)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var rule = entry.Descriptor;
        string Say(Text text) => text.ToString(translate ?? (static _ => null));

        var page = new List<string>();
        page.Add($"# {rule.Id}: {rule.Name}");
        page.Add(string.Empty);
        page.Add(Say(rule.Summary));
        page.Add(string.Empty);
        page.Add($"- {Say($"Category")}: {KebabCase.Of(rule.Category)}");
        page.Add($"- {Say($"Severity")}: {Say($"at most")} {KebabCase.Of(rule.Severity)}");
        page.Add($"- {Say($"Judges")}: {Say(Granularity(rule))}");
        if (rule.Inputs.Count == MetricCatalog.All.Count)
        {
            page.Add($"- {Say($"Measurements")}: {Say($"all that there are")}");
        }
        else if (rule.Inputs.Count > 0)
        {
            page.Add($"- {Say($"Measurements")}: {string.Join(", ", rule.Inputs.Select(metric => $"`{MetricCatalog.NameOf(metric)}`"))}");
        }

        page.Add(string.Empty);
        Section(page, Say($"What it does"), Say(rule.Explanation));
        Section(page, Say($"Why it matters"), Say(rule.Why));
        foreach (var (caption, address) in plots ?? [])
        {
            page.Add($"![{caption}]({address})");
            page.Add(string.Empty);
        }

        AppendOptions(page, entry.OptionsType, Say($"Options"));
        if (rule.Causes.Count > 0)
        {
            Section(page, Say($"Possible causes"), string.Join('\n', rule.Causes.Select(cause => $"- `{KebabCase.Of(cause)}`")));
        }

        Section(page, Say($"Remedies"), string.Join('\n', rule.Remedies.Select((remedy, index) => $"{index + 1}. **{Say(remedy.Title)}** {Say(remedy.Rationale)}")));
        if (rule.Limitations is { } limitations)
        {
            Section(page, Say($"Known limitations"), Say(limitations));
        }

        Section(page, Say($"Sources"), string.Join('\n', rule.Sources.Select(source => $"- {source}")));
        return string.Join('\n', page).TrimEnd() + "\n";
    }

    private static Text Granularity(RuleDescriptor rule) => rule.Granularity switch
    {
        ScopeKind.Layer => $"every layer by itself",
        ScopeKind.Parameter => $"every parameter by itself",
        ScopeKind.Dataset => $"every evaluation set by itself",
        _ => $"the run as a whole",
    };

    private static void AppendOptions(List<string> page, Type optionsType, string heading)
    {
        var options = OptionDescription.Of(optionsType);
        if (options.Count == 0)
        {
            return;
        }

        page.Add($"## {heading}");
        page.Add(string.Empty);
        page.Add("| Option | Default | Bounds | Meaning |");
        page.Add("|---|---|---|---|");
        foreach (var option in options)
        {
            page.Add($"| `{option.Name}` | {option.Default} | {option.Bounds} | {option.Meaning} {option.Origin} |");
        }

        page.Add(string.Empty);
    }

    private static void Section(List<string> page, string heading, string body) =>
        page.AddRange([$"## {heading}", string.Empty, body, string.Empty]);
}
