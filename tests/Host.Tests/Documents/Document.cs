namespace TrainingDoctor.Tests.Documents;

/// <summary>A Markdown file of the repository.</summary>
/// <param name="Path">Its path from the root, with slashes.</param>
internal sealed record Document(string Path)
{
    private const string Fence = "```";

    /// <summary>Gets everything written for people, without what builds leave behind.</summary>
    public static IReadOnlyList<Document> All { get; } =
    [
        .. new[] { "README.md", "CONTRIBUTING.md" }
            .Concat(new[] { "docs", "samples" }.SelectMany(folder => Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)
                .Select(file => System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(path => new Document(path)),
    ];

    /// <summary>Gets the documents as cases of a theory.</summary>
    public static TheoryData<string> Paths => [.. All.Select(document => document.Path)];

    /// <summary>Gets the file.</summary>
    public string File => System.IO.Path.Combine(Repository.Root, Path);

    /// <summary>Gets the text.</summary>
    public string Text => System.IO.File.ReadAllText(File).ReplaceLineEndings("\n");

    /// <summary>Reads the fenced blocks.</summary>
    public IReadOnlyList<CodeBlock> Blocks()
    {
        string[] lines = Text.Split('\n');
        var blocks = new List<CodeBlock>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            int end = Array.FindIndex(lines, i + 1, line => line.TrimEnd() == Fence);
            Assert.True(end > i, $"{Path}:{i + 1}: the block has no end");
            blocks.Add(new CodeBlock(this, i, end, lines[i][Fence.Length..].Trim(), [.. lines[(i + 1)..end]], i > 0 ? lines[i - 1] : string.Empty));
            i = end;
        }

        return blocks;
    }

    /// <summary>Gets the text without fenced blocks: what a reader sees as prose.</summary>
    public string Prose()
    {
        var kept = Text.Split('\n').ToList();
        foreach (var block in Blocks().Reverse())
        {
            kept.RemoveRange(block.Start, block.End - block.Start + 1);
        }

        return string.Join('\n', kept);
    }
}

/// <summary>A fenced block.</summary>
/// <param name="Document">Where it stands.</param>
/// <param name="Start">The line of its opening fence, from 0.</param>
/// <param name="End">The line of its closing fence, from 0.</param>
/// <param name="Language">Its language; empty for none.</param>
/// <param name="Lines">What is in it.</param>
/// <param name="Before">The line right before it.</param>
internal sealed record CodeBlock(Document Document, int Start, int End, string Language, IReadOnlyList<string> Lines, string Before)
{
    /// <summary>Gets what is in it.</summary>
    public string Code => string.Join('\n', Lines);

    /// <summary>Gets the place of one of its lines, for messages.</summary>
    /// <param name="line">The line within the block, from 0.</param>
    public string At(int line = 0) => FormattableString.Invariant($"{Document.Path}:{Start + line + 2}");
}
