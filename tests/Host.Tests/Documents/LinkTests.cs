using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests.Documents;

/// <summary>Every link from one document to another file or heading leads there.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Documents => Document.Paths;

    [Theory]
    [MemberData(nameof(Documents))]
    public void LinksLeadSomewhere(string path)
    {
        var document = new Document(path);
        var broken = Link().Matches(Code().Replace(document.Prose(), string.Empty))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !Scheme().IsMatch(target) && !LeadsSomewhere(document, target));

        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("no-such-file.md", false)]
    [InlineData("docs/guides", true)]
    [InlineData("#limits", true)]
    [InlineData("#no-such-heading", false)]
    [InlineData("docs/telemetry.md#parts", true)]
    [InlineData("docs/telemetry.md#no-such-part", false)]
    public void ABrokenLinkIsSeen(string target, bool leadsSomewhere) => Assert.Equal(leadsSomewhere, LeadsSomewhere(new Document("README.md"), target));

    private static bool LeadsSomewhere(Document from, string target)
    {
        string[] parts = target.Split('#', 2);
        string path = parts[0].Length == 0 ? from.File : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(from.File)!, Uri.UnescapeDataString(parts[0])));
        return parts.Length == 1 ? File.Exists(path) || Directory.Exists(path) : File.Exists(path) && Anchors(new Document(Path.GetRelativePath(Repository.Root, path))).Contains(parts[1]);
    }

    /// <summary>The names that GitHub gives to headings: in lower case, without punctuation, words joined by dashes, repeated ones numbered.</summary>
    private static HashSet<string> Anchors(Document document)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match match in Heading().Matches(document.Prose()))
        {
            string anchor = Punctuation().Replace(match.Groups["text"].Value.Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-');
            string unique = anchor;
            for (int i = 1; !anchors.Add(unique); i++)
            {
                unique = FormattableString.Invariant($"{anchor}-{i}");
            }
        }

        return anchors;
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`\n]*`(?!\\])")]
    private static partial Regex Code();

    [GeneratedRegex("^[a-z][a-z+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex("^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\s_-]")]
    private static partial Regex Punctuation();
}
