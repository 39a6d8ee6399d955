using System.Text.RegularExpressions;

namespace TrainingDoctor.Tests.Strangers;

/// <summary>A shell step of a workflow that the guide of CI prints.</summary>
/// <param name="System">The heading that it stands below.</param>
/// <param name="Script">What the shell runs.</param>
internal sealed partial record GuideStep(string System, string Script)
{
    /// <summary>Reads the steps of a guide in their order: <c>run:</c> and <c>script:</c>, with folded and literal blocks and lists.</summary>
    /// <param name="lines">The guide's lines.</param>
    public static IEnumerable<GuideStep> Read(IReadOnlyList<string> lines)
    {
        string system = string.Empty;
        bool isYaml = false;
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i];
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                system = line[3..].Trim();
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isYaml = line == "```yaml";
            }
            else if (isYaml && Step().Match(line) is { Success: true } step)
            {
                var block = lines.Skip(i + 1).TakeWhile(next => next.Length > 0 && next.TakeWhile(c => c == ' ').Count() > step.Groups["indent"].Length).Select(next => next.Trim()).ToList();
                yield return new GuideStep(system, step.Groups["text"].Value switch
                {
                    ">" => string.Join(' ', block),
                    "|" => string.Join('\n', block),
                    "" => string.Join('\n', block.Select(next => next[2..])),
                    var text => Comment().Replace(text, string.Empty),
                });
            }
        }
    }

    [GeneratedRegex(@"^(?<indent>\s*(- )?)(run|script):\s*(?<text>.*)$")]
    private static partial Regex Step();

    [GeneratedRegex(@"\s+#\s.*$")]
    private static partial Regex Comment();
}
