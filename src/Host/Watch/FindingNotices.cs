using System.Threading.Channels;
using Newtonsoft.Json;

namespace TrainingDoctor.Host.Watch;

/// <summary>Tells others of findings, in the background: a slow or absent receiver delays neither the looking nor the training.</summary>
internal sealed class FindingNotices : IAsyncDisposable
{
    /// <summary>How many notices may wait; what comes beyond is dropped and counted.</summary>
    private const int Capacity = 256;

    private readonly Channel<string> _waiting = Channel.CreateBounded<string>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly IReadOnlyList<INoticeReceiver> _receivers;
    private readonly Action<string> _complain;
    private readonly TimeSpan _patience;
    private readonly Task _sending;
    private int _dropped;

    /// <summary>Begins to wait for findings.</summary>
    /// <param name="receivers">Who is told.</param>
    /// <param name="complain">Is told when a notice could not be given.</param>
    /// <param name="patience">How long the end waits for notices that are still under way.</param>
    public FindingNotices(IReadOnlyList<INoticeReceiver> receivers, Action<string> complain, TimeSpan patience)
    {
        _receivers = receivers;
        _complain = complain;
        _patience = patience;
        _sending = Task.Run(SendAllAsync);
    }

    /// <summary>Puts a finding in the queue.</summary>
    /// <param name="found">The finding.</param>
    public void Post(WatchedFinding found)
    {
        if (_receivers.Count > 0 && !_waiting.Writer.TryWrite(ToJson(found)))
        {
            _dropped++;
        }
    }

    /// <summary>Waits a little for what is still under way, then gives up on it.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.Complete();
        if (await Task.WhenAny(_sending, Task.Delay(_patience)).ConfigureAwait(false) != _sending)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await _sending.ConfigureAwait(false);
        }

        while (_waiting.Reader.TryRead(out _))
        {
            _dropped++;
        }

        if (_dropped > 0)
        {
            _complain(FormattableString.Invariant($"{_dropped} findings could not be told to --on-finding or --webhook in time"));
        }

        foreach (var receiver in _receivers)
        {
            receiver.Dispose();
        }

        _stopping.Dispose();
    }

    // Names come from logs of strangers: they travel as data, never as words of a command line.
    private static string ToJson(WatchedFinding found) => JsonConvert.SerializeObject(new
    {
        runId = found.RunId,
        run = found.RunName,
        path = found.Path,
        ruleId = found.Finding.Rule.Id,
        rule = found.Finding.Rule.Name,
        severity = WatchText.Word(found.Finding.Severity),
        headline = found.Headline,
        title = found.Finding.Title.ToString(),
        message = found.Finding.Message.ToString(),
        layers = found.Finding.Layers,
        firstStep = found.Finding.FirstStep,
        lastStep = found.Finding.LastStep,
    });

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (string json in _waiting.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                // Each receiver has its own troubles: none waits for another.
                string?[] failures = await Task.WhenAll(_receivers.Select(receiver => receiver.TellAsync(json, _stopping.Token))).ConfigureAwait(false);
                foreach (string failure in failures.OfType<string>())
                {
                    _complain(failure);
                }
            }
        }
        catch (OperationCanceledException)
        {
            _dropped++;
        }
    }
}
