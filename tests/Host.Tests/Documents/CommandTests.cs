using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using TrainingDoctor.Host.Commands;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Tests.Documents;

/// <summary>Every command that a document prints is understood as printed; nothing is run.</summary>
public sealed partial class CommandTests
{
    private static readonly RootCommand Root = CommandTree.Create(new CommandParts());

    public static TheoryData<string> Documents => Document.Paths;

    [Theory]
    [MemberData(nameof(Documents))]
    public void CommandsAreUnderstood(string path)
    {
        var wrong = Commands(new Document(path)).Select(command => (command.Place, Command: command.Words, Problem: Problem(command.Words))).Where(command => command.Problem is not null);

        Assert.Empty(wrong.Select(command => $"{command.Place}: {command.Command}: {command.Problem}"));
    }

    [Theory]
    [InlineData("traindoctor diagnose run.csv --fail-on error", true)]
    [InlineData("cat run.csv | traindoctor diagnose - > report.txt 2> errors.txt", true)]
    [InlineData("traindoctor diagnose run.csv --fail-never", false)]
    [InlineData("traindoctor heal run.csv", false)]
    [InlineData("traindoctor cure --budget 10m -- python3 train.py --lr 0.1", true)]
    [InlineData("traindoctor cure --bugdet 10m -- python3 train.py --lr 0.1", false)]
    [InlineData("dotnet run -c Release --project src/Host -- demo", true)]
    [InlineData("dotnet run -c Release --project src/Host -- heal", false)]
    [InlineData("dotnet run --project src/NoSuchProject", false)]
    [InlineData("dotnet test -c Release tests/Rules.Tests --filter DeadUnits", true)]
    [InlineData("dotnet build -c Release src/NoSuchProject", false)]
    [InlineData("python3 python/examples/healthy.py run.jsonl", true)]
    [InlineData("python3 python/examples/no_such.py", false)]
    public void AWrongCommandIsSeen(string command, bool isUnderstood) => Assert.Equal(isUnderstood, Problem(command) is null);

    /// <summary>Commands stand in blocks without a language, of a shell, or of YAML, where one goes on in further lines that begin with an option.</summary>
    private static IEnumerable<(string Place, string Words)> Commands(Document document)
    {
        foreach (var block in document.Blocks().Where(block => block.Language is "" or "sh" or "bash" or "console" or "yaml" or "powershell"))
        {
            for (int i = 0; i < block.Lines.Count; i++)
            {
                string place = block.At(i);
                string line = block.Lines[i];
                while (i + 1 < block.Lines.Count && (line.EndsWith('\\') || block.Lines[i + 1].TrimStart().StartsWith("--", StringComparison.Ordinal)))
                {
                    line = $"{line.TrimEnd('\\', ' ')} {block.Lines[++i].Trim()}";
                }

                if (Known().Match(line) is { Success: true } match)
                {
                    yield return (place, match.Groups["command"].Value);
                }
            }
        }
    }

    private static string? Problem(string command)
    {
        foreach (string part in Comment().Replace(command, string.Empty).Split(['|', '&', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = [.. CommandLineParser.SplitCommandLine(Redirection().Replace(part, string.Empty)).SkipWhile(word => word is "time" or "-" or "run:")];
            string? problem = words switch
            {
                ["traindoctor", .. var arguments] => ProblemOfTool(arguments),
                ["dotnet", "run" or "test" or "build" or "pack" or "publish", ..] => ProblemOfProject(words),
                ["python3", .. var arguments] when arguments.FirstOrDefault() is { } script && (script.StartsWith("samples/", StringComparison.Ordinal) || script.StartsWith("python/", StringComparison.Ordinal)) => Missing(script),
                _ => null,
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Where a command takes any number of paths, an option that does not exist passes for one of them. What stands behind -- is somebody else's.</summary>
    private static string? ProblemOfTool(string[] arguments)
    {
        var parsed = Root.Parse(arguments);
        return parsed.Errors is [var error, ..] ? error.Message
            : parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).FirstOrDefault(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal)) is { } option ? $"there is no option '{option.Value}'"
            : null;
    }

    private static string? ProblemOfProject(string[] words)
    {
        int end = Array.IndexOf(words, "--");
        string[] own = end < 0 ? words : words[..end];
        int option = Array.IndexOf(own, "--project");
        string? project = option >= 0 && option + 1 < own.Length ? own[option + 1] : own.Skip(2).FirstOrDefault(word => Place().IsMatch(word));
        if (project is null || Foreign().IsMatch(project))
        {
            return null;
        }

        return Missing(project) ?? (project == "src/Host" && end >= 0 ? ProblemOfTool(words[(end + 1)..]) : null);
    }

    private static string? Missing(string path) =>
        File.Exists(Path.Combine(Repository.Root, path)) || (Directory.Exists(Path.Combine(Repository.Root, path)) && Directory.EnumerateFiles(Path.Combine(Repository.Root, path), "*.csproj").Any())
            ? null
            : $"there is no '{path}'";

    [GeneratedRegex(@"^\s*(- |run: |\$ )*(?<command>((cat|time|zcat|curl) .*)?\b(traindoctor|dotnet|python3) .*)$")]
    private static partial Regex Known();

    [GeneratedRegex(@"\s#\s.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\d?[<>]+\s*\S+")]
    private static partial Regex Redirection();

    [GeneratedRegex("^(src|tests|samples|benchmarks|data)/")]
    private static partial Regex Place();

    /// <summary>What stands for the reader's own project.</summary>
    [GeneratedRegex("My[A-Z]|^\\.\\.?$|[<$]")]
    private static partial Regex Foreign();
}
