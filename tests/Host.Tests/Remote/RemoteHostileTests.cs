using System.Net;
using System.Text;
using TrainingDoctor.Host.Remote;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Tests.Remote;

/// <summary>A host that is followed is a stranger: what it answers is checked, and it decides neither memory nor exit codes.</summary>
public sealed class RemoteHostileTests : IDisposable
{
    private readonly HttpListener _listener = new();

    public static TheoryData<string> Events =>
    [
        "data: {\"runs\":null}\n\n",
        "data: {\"runs\":{}}\n\n",
        "data: {}\n\n",
        "data: []\n\n",
        "data: nonsense\n\n",
        "data: " + new string('[', 5000) + "\n\n",
        "data: " + new string('x', 20 * 1024 * 1024),
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public async Task WhatIsNoAnswerOfThisProgramIsWrongUsage(string events)
    {
        var address = Serve(context =>
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.OutputStream.Write(Encoding.UTF8.GetBytes(events));
        });

        var fault = await Assert.ThrowsAsync<UsageException>(() => FollowAsync(address));

        Assert.Contains("does not answer as traindoctor does", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ValuesOfAnyKindAreOnlyShown()
    {
        var address = Serve(context =>
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.OutputStream.Write("data: {\"runs\":[null,{\"name\":{},\"id\":[],\"findings\":{}},{\"name\":\"n\\u001b[31m\",\"findings\":[1,{\"ruleId\":5,\"severity\":\"error\",\"title\":null}]}]}\n\n"u8);
        });

        (int code, string output) = await FollowAsync(address, Severity.Error);

        Assert.Equal(ExitCode.Findings, code);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task NobodyIsSentElsewhere()
    {
        var address = Serve(context =>
        {
            context.Response.StatusCode = 302;
            context.Response.RedirectLocation = "http://127.0.0.1:9/";
        });

        var fault = await Assert.ThrowsAsync<UsageException>(() => FollowAsync(address));

        Assert.Contains("302", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _listener.Close();

    private static async Task<(int Code, string Output)> FollowAsync(Uri address, Severity? stopWhen = null, TimeSpan? patience = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var follower = new RemoteFollower(address, new Terminal(output, error));
        int code = await follower.RunAsync(new WatchOptions(TimeSpan.FromSeconds(1), patience ?? TimeSpan.FromSeconds(20), Severity.Error, stopWhen), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        return (code, output.ToString());
    }

    private Uri Serve(Action<HttpListenerContext> answer)
    {
        var address = new Uri(FormattableString.Invariant($"http://127.0.0.1:{FreePort.Next()}/"));
        _listener.Prefixes.Add(address.ToString());
        _listener.Start();
        _ = Task.Run(async () =>
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                try
                {
                    answer(context);
                    context.Response.Close();
                }
                catch (HttpListenerException)
                {
                    // The client has gone.
                }
            }
        });
        return address;
    }
}
