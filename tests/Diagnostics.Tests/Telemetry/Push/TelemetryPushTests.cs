using System.Diagnostics.Metrics;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Telemetry.Push;

namespace TrainingDoctor.Tests.Telemetry.Push;

/// <summary>Pushing: what a host gets, whatever it does, and that the training does not notice.</summary>
public sealed class TelemetryPushTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public async Task AllLinesArriveInOrder(int? compressFrom)
    {
        await using var host = await PushHost.StartAsync();
        using var probe = new PushProbe(host.Address, settings => settings with { CompressFrom = compressFrom, BatchLength = 1000, Token = "secret" });

        probe.Step(500);
        probe.Complete();

        AssertWhole(host, 502);
        Assert.Equal(502, probe.Push.Delivered);
        Assert.Null(probe.Shortfall);
        Assert.Empty(probe.Troubles);
        Assert.Equal("pushed", host.Name);
        Assert.All(host.Encodings, encoding => Assert.Equal(compressFrom is null ? string.Empty : "gzip", encoding));
        Assert.All(host.Authorizations, authorization => Assert.Equal("Bearer secret", authorization));
    }

    [Fact]
    public async Task WhatWaitsIsSentWithoutAFullBatch()
    {
        await using var host = await PushHost.StartAsync();
        using var probe = new PushProbe(host.Address);

        probe.Step(3);
        await host.ReachAsync(3).WaitAsync(Patience);

        Assert.Equal([0, 1, 2], host.Lines.Keys);
    }

    [Fact]
    public async Task AHostThatAppearsLaterGetsTheWholeRun()
    {
        await using var host = await PushHost.StartAsync();
        await host.GoAwayAsync();
        using var probe = new PushProbe(host.Address);

        probe.Step(100);
        await probe.TroubleAsync().WaitAsync(Patience);
        await host.ComeBackAsync();
        probe.Complete();

        AssertWhole(host, 102);
    }

    [Fact]
    public async Task AHostThatComesBackWithItsStateMissesNothing()
    {
        await using var host = await PushHost.StartAsync();
        using var probe = new PushProbe(host.Address);
        probe.Step(100);
        await host.ReachAsync(100).WaitAsync(Patience);
        await host.GoAwayAsync();
        probe.Step(100);
        await probe.TroubleAsync().WaitAsync(Patience);

        await host.ComeBackAsync();
        probe.Complete();

        AssertWhole(host, 202);
    }

    [Fact]
    public async Task AHostThatDiesBeforeItAnswersGetsNothingTwice()
    {
        await using var host = await PushHost.StartAsync();
        int posts = 0;
        host.Intercept = async context =>
        {
            if (context.Request.Method == "POST" && posts++ % 2 == 1)
            {
                host.Take(PushHost.FirstLine(context), await PushHost.BodyAsync(context));
                context.Abort();
                return true;
            }

            return false;
        };
        using var probe = new PushProbe(host.Address, settings => settings with { BatchLength = 500 });

        probe.Step(300);
        probe.Complete();

        AssertWhole(host, 302);
        Assert.Equal(host.Bodies.Distinct(), host.Bodies);
        Assert.Equal(302, probe.Push.Delivered);
    }

    [Fact]
    public async Task AHostThatForgotIsToldWhatRunItIs()
    {
        await using var host = await PushHost.StartAsync();
        using var probe = new PushProbe(host.Address);
        probe.Step(100);
        await host.ReachAsync(100).WaitAsync(Patience);
        await host.GoAwayAsync();
        host.Forget();
        probe.Step(100);
        await probe.TroubleAsync().WaitAsync(Patience);

        await host.ComeBackAsync();
        probe.Complete();

        Assert.StartsWith("{\"telemetry\":", host.Lines[0], StringComparison.Ordinal);
        Assert.Equal(201, host.Lines.Keys.Last());
        Assert.Equal(0, host.Lines.Keys.First());
        Assert.Equal(host.Lines.Keys.Last() - host.Lines.Keys.ElementAt(1) + 2, host.Lines.Count);
        Assert.InRange(host.Lines.Keys.ElementAt(1), 2, 101);
    }

    /// <summary>A host between whose death and life no request falls: the connection is made anew without notice.</summary>
    [Fact]
    public async Task AHostThatForgotUnnoticedIsToldToo()
    {
        await using var host = await PushHost.StartAsync();
        using var probe = new PushProbe(host.Address);
        probe.Step(100);
        await host.ReachAsync(100).WaitAsync(Patience);
        host.Forget();

        probe.Step(100);
        probe.Complete();

        Assert.StartsWith("{\"telemetry\":", host.Lines[0], StringComparison.Ordinal);
        Assert.Equal(201, host.Lines.Keys.Last());
    }

    [Fact]
    public async Task AHostThatNeverAnswersDelaysNeitherTheTrainingNorForLongItsEnd()
    {
        await using var host = await PushHost.StartAsync();
        host.Intercept = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        using var probe = new PushProbe(host.Address, settings => settings with { Drain = TimeSpan.FromMilliseconds(20), Capacity = 64 * 1024, BatchLength = 16 * 1024 });

        probe.Step(10_000);
        probe.Complete();

        Assert.InRange(probe.Push.Dropped, 1, 10_000);
        Assert.Equal(0, probe.Push.Delivered);
        Assert.Equal("10002 lines of telemetry were not delivered", probe.Shortfall!.Title.ToString());
    }

    [Fact]
    public async Task ASlowHostSeesAGapWhereLinesFoundNoRoom()
    {
        await using var host = await PushHost.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Intercept = async _ =>
        {
            await gate.Task;
            return false;
        };
        using var probe = new PushProbe(host.Address, settings => settings with { Capacity = 64 * 1024, BatchLength = 16 * 1024 });

        probe.Step(10_000);
        gate.SetResult();
        await host.ReachAsync(100).WaitAsync(Patience);
        probe.Step(1);
        probe.Complete();

        Assert.InRange(probe.Push.Dropped, 1, 10_002);
        Assert.Equal(probe.Push.Lines, host.Lines.Count + probe.Push.Dropped);
        Assert.Equal(probe.Push.Delivered, host.Lines.Count);
        Assert.Equal(0, host.Lines.Keys.First());
        Assert.True(host.NextLine > host.Lines.Count || probe.Push.Lines > host.NextLine, "indexes of dropped lines pass");
        Assert.Contains("no room", probe.Shortfall!.Message.ToString(), StringComparison.Ordinal);
        Assert.Single(probe.Troubles);
    }

    [Fact]
    public async Task AWrongTokenIsSaidOnceAndTheEndDoesNotWait()
    {
        await using var host = await PushHost.StartAsync();
        host.Intercept = context => Answer(context, 401);
        using var probe = new PushProbe(host.Address, settings => settings with { Token = "wrong-secret" });

        probe.Step(100);
        await probe.TroubleAsync().WaitAsync(Patience);
        probe.Complete();

        Assert.Contains(PushSettings.TokenVariable, Assert.Single(probe.Troubles), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", probe.Troubles.Single(), StringComparison.Ordinal);
        Assert.NotNull(probe.Shortfall);
    }

    [Fact]
    public async Task BodiesThatAreTooLargeAreSplitAndOnlyALineThatIsTooLargeIsLeftOut()
    {
        await using var host = await PushHost.StartAsync();
        host.MostBytes = 2000;
        using var probe = new PushProbe(host.Address, settings => settings with { Interval = TimeSpan.FromHours(1) });

        probe.Step(200);
        probe.Step(1, measurements: 200);
        probe.Step(200);
        probe.Complete();

        Assert.Equal(1, probe.Push.Rejected);
        Assert.Equal(402, host.Lines.Count);
        Assert.DoesNotContain(201, host.Lines.Keys);
        Assert.Equal(402, host.Lines.Keys.Last());
    }

    [Fact]
    public async Task LinesThatTheHostCannotReadAreLeftOut()
    {
        await using var host = await PushHost.StartAsync();
        host.Intercept = context => context.Request.Method == "POST" && PushHost.FirstLine(context) > 0 ? Answer(context, 400) : Task.FromResult(false);
        using var probe = new PushProbe(host.Address, settings => settings with { Interval = TimeSpan.FromHours(1), BatchLength = 1000 });

        probe.Step(100);
        probe.Complete();

        Assert.Equal(102, probe.Push.Rejected + probe.Push.Delivered);
        Assert.Equal(host.Lines.Count, probe.Push.Delivered);
        Assert.Single(probe.Troubles);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task ABusyHostIsGivenTheTimeThatItAsksFor(int status)
    {
        await using var host = await PushHost.StartAsync();
        int refusals = 0;
        host.Intercept = context =>
        {
            context.Response.Headers.RetryAfter = "7";
            return refusals++ < 2 ? Answer(context, status) : Task.FromResult(false);
        };
        var time = new PauseLog(Patience, Patience);
        using var probe = new PushProbe(host.Address, settings => settings with { Time = time });

        probe.Step(100);
        probe.Complete();

        AssertWhole(host, 102);
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7)], time.Pauses);
    }

    [Fact]
    public async Task PausesGrow()
    {
        await using var host = await PushHost.StartAsync();
        int failures = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Intercept = context =>
        {
            if (failures++ < 8)
            {
                return Answer(context, 500);
            }

            enough.TrySetResult();
            return Task.FromResult(false);
        };
        var time = new PauseLog(Patience, Patience);
        var usual = new PushSettings();
        using var probe = new PushProbe(host.Address, settings => settings with { Time = time, ShortestPause = usual.ShortestPause, LongestPause = usual.LongestPause, Jitter = () => 0.5 });

        probe.Step(10);
        await enough.Task.WaitAsync(Patience);
        probe.Complete();

        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 10, 10], time.Pauses.Select(pause => pause.TotalSeconds));
        AssertWhole(host, 12);
    }

    [Fact]
    public async Task DisposingWithoutAnEndWaitsForNobody()
    {
        await using var host = await PushHost.StartAsync();
        await host.GoAwayAsync();
        var probe = new PushProbe(host.Address);
        probe.Step(100);

        probe.Dispose();
        probe.Dispose();

        Assert.NotNull(probe.Shortfall);
    }

    [Fact]
    public async Task WhatBecameOfLinesIsSeenThroughMetrics()
    {
        var seen = new System.Collections.Concurrent.ConcurrentQueue<(object? Outcome, long Lines)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Name == "training_doctor.push.lines") { l.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => seen.Enqueue((tags.ToArray().Single(tag => tag.Key == "outcome").Value, value)));
        listener.Start();
        await using var host = await PushHost.StartAsync();
        using var probe = new PushProbe(host.Address);

        probe.Step(50);
        probe.Complete();

        Assert.Equal(52, seen.Where(item => Equals(item.Outcome, "delivered")).Sum(item => item.Lines));
    }

    private static Task<bool> Answer(Microsoft.AspNetCore.Http.HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.FromResult(true);
    }

    private static void AssertWhole(PushHost host, int count)
    {
        Assert.Equal(Enumerable.Range(0, count).Select(line => (long)line), host.Lines.Keys);
        Assert.All(host.Lines.Values, line => JObject.Parse(line));
        Assert.Equal("{\"complete\":true}", host.Lines.Values.Last());
    }
}
