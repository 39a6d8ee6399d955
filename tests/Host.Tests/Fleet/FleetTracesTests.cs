using System.Diagnostics;
using System.Net;
using TrainingDoctor.Host.Fleet;
using TrainingDoctor.Tests.Live;

namespace TrainingDoctor.Tests.Fleet;

/// <summary>What a collector of traces sees of a fleet.</summary>
[Collection(FleetCollection.Name)]
[Trait("Speed", "Slow")]
public sealed class FleetTracesTests(FleetServices services) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });

    /// <summary>A push is one trace, that of its sender: over the host that it comes to, the one that holds the run, and into the record; and so is what another host does that takes the run up.</summary>
    [FleetFact]
    public async Task APushIsFollowedFromHostToHostIntoTheRecord()
    {
        using var collector = new TraceCollector();
        string[] arguments = ["attach", "--listen", "http://127.0.0.1:0", "--cluster", await services.CreateDatabaseAsync()];
        string[] lines = TelemetryLines.Of("followed");
        await using var holding = await HostProcess.StartAsync(_folder, arguments, collector.EnvironmentOf("holding"));
        await using var other = await HostProcess.StartAsync(_folder, arguments, collector.EnvironmentOf("other"));
        var begun = await PushAsync(holding, 0, lines[..30]);

        var pushed = await PushAsync(other, 30, lines[30..40]);
        var path = await collector.PathOfAsync(pushed.Trace, "append to record");

        Assert.Equal(["holding", "holding", "other", "other"], path.Select(span => span.Host));
        Assert.All(path.Skip(1).Take(2), span => Assert.Contains("RunGrain/TakeAsync", span.Name, StringComparison.Ordinal));
        Assert.Equal(pushed.Span, path[^1].Parent);
        Assert.Equal("POST /api/v1/runs/{id}/telemetry", path[^1].Name);
        Assert.Equal(("followed-run", "10"), (path[0].Tags["training_doctor.run.id"], path[0].Tags["training_doctor.lines"]));
        Assert.Equal("transaction begins", Assert.Single(path[0].Events));

        await holding.TerminateAsync();
        var after = await PushAsync(other, 40, lines[40..]);
        var taken = await collector.PathOfAsync(after.Trace, "take up run");
        await collector.PathOfAsync(after.Trace, "append to record");

        Assert.All(taken, span => Assert.Equal("other", span.Host));
        Assert.Equal(FormattableString.Invariant($"{TelemetryLines.Body(lines[..40]).Length}"), taken[0].Tags["training_doctor.replayed.bytes"]);

        // Hosts that watch over each other and over the runs are no traces: all that there is are the three pushes, and that a host handed its run over.
        string[] traces = [begun.Trace, pushed.Trace, after.Trace];
        Assert.All(collector.Spans, span => Assert.True(traces.Contains(span.Trace) || span is { Host: "holding", Name: "deactivate grain" or "execute OnDeactivateAsync" }, $"{span}"));
    }

    /// <summary>The variables are OpenTelemetry's own; an empty one is none.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(false, "OTEL_EXPORTER_OTLP_ENDPOINT=")]
    [InlineData(false, "OTEL_SERVICE_NAME=traindoctor")]
    [InlineData(true, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317")]
    [InlineData(true, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:4318/v1/traces", "OTEL_TRACES_EXPORTER=otlp")]
    [InlineData(false, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317", "OTEL_TRACES_EXPORTER=none")]
    [InlineData(false, "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317", "OTEL_SDK_DISABLED=true")]
    public void TracesAreSentWhereTheEnvironmentAsksForThem(bool expected, params string[] variables) =>
        Assert.Equal(expected, FleetTraces.AreAskedFor(variables.Select(variable => variable.Split('=', 2)).ToDictionary(variable => variable[0], variable => variable[1])));

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Pushes as part of a trace of its sender's.</summary>
    private async Task<(string Trace, string Span)> PushAsync(HostProcess host, long firstLine, string[] lines)
    {
        var (trace, span) = (ActivityTraceId.CreateRandom().ToHexString(), ActivitySpanId.CreateRandom().ToHexString());
        for (long deadline = Environment.TickCount64 + 40_000; ; await Task.Delay(500))
        {
            using var request = TelemetryLines.Push(host.Address, "followed-run", firstLine, TelemetryLines.Body(lines));
            request.Headers.Add("traceparent", $"00-{trace}-{span}-01");
            using var answer = await _http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.Accepted)
            {
                return (trace, span);
            }

            Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable && Environment.TickCount64 < deadline, $"{answer.StatusCode}");
        }
    }
}
