namespace TrainingDoctor.Rules.Knowledge.Frameworks;

/// <summary>A library that people train with: how its code looks, what it leaves to its users, and by which columns its logs are known. All of it is read from <c>frameworks.json</c>.</summary>
public sealed record Framework
{
    /// <summary>Gets its name in reports and on the command line, e.g. <c>huggingface</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets its name for people, e.g. <c>Hugging Face Trainer</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the language of its snippets: <c>csharp</c>, <c>python</c>, <c>yaml</c> or <c>shell</c>.</summary>
    public required string Language { get; init; }

    /// <summary>Gets the library and version that the names of arguments were read from.</summary>
    public required string ReadFrom { get; init; }

    /// <summary>Gets the framework whose snippets serve where it has none of its own; null when there is none.</summary>
    public Framework? Base { get; init; }

    /// <summary>Gets what it leaves to its users and what it is: changes that need anything else are not advised.</summary>
    public IReadOnlySet<string> Offers { get; init; } = new HashSet<string>();

    /// <summary>Gets the sets of columns by which a log of it is known.</summary>
    internal IReadOnlyList<IReadOnlyList<string>> Signs { get; init; } = [];

    /// <summary>Gets the calls that snippets put arguments into, by name, with the arguments that each has.</summary>
    internal IReadOnlyDictionary<string, FrameworkCall> Calls { get; init; } = new Dictionary<string, FrameworkCall>();

    /// <summary>Gets its snippets by kind of change, or kind and method as <c>scale-inputs/standardize-targets</c>; of several the first that all values are known for counts.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<Snippet>> Snippets { get; init; } = new Dictionary<string, IReadOnlyList<Snippet>>();

    /// <summary>Gets the code of changes that belong together.</summary>
    /// <param name="actions">The changes.</param>
    /// <returns>Null when there is none for any of them.</returns>
    public string? CodeOf(IReadOnlyList<RemedyAction> actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        return SnippetRenderer.Render(this, actions);
    }
}

/// <summary>A call, or a command, that arguments are put into.</summary>
/// <param name="Open">What stands before the arguments; null when no snippet puts arguments into it.</param>
/// <param name="Separator">What stands between them.</param>
/// <param name="Close">What stands behind them.</param>
/// <param name="Arguments">The names of all arguments that it takes.</param>
internal sealed record FrameworkCall(string? Open, string Separator, string Close, IReadOnlySet<string> Arguments);

/// <summary>The code of one kind of change.</summary>
/// <param name="Call">The call that the text is an argument of; null when it stands for itself.</param>
/// <param name="Text">The code, with names of values in braces.</param>
/// <param name="Then">What comes behind the call; null for nothing.</param>
internal sealed record Snippet(string? Call, string Text, string? Then);
