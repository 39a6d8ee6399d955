using System.Text.RegularExpressions;
using System.Xml.Linq;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Tests.Packing;

namespace TrainingDoctor.Tests.Strangers;

/// <summary>Someone who copies the workflow of docs/guides/ci.md: its shell steps are run as printed, in a shell each, with the tool from a folder of packages.</summary>
[Collection(SharedPackages.Name)]
[Trait("Speed", "Slow")]
public sealed partial class CiGuideTests(PackedRepository packages)
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "guides", "ci.md"));

    [LinuxX64Fact]
    public async Task TheWorkflowsRunAsPrinted()
    {
        foreach (string system in new[] { "GitHub", "GitLab", "Azure DevOps" })
        {
            foreach (int runs in new[] { 1, 2 })
            {
                await FollowAsync(system, runs);
            }
        }
    }

    private async Task FollowAsync(string system, int runs)
    {
        string folder = packages.CreateFolder($"ci-{system.Replace(' ', '-')}-{runs}");
        string home = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        string path = Path.Combine(folder, "path");
        Directory.CreateDirectory(Path.Combine(folder, "runs"));
        for (int run = 1; run <= runs; run++)
        {
            await File.WriteAllLinesAsync(
                Path.Combine(folder, "runs", $"run{run}.csv"),
                ["step,loss", .. Enumerable.Range(1, 60).Select(step => run == 2 && step >= 40 ? FormattableString.Invariant($"{step},nan") : FormattableString.Invariant($"{step},{2.0 / step}"))]);
        }

        var steps = GuideStep.Read(Lines).Where(step => step.System == system && !step.Script.Contains("MyTraining", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(steps);
        foreach (var step in steps)
        {
            string script = step.Script.Replace("dotnet tool install --global traindoctor", $"dotnet tool install --global traindoctor --version {packages.Version} --source {packages.Feed}", StringComparison.Ordinal);
            string prepared = $"""
                export HOME='{home}' DOTNET_CLI_HOME='{home}' GITHUB_PATH='{path}' GITHUB_STEP_SUMMARY='{folder}/summary' DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
                export PATH="$DOTNET_ROOT:$PATH"
                [ -f '{path}' ] && export PATH="$(cat '{path}'):$PATH"
                {script}
                """;
            var outcome = await CommandLine.Run(folder, "/bin/bash", "-e", "-c", prepared);

            // The run that ended as NaN fails the job, and nothing else does.
            outcome.ThatEnds(script.Contains("diagnose", StringComparison.Ordinal) && runs == 2 ? 1 : 0);
            if (outcome.Output.Split("##vso[task.prependpath]") is [_, var added])
            {
                await File.WriteAllTextAsync(path, added.Trim());
            }
        }

        string[] named = [.. Named(system).Distinct()];
        Assert.NotEmpty(named);
        Assert.All(named, file => Assert.True(Path.Exists(Path.Combine(folder, file)) || (file == "report-runs/" && runs == 1), $"{system}, {runs} run(s): {file}"));
        string junit = Path.Combine(folder, system == "Azure DevOps" ? "reports/junit.xml" : "junit.xml");
        Assert.Equal(runs, XDocument.Load(junit).Root!.Elements("testsuite").Count());
        if (system == "GitHub")
        {
            Assert.Equal(runs, JObject.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "report.sarif")))["runs"]!.Count());
            Assert.Contains("run1", await File.ReadAllTextAsync(Path.Combine(folder, "summary")), StringComparison.Ordinal);
        }
    }

    /// <summary>The files and folders that a workflow hands on.</summary>
    private static IEnumerable<string> Named(string system)
    {
        var section = Lines.SkipWhile(line => line != $"## {system}").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
        return section.SelectMany(line => Output().Matches(line)).Select(match => match.Value);
    }

    [GeneratedRegex(@"(reports/)?(gl-code-quality-report\.json|report\.(json|html|sarif)|junit\.xml|summary\.md)|report-runs/")]
    private static partial Regex Output();
}
