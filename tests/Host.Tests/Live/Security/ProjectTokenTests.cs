using System.Net;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Tests.Live.Security;

/// <summary>Tokens of projects: each has to do with its own runs, by every way that leads to one.</summary>
public sealed class ProjectTokenTests : IDisposable
{
    private const string Master = "of-those-who-see-all";
    private const string Vision = "vision-pushes-with-it";
    private const string VisionReads = "vision-looks-with-it";
    private const string Speech = "speech-pushes-with-it";

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    /// <summary>Two projects that give the same name, and a monitor that knows of no project.</summary>
    [Fact]
    public async Task EachProjectSeesItsOwnRuns()
    {
        await using var host = await StartAsync();
        await PushAsync(host, Vision, "of vision", illFrom: 10);
        await PushAsync(host, Speech, "of speech");
        await PushAsync(host, Master, "of nobody");
        host.Look();

        Assert.Equal(["of vision"], await NamesAsync(host, Vision));
        Assert.Equal(["of vision"], await NamesAsync(host, VisionReads));
        Assert.Equal(["of speech"], await NamesAsync(host, Speech));
        Assert.Equal(["of nobody", "of speech", "of vision"], await NamesAsync(host, Master));
        Assert.Equal((1, 1), await TotalsAsync(host, VisionReads));
        Assert.Equal((1, 0), await TotalsAsync(host, Speech));
        Assert.Equal((3, 1), await TotalsAsync(host, Master));
    }

    /// <summary>What is not a project's is answered as what is not there; what is of all runs together is for those who may see all.</summary>
    [Theory]
    [InlineData("/api/v1/runs/vision.same", HttpStatusCode.NotFound)]
    [InlineData("/runs/vision.same", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/runs/speech.same/against/vision.same", HttpStatusCode.NotFound)]
    [InlineData("/runs/vision.same/against/speech.same", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/runs/same", HttpStatusCode.NotFound)]
    [InlineData("/metrics", HttpStatusCode.Forbidden)]
    [InlineData("/METRICS/", HttpStatusCode.Forbidden)]
    [InlineData("/runs/telemetry", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/RUNS/telemetry", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/runs/vision.same/against/telemetry", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/runs/speech.same", HttpStatusCode.OK)]
    [InlineData("/runs/speech.same", HttpStatusCode.OK)]
    [InlineData("/api/v1/runs", HttpStatusCode.OK)]
    public async Task NoWayLeadsToARunOfOthers(string path, HttpStatusCode expected)
    {
        await using var host = await StartAsync();
        await PushAsync(host, Vision, "of vision");
        await PushAsync(host, Speech, "of speech");
        await PushAsync(host, Master, "of nobody");
        Assert.Equal(HttpStatusCode.Accepted, (await host.PushAsync("telemetry", 0, TelemetryLines.Of("of nobody"))).StatusCode);
        host.Look();

        using var answer = await AskAsync(host, Speech, path);

        Assert.Equal(expected, answer.StatusCode);
        string content = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("of vision", content, StringComparison.Ordinal);
        Assert.DoesNotContain("of nobody", content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheTableAndTheEventsShowAProjectsRuns()
    {
        await using var host = await StartAsync();
        await PushAsync(host, Vision, "of vision");
        await PushAsync(host, Speech, "of speech");
        host.Look();

        string table = await (await AskAsync(host, VisionReads, "/runs")).Content.ReadAsStringAsync();
        using var events = await AskAsync(host, VisionReads, "/api/v1/events");
        using var reader = new StreamReader(await events.Content.ReadAsStreamAsync());
        string? data = null;
        while (data?.StartsWith("data: ", StringComparison.Ordinal) != true)
        {
            data = await reader.ReadLineAsync();
        }

        Assert.Contains("of vision", table, StringComparison.Ordinal);
        Assert.DoesNotContain("of speech", table, StringComparison.Ordinal);
        var first = JObject.Parse(data["data: ".Length..]);
        Assert.Equal(("of vision", 1, 1), ((string?)Assert.Single(first["runs"]!)["name"], (int)first["count"]!, (int)first["totals"]!["runs"]!));
    }

    /// <summary>Who may only look pushes nothing, and a name with a project in it is none that a sender may give.</summary>
    [Fact]
    public async Task NobodyPushesIntoAnotherProject()
    {
        await using var host = await StartAsync();
        string[] lines = TelemetryLines.Of("x");

        host.Http.DefaultRequestHeaders.Authorization = new("Bearer", VisionReads);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.PushAsync("same", 0, lines)).StatusCode);
        host.Http.DefaultRequestHeaders.Authorization = new("Bearer", Speech);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.PushAsync("vision.same", 0, lines)).StatusCode);
        host.Http.DefaultRequestHeaders.Authorization = new("Bearer", Vision + "x");
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.PushAsync("same", 0, lines)).StatusCode);
    }

    /// <summary>A host that starts again knows whose runs it has, and a sender goes on where its own run ended.</summary>
    [Fact]
    public async Task ARunIsItsProjectsAfterARestart()
    {
        await using (var first = await StartAsync())
        {
            await PushAsync(first, Vision, "of vision", to: 20);
            await PushAsync(first, Speech, "of speech", to: 30);
            first.Received.Dispose();
        }

        await using var second = await StartAsync();
        second.Look();

        Assert.Equal(["of vision"], await NamesAsync(second, VisionReads));
        var (_, next) = await LiveTestHost.ReadAsync(await AskAsync(second, Vision, "/api/v1/runs/same/telemetry"));
        Assert.Equal(20, next);
        Assert.True(File.Exists(Path.Combine(_folder, "speech.same.jsonl")));
    }

    /// <summary>A cookie is of the token that it was given for.</summary>
    [Fact]
    public async Task APageSeesWhatItsTokenSees()
    {
        await using var host = await StartAsync();
        await PushAsync(host, Vision, "of vision");
        await PushAsync(host, Speech, "of speech");
        host.Look();

        host.Http.DefaultRequestHeaders.Authorization = new("Bearer", VisionReads);
        using var signed = await host.Http.PostAsync(new Uri(TokenGate.Session, UriKind.Relative), null);
        host.Http.DefaultRequestHeaders.Authorization = null;
        using var listed = await host.GetAsync("/api/v1/runs", ("Cookie", signed.Headers.GetValues("Set-Cookie").Single().Split(';')[0]));

        Assert.Equal(["of vision"], JObject.Parse(await listed.Content.ReadAsStringAsync())["runs"]!.Select(run => (string)run["name"]!));
    }

    [Theory]
    [InlineData("vi.sion", Vision, null, "cannot be a project's name")]
    [InlineData("con", Vision, null, "cannot be a project's name")]
    [InlineData("vision", "short", null, "is short")]
    [InlineData("vision", null, VisionReads, "has no token")]
    [InlineData("vision", Vision, Vision, "somebody else's")]
    [InlineData("vision", Master, null, "somebody else's")]
    public void TokensThatCannotBeToldApartAreRefused(string name, string? token, string? readToken, string reason)
    {
        var options = new LiveOptions { Token = Master, Projects = { [name] = new ProjectTokens { Token = token, ReadToken = readToken } } };

        Assert.Contains(reason, Assert.Throws<UsageException>(() => ProjectTokens.Check(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ProjectsAskForATokenOfThoseWhoSeeAll() =>
        Assert.Contains("TRAINDOCTOR_TOKEN", Assert.Throws<UsageException>(() => ProjectTokens.Check(new LiveOptions { Projects = { ["vision"] = new ProjectTokens { Token = Vision } } })).Message, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<LiveTestHost> StartAsync() => LiveTestHost.StartAsync(
        new LiveOptions { Token = Master, Projects = { ["vision"] = new ProjectTokens { Token = Vision, ReadToken = VisionReads }, ["speech"] = new ProjectTokens { Token = Speech } } },
        folder: _folder);

    private static async Task PushAsync(LiveTestHost host, string token, string name, int illFrom = int.MaxValue, int to = 40)
    {
        host.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var answer = await host.PushAsync("same", 0, TelemetryLines.Of(name, illFrom: illFrom)[..to]);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private static Task<HttpResponseMessage> AskAsync(LiveTestHost host, string token, string path)
    {
        host.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return host.GetAsync(path);
    }

    private static async Task<JObject> ListAsync(LiveTestHost host, string token)
    {
        using var answer = await AskAsync(host, token, "/api/v1/runs");
        return JObject.Parse(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string[]> NamesAsync(LiveTestHost host, string token) => [.. (await ListAsync(host, token))["runs"]!.Select(run => (string)run["name"]!).Order(StringComparer.Ordinal)];

    private static async Task<(int Runs, int Ill)> TotalsAsync(LiveTestHost host, string token) => (await ListAsync(host, token))["totals"] is { } totals ? ((int)totals["runs"]!, (int)totals["ill"]!) : default;
}
