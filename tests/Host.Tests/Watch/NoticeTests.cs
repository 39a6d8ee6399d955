using System.Net;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Tests.Watch;

public sealed class NoticeTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    private readonly Receiver _receiver = new();

    [Fact]
    public async Task TriesAgainAfterAnError()
    {
        _receiver.Answers = [HttpStatusCode.InternalServerError, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK];
        using var webhook = new Webhook(_receiver.Address, Long, Short);

        string? failure = await webhook.TellAsync("{\"ruleId\":\"TD4001\"}", CancellationToken.None);

        Assert.Null(failure);
        Assert.Equal(Enumerable.Repeat("{\"ruleId\":\"TD4001\"}", 3), _receiver.Bodies);
    }

    [Fact]
    public async Task GivesUpAtOnceWhereTryingAgainIsOfNoUse()
    {
        _receiver.Answers = [HttpStatusCode.NotFound];
        using var webhook = new Webhook(_receiver.Address, Long, Short);

        Assert.Equal("--webhook: answered 404", await webhook.TellAsync("{}", CancellationToken.None));
        Assert.Single(_receiver.Bodies);
    }

    [Fact]
    public async Task GivesUpOnWhoNeverAnswersAndKeepsTheAddressToItself()
    {
        _receiver.Answers = null;
        using var webhook = new Webhook(new Uri(_receiver.Address, "services/secret-token"), TimeSpan.FromMilliseconds(200), Short);

        Assert.Equal("--webhook: no answer in time", await webhook.TellAsync("{}", CancellationToken.None));
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task NeverDelaysWhoPosts()
    {
        _receiver.Answers = null;
        var complaints = new List<string>();
        var notices = new FindingNotices([new Webhook(_receiver.Address, Long, Short)], complaints.Add, TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < 1000; i++)
        {
            notices.Post(Found($"run {i}"));
        }

        await notices.DisposeAsync().AsTask().WaitAsync(Long);

        Assert.Equal("1000 findings could not be told to --on-finding or --webhook in time", Assert.Single(complaints));
    }

    [Fact]
    public async Task DeliversWhatIsWaitingBeforeItEnds()
    {
        _receiver.Answers = [HttpStatusCode.OK];
        var notices = new FindingNotices([new Webhook(_receiver.Address, Long, Short)], complaint => Assert.Fail(complaint), Long);
        notices.Post(Found("first"));
        notices.Post(Found("second"));

        await notices.DisposeAsync();

        Assert.Equal(["first", "second"], _receiver.Bodies.Select(body => (string?)JObject.Parse(body)["run"]));
    }

    [Theory]
    [InlineData("exit 3", "--on-finding: the command ended with 3")]
    [InlineData("cat > /dev/null; sleep 60", "--on-finding: the command took too long and was ended")]
    [InlineData("true", null)]
    [InlineData("sleep 60 & exit 0", null)]
    public async Task SaysWhyACommandFailed(string line, string? failure)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var command = new FindingCommand(line, TimeSpan.FromSeconds(failure?.EndsWith("ended", StringComparison.Ordinal) == true ? 0.5 : 30));

        Assert.Equal(failure, await command.TellAsync("{}", CancellationToken.None));
    }

    /// <summary>What a command left in the background has lost its parent by the time the command is ended, and is ended all the same.</summary>
    [Fact]
    public async Task NothingOfACommandLivesOn()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        string path = Path.GetTempFileName();
        using var command = new FindingCommand($"(sleep 301 & echo $! > '{path}'); sleep 302", TimeSpan.FromSeconds(1));

        string? failure = await command.TellAsync("{}", CancellationToken.None);

        int left = int.Parse(await File.ReadAllTextAsync(path), System.Globalization.CultureInfo.InvariantCulture);
        File.Delete(path);
        Assert.Equal("--on-finding: the command took too long and was ended", failure);
        Assert.True(SpinWait.SpinUntil(() => !IsAlive(left), Long), $"process {left} lives on");
    }

    public void Dispose() => _receiver.Dispose();

    /// <summary>What has ended and was not yet waited for is no longer alive.</summary>
    private static bool IsAlive(int process) => File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z", StringComparison.Ordinal);

    private static WatchedFinding Found(string run)
    {
        var engine = new RuleEngine(RuleSet.Default, new ScopeTable());
        engine.Begin(new RunDescription { Name = run });
        for (int step = 0; step < 20; step++)
        {
            engine.Observe(new Measurement(step, Metric.Loss, ScopeTable.Run, double.NaN));
        }

        return new WatchedFinding("id", run, null, engine.Snapshot().Findings[0], "What, why, what to do.");
    }

    /// <summary>A web server that answers as it is told, the last answer again and again; without answers it lets everyone wait.</summary>
    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly List<HttpListenerContext> _waiting = [];
        private int _served;

        public Receiver()
        {
            Address = new Uri(FormattableString.Invariant($"http://127.0.0.1:{FreePort.Next()}/"));
            _listener.Prefixes.Add(Address.ToString());
            _listener.Start();
            _ = ServeAsync();
        }

        public Uri Address { get; }

        public IReadOnlyList<HttpStatusCode>? Answers { get; set; } = [HttpStatusCode.OK];

        public List<string> Bodies { get; } = [];

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using var body = new StreamReader(context.Request.InputStream);
                    Bodies.Add(await body.ReadToEndAsync());
                    if (Answers is null)
                    {
                        _waiting.Add(context);
                        continue;
                    }

                    context.Response.StatusCode = (int)Answers[Math.Min(_served++, Answers.Count - 1)];
                    context.Response.Close();
                }
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The test is over.
            }
        }
    }
}
