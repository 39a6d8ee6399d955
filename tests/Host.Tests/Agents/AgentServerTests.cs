using System.Net;
using ModelContextProtocol.Client;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Agents;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Tests.Commands;

namespace TrainingDoctor.Tests.Agents;

/// <summary>What a coding agent is told, through the client that the SDK brings.</summary>
public sealed class AgentServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agents").FullName;

    [Fact]
    public async Task SixToolsAreOfferedAndEachSaysWhatItTakes()
    {
        await using var agent = await AgentConversation.BeginAsync(_folder);

        var tools = await agent.Client.ListToolsAsync();

        Assert.Equal(["advise", "compare", "diagnose", "explain", "list_rules", "watch_status"], tools.Select(tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.All(tools, tool => Assert.True(tool.ProtocolTool.Annotations?.ReadOnlyHint));
        Assert.All(
            tools.SelectMany(tool => tool.JsonSchema.GetProperty("properties").EnumerateObject()),
            parameter => Assert.True(parameter.Value.TryGetProperty("description", out var text) && text.GetString()!.Length > 10, parameter.Name));
    }

    [Fact]
    public async Task ALogIsDiagnosedAsTheCommandDoesWithTheSentenceFirst()
    {
        string log = Logs.Ill(_folder, "a.csv");
        await using var agent = await AgentConversation.BeginAsync(_folder);

        var (text, isRefused) = await agent.AskAsync("diagnose", ("path", "a.csv"));
        var (whole, _) = await agent.AskAsync("diagnose", ("path", log), ("whole", true));

        var command = JObject.Parse((await CommandLine.RunAsync("diagnose", log, "--report", "json", "--no-series")).Output);
        var told = JObject.Parse(text);
        Assert.False(isRefused);
        Assert.Equal("summary", told.Properties().First().Name);
        Assert.StartsWith((string)command["findings"]![0]!["title"]!, (string?)told["summary"], StringComparison.Ordinal);
        Assert.Equal(("ill", "TD4001"), ((string?)told["verdict"], (string?)told["findings"]![0]!["ruleId"]));
        Assert.NotEmpty(told["findings"]![0]!["remedies"]!);
        Assert.True(text.Length < 8000, $"{text.Length} characters");
        Assert.True(JToken.DeepEquals(command["findings"], JObject.Parse(whole)["findings"]));
    }

    [Fact]
    public async Task TheTextOfALogIsDiagnosedAndAFolderGivesEachRun()
    {
        Logs.Ill(_folder, "a.csv");
        Logs.Healthy(_folder, "b.csv");
        await using var agent = await AgentConversation.BeginAsync(_folder);

        var (text, _) = await agent.AskAsync("diagnose", ("text", string.Concat(Enumerable.Range(1, 40).Select(epoch => $"epoch {epoch} loss {(epoch < 20 ? "0.5" : "nan")}\n"))));
        var (folder, _) = await agent.AskAsync("diagnose", ("path", "."));

        Assert.Equal("TD4001", (string?)JObject.Parse(text)["findings"]![0]!["ruleId"]);
        Assert.Equal(["ill", "healthy"], JObject.Parse(folder)["runs"]!.Select(run => (string?)run["verdict"]));
        Assert.Equal("2 runs: 1 ill, 1 healthy.", (string?)JObject.Parse(folder)["summary"]);
    }

    [Fact]
    public async Task RulesAreListedAndExplainedRunsComparedAndAdviceIsGiven()
    {
        Logs.Ill(_folder, "a.csv");
        Logs.Healthy(_folder, "b.csv");
        await using var agent = await AgentConversation.BeginAsync(_folder);

        var (rules, _) = await agent.AskAsync("list_rules", ("category", "gradients"));
        var (page, _) = await agent.AskAsync("explain", ("rule", "dead-units"));
        var (advice, _) = await agent.AskAsync("advise", ("task", "regression"), ("depth", "3"));
        var (difference, _) = await agent.AskAsync("compare", ("good", new[] { "b.csv" }), ("bad", "a.csv"));

        Assert.Contains(JArray.Parse(rules), rule => (string?)rule["ruleId"] == "TD2001");
        Assert.DoesNotContain(JArray.Parse(rules), rule => (string?)rule["category"] != "gradients");
        Assert.StartsWith("# TD3001", page, StringComparison.Ordinal);
        Assert.Equal("MSELoss", (string?)JObject.Parse(advice)["output"]!["loss"]);
        Assert.Equal("summary", JObject.Parse(difference).Properties().First().Name);
        Assert.False((bool)JObject.Parse(difference)["isSame"]!);
    }

    [Fact]
    public async Task ARunThatGoesOnIsTakenUpWhereItWas()
    {
        string log = Path.Combine(_folder, "run.jsonl");
        string[] lines = Live.TelemetryLines.Of("growing", illFrom: 30);
        await File.WriteAllLinesAsync(log, lines[..20]);
        await using var agent = await AgentConversation.BeginAsync(_folder);

        var (early, _) = await agent.AskAsync("watch_status", ("path", "run.jsonl"));
        await File.AppendAllLinesAsync(log, lines[20..]);
        var (late, _) = await agent.AskAsync("watch_status", ("path", "run.jsonl"));

        Assert.Empty(JObject.Parse(early)["new"]!);
        Assert.Contains("step 18", (string?)JObject.Parse(early)["summary"], StringComparison.Ordinal);
        Assert.Contains(JObject.Parse(late)["new"]!, line => ((string?)line)!.Contains("TD4001", StringComparison.Ordinal));
        Assert.Contains("is over", (string?)JObject.Parse(late)["summary"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("diagnose", "path", "missing.csv", "no such file")]
    [InlineData("diagnose", "path", "../outside.csv", "outside of the allowed folders")]
    [InlineData("diagnose", "path", "/etc/hostname", "outside of the allowed folders")]
    [InlineData("diagnose", "path", "-", "expected a file or folder")]
    [InlineData("diagnose", "text", "no numbers here", "no number of a training")]
    [InlineData("diagnose", "format", "json", "path")]
    [InlineData("watch_status", "path", "/", "outside of the allowed folders")]
    [InlineData("explain", "rule", "vanishing", "vanishing-gradient")]
    [InlineData("advise", "task", "regresion", "did you mean 'regression'")]
    [InlineData("list_rules", "category", "x", "gradients")]
    public async Task WhatCannotBeAnsweredIsSaidInALine(string tool, string name, string value, string expected)
    {
        await using var agent = await AgentConversation.BeginAsync(_folder);

        var (text, isRefused) = await agent.AskAsync(tool, (name, value));

        Assert.True(isRefused);
        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
    }

    [Fact]
    public async Task ALinkThatLeadsOutIsNotFollowed()
    {
        string inner = Directory.CreateDirectory(Path.Combine(_folder, "allowed")).FullName;
        string secret = Logs.Ill(_folder, "secret.csv");
        Logs.Healthy(inner, "own.csv");
        await using var agent = await AgentConversation.BeginAsync(inner);
        File.CreateSymbolicLink(Path.Combine(inner, "link.csv"), secret);
        Directory.CreateSymbolicLink(Path.Combine(inner, "up"), _folder);

        foreach (string path in new[] { "link.csv", "up/secret.csv", "up", Path.Combine(inner, "up", "secret.csv") })
        {
            var (text, isRefused) = await agent.AskAsync("diagnose", ("path", path));
            Assert.True(isRefused && !text.Contains("TD4001", StringComparison.Ordinal), $"{path}: {text}");
        }

        foreach (string tool in new[] { "diagnose", "watch_status" })
        {
            var (text, isRefused) = await agent.AskAsync(tool, ("path", "."));
            Assert.False(isRefused, text);
            Assert.Contains("own", text, StringComparison.Ordinal);
            Assert.DoesNotContain("TD4001", text, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        }
    }

    /// <summary>Settings of a folder named logs are looked for in the one above it, and links lead anywhere.</summary>
    [Fact]
    public async Task NoConfigurationOutsideIsToldOf()
    {
        string inner = Directory.CreateDirectory(Path.Combine(_folder, "logs")).FullName;
        File.WriteAllText(Path.Combine(_folder, "config.yaml"), "token: outside-1\n");
        File.WriteAllText(Path.Combine(_folder, "args.yaml"), "token: outside-2\n");
        Logs.Healthy(inner, "good.csv");
        Logs.Ill(inner, "bad.csv");
        File.CreateSymbolicLink(Path.Combine(inner, "args.yaml"), Path.Combine(_folder, "args.yaml"));
        File.WriteAllText(Path.Combine(inner, "good.yaml"), "momentum: 0.9\n");
        File.WriteAllText(Path.Combine(inner, "bad.yaml"), "momentum: 0.77\n");
        await using var agent = await AgentConversation.BeginAsync(inner);

        var (text, _) = await agent.AskAsync("compare", ("good", new[] { "good.csv" }), ("bad", "bad.csv"));

        Assert.Contains("0.77", text, StringComparison.Ordinal);
        Assert.DoesNotContain("outside", text, StringComparison.Ordinal);
    }

    /// <summary>The command as an agent starts it: standard output carries the protocol and nothing else, and the server goes when its agent does.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task TheCommandServesOverStandardInputAndOutput()
    {
        Logs.Ill(_folder, "a.csv");
        var transport = new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = "dotnet",
            Arguments = [BuiltCommand.Assembly, "mcp", "--allow", _folder],
            WorkingDirectory = Path.GetTempPath(),
        });
        await using var client = await McpClient.CreateAsync(transport);

        var (text, isRefused) = await AgentConversation.AskAsync(client, "diagnose", ("path", "a.csv"));

        Assert.False(isRefused);
        Assert.Equal("traindoctor", client.ServerInfo?.Name);
        Assert.Equal("ill", (string?)JObject.Parse(text)["verdict"]);
    }

    [Fact]
    public async Task AgentsOfThisMachineAreServedOverHttpAndPagesOfOthersAreNot()
    {
        Logs.Ill(_folder, "a.csv");
        var folders = new AllowedFolders([_folder]);
        var tools = new DoctorTools(folders, RuleSet.Default, new WatchedPlaces(RuleSet.Default, folders));
        var (server, address) = await AgentServer.ListenAsync(tools, LiveAddress.Parse("http://127.0.0.1:0", hasToken: true), _ => { }, CancellationToken.None);
        await using (server)
        {
            await using var client = await McpClient.CreateAsync(new HttpClientTransport(new HttpClientTransportOptions { Endpoint = new Uri(address + AgentServer.Path), TransportMode = HttpTransportMode.StreamableHttp }));
            var (text, isRefused) = await AgentConversation.AskAsync(client, "diagnose", ("path", "a.csv"));
            using var http = new HttpClient();

            Assert.False(isRefused);
            Assert.Equal("ill", (string?)JObject.Parse(text)["verdict"]);
            Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(http, address, "Host", "evil.example"));
            Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(http, address, "Origin", "http://evil.example"));
        }
    }

    [Fact]
    public async Task AnAddressThatOthersReachIsRefused()
    {
        var remote = await CommandLine.RunAsync("mcp", "--allow", _folder, "--http", "http://0.0.0.0:0");
        var missing = await CommandLine.RunAsync("mcp", "--allow", Path.Combine(_folder, "none"));

        Assert.Equal((ExitCode.Usage, ExitCode.Usage), (remote.ExitCode, missing.ExitCode));
        Assert.Contains("other machines", Assert.Single(remote.ErrorLines), StringComparison.Ordinal);
        Assert.Contains("is no folder", Assert.Single(missing.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<HttpStatusCode> PostAsync(HttpClient http, string address, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address + AgentServer.Path) { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        request.Headers.TryAddWithoutValidation(header, value);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }
}
