using System.Net;
using System.Net.ServerSentEvents;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Live;

namespace TrainingDoctor.Tests.Live;

/// <summary>The events that pages and consoles follow.</summary>
public sealed class EventStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task TellsHowThingsStandThenWhatChanges()
    {
        await using var host = await LiveTestHost.StartAsync();
        string[] lines = TelemetryLines.Of("told", illFrom: 30);
        await host.PushAsync("a", 0, lines[..20]);
        await host.PushAsync("b", 0, TelemetryLines.Of("other"));
        host.Look();
        await using var events = Events(await host.GetAsync("/api/v1/events"));

        var first = await NextAsync(events);
        await host.PushAsync("a", 20, lines[20..]);
        host.Look();
        var second = await NextAsync(events);

        Assert.Equal((true, 2, 2), ((bool)first["isWhole"]!, (int)first["count"]!, first["runs"]!.Count()));
        var run = Assert.Single(second["runs"]!);
        Assert.Equal((false, "a", "ill", true), ((bool)second["isWhole"]!, (string?)run["id"], (string?)run["verdict"], (bool)run["ended"]!));
        Assert.Contains(run["findings"]!, finding => (string?)finding["ruleId"] == "TD4001");
        Assert.Equal("NaN", (string?)run["loss"]);
    }

    [Fact]
    public async Task OneWhoComesBackHearsWhatWasMissed()
    {
        await using var host = await LiveTestHost.StartAsync();
        await host.PushAsync("a", 0, TelemetryLines.Of("before"));
        host.Look();
        var parser = SseParser.Create(await (await host.GetAsync("/api/v1/events")).Content.ReadAsStreamAsync());
        await using var events = parser.EnumerateAsync().GetAsyncEnumerator();
        await NextAsync(events);
        string last = parser.LastEventId;
        await host.PushAsync("b", 0, TelemetryLines.Of("meanwhile"));
        host.Look();

        await using var resumed = Events(await host.GetAsync("/api/v1/events", ("Last-Event-ID", last)));
        await using var ofAnotherHost = Events(await host.GetAsync("/api/v1/events", ("Last-Event-ID", "00000000-1")));
        await using var nonsense = Events(await host.GetAsync("/api/v1/events", ("Last-Event-ID", "?")));

        Assert.Equal("meanwhile", (string?)Assert.Single((await NextAsync(resumed))["runs"]!)["name"]);
        Assert.Equal((true, 2), await WholeAsync(ofAnotherHost));
        Assert.Equal((true, 2), await WholeAsync(nonsense));
    }

    [Fact]
    public async Task ThereIsRoomForSoMany()
    {
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { MaxStreams = 2 });

        using var first = await host.GetAsync("/api/v1/events");
        using var second = await host.GetAsync("/api/v1/events");
        using var third = await host.GetAsync("/api/v1/events");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (first.StatusCode, second.StatusCode, third.StatusCode));
        Assert.NotNull(third.Headers.RetryAfter);
        Assert.Matches(@"training_doctor_streams[^\n]* 2\b", await host.Http.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task TheEndOfTheHostEndsTheStreams()
    {
        var host = await LiveTestHost.StartAsync();
        await using var events = Events(await host.GetAsync("/api/v1/events"));
        await NextAsync(events);

        await host.DisposeAsync().AsTask().WaitAsync(Patience);

        bool goesOn = false;
        await Record.ExceptionAsync(async () => goesOn = await events.MoveNextAsync().AsTask().WaitAsync(Patience));
        Assert.False(goesOn);
    }

    [Fact]
    public async Task HealthAndMetricsTellOfTheHost()
    {
        await using var host = await LiveTestHost.StartAsync();
        await host.PushAsync("a", 0, TelemetryLines.Of("ill", illFrom: 5));
        host.Look();

        Assert.Equal("Healthy", await host.Http.GetStringAsync("/health"));
        string metrics = await host.Http.GetStringAsync("/metrics");
        Assert.Matches(@"training_doctor_runs\w*\{[^}]*state=""ended""[^}]*verdict=""ill""[^}]*\} 1\b", metrics);
        Assert.Matches(@"training_doctor_findings\w*\{[^}]*rule=""TD4001""[^}]*\} 1\b", metrics);
        Assert.Matches(@"training_doctor_received_lines_total\{[^}]*outcome=""taken""[^}]*\} 62\b", metrics);
    }

    [Fact]
    public async Task TheReportIsThatOfTheContractAndSaysWhenItHasNotChanged()
    {
        await using var host = await LiveTestHost.StartAsync();
        await host.PushAsync("a", 0, TelemetryLines.Of("x", layers: 2));
        host.Look();

        var answer = await host.GetAsync("/api/v1/runs/a");
        var report = JObject.Parse(await answer.Content.ReadAsStringAsync());
        var again = await host.GetAsync("/api/v1/runs/a", ("If-None-Match", answer.Headers.ETag!.Tag));

        Assert.Equal("1.1", (string?)report["schemaVersion"]);
        Assert.Equal(60, report["series"]!["loss"]![0]!["steps"]!.Count());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/api/v1/runs/b")).StatusCode);
    }

    [Fact]
    public async Task TwoRunsAreCompared()
    {
        await using var host = await LiveTestHost.StartAsync();
        await host.PushAsync("good", 0, TelemetryLines.Of("x"));
        await host.PushAsync("bad", 0, TelemetryLines.Of("y", illFrom: 20));
        host.Look();

        var comparison = JObject.Parse(await (await host.GetAsync("/api/v1/runs/good/against/bad")).Content.ReadAsStringAsync());

        Assert.Equal((false, "loss", 20), ((bool)comparison["isSame"]!, (string?)comparison["place"], (int)comparison["partsAt"]!));
        Assert.Contains("<h1>They part at step 20", await (await host.GetAsync("/runs/good/against/bad")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/runs/none/against/bad")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/runs/good/against/none")).StatusCode);
    }

    private static IAsyncEnumerator<SseItem<string>> Events(HttpResponseMessage response) =>
        SseParser.Create(response.Content.ReadAsStream()).EnumerateAsync().GetAsyncEnumerator();

    private static async Task<JObject> NextAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Patience));
        return JObject.Parse(events.Current.Data);
    }

    private static async Task<(bool IsWhole, int Runs)> WholeAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        var first = await NextAsync(events);
        return ((bool)first["isWhole"]!, first["runs"]!.Count());
    }
}
