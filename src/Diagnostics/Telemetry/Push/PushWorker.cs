using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace TrainingDoctor.Telemetry.Push;

/// <summary>Delivers a run's lines in the background, in order: one request at a time, each batch until it is acknowledged or rejected for good.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Sources without timers hold nothing; a late timer of the drain may still cancel them when the run is over.")]
internal sealed class PushWorker
{
    private const int MostFruitless = 5;

    // By the wall clock, beyond the time that the end of a run waits: the last resort against a pool without free threads.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastPause = TimeSpan.FromSeconds(0.5);

    private readonly PushClient _client;
    private readonly LineQueue _queue;
    private readonly PushTally _tally;
    private readonly PushSettings _settings;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly Task _task;
    private volatile byte[] _firstLine;
    private volatile bool _isDue;
    private volatile bool _isEnding;
    private TimeSpan _pause;

    // The first line begins the run: before it there is nothing to go on from.
    private bool _isInStep = true;
    private long _sentEnd;

    /// <summary>Starts to deliver.</summary>
    /// <param name="client">Speaks with the host.</param>
    /// <param name="queue">Holds the lines.</param>
    /// <param name="firstLine">What the run begins with, for a host that does not know it.</param>
    /// <param name="tally">Counts.</param>
    /// <param name="settings">Times and lengths.</param>
    public PushWorker(PushClient client, LineQueue queue, byte[] firstLine, PushTally tally, PushSettings settings)
    {
        (_client, _queue, _firstLine, _tally, _settings) = (client, queue, firstLine, tally, settings);
        using (ExecutionContext.SuppressFlow())
        {
            _task = Task.Run(RunAsync);
        }
    }

    /// <summary>Replaces what a host that does not know the run is told of it.</summary>
    public void Describe(byte[] firstLine) => _firstLine = firstLine;

    /// <summary>Says that a batch is full.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Delivers what is left, then ends.</summary>
    /// <param name="drain">How long at most.</param>
    public void Finish(TimeSpan drain)
    {
        _isEnding = true;
        Wake();
        if (drain == TimeSpan.Zero)
        {
            _ = _giveUp.CancelAsync();
        }
        else
        {
            _ = _hurry.CancelAsync();
        }

        using var timer = _settings.Time.CreateTimer(_ => _giveUp.CancelAsync(), null, drain, Timeout.InfiniteTimeSpan);
        Task.WaitAny([_task], drain + Grace);
        if (_task.Exception is { InnerException: { } fault })
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    private async Task RunAsync()
    {
        using var timer = _settings.Time.CreateTimer(_ => Tick(), null, _settings.Interval, _settings.Interval);
        try
        {
            while (!_giveUp.IsCancellationRequested)
            {
                bool isEnding = _isEnding;
                if (isEnding || _isDue)
                {
                    _isDue = false;
                    _queue.Seal();
                }

                while (_queue.Take() is { } batch)
                {
                    await DeliverAsync(batch);
                    _queue.Release(batch);
                }

                if (isEnding)
                {
                    return;
                }

                await _wake.Reader.ReadAsync(_giveUp.Token);
            }
        }
        catch (OperationCanceledException) when (_giveUp.IsCancellationRequested)
        {
            // The run is over and its host did not take what was left in time.
        }
    }

    private void Tick()
    {
        _isDue = true;
        Wake();
    }

    private async Task DeliverAsync(LineBatch batch)
    {
        int most = int.MaxValue;
        int fruitless = 0;
        bool hasAsked = false;
        while (batch.Lines > 0)
        {
            if (!_isInStep && !await ResumeAsync(batch))
            {
                continue;
            }

            if (batch.Lines == 0)
            {
                return;
            }

            int lines = Math.Min(most, batch.Lines);
            long first = batch.FirstLine;
            _sentEnd = Math.Max(_sentEnd, first + lines);
            var answer = await _client.SendAsync(first, batch.First(lines), _giveUp.Token);
            switch (answer.Outcome)
            {
                case PushOutcome.Taken when answer.NextLine > first:
                    _pause = TimeSpan.Zero;
                    fruitless = 0;
                    Acknowledge(batch, Math.Min(answer.NextLine, first + lines));
                    break;
                case PushOutcome.Taken when ++fruitless >= MostFruitless:
                    _tally.Reject(lines, "the host wants lines again that it was sent; they were left out");
                    batch.Skip(lines);
                    fruitless = 0;
                    break;
                case PushOutcome.Taken or PushOutcome.Unknown:
                    // A host that began anew asks for the run's beginning; it is told what run it is, and goes on with what is here.
                    bool isFirst = first > 0 && !hasAsked;
                    (_isInStep, hasAsked) = (false, true);
                    await (isFirst ? Task.CompletedTask : PauseAsync(answer));
                    break;
                case PushOutcome.TooLarge when lines > 1:
                    most = lines / 2;
                    break;
                case PushOutcome.TooLarge:
                    _tally.Reject(lines, "a line is longer than the host takes; it was left out");
                    batch.Skip(lines);
                    most = int.MaxValue;
                    break;
                case PushOutcome.Malformed:
                    _tally.Reject(lines, "the host could not read lines; they were left out");
                    batch.Skip(lines);
                    break;
                default:
                    _isInStep = false;
                    await PauseAsync(answer);
                    break;
            }
        }
    }

    /// <summary>Asks a host from where to go on, after a failure; pauses where that fails too.</summary>
    private async Task<bool> ResumeAsync(LineBatch batch)
    {
        var answer = await _client.AskAsync(_giveUp.Token);
        if (answer is { Outcome: PushOutcome.Taken, NextLine: > 0 })
        {
            // What was never sent cannot be known to the host, whatever it says.
            Acknowledge(batch, Math.Min(answer.NextLine, _sentEnd));
            return _isInStep = true;
        }

        if (answer.Outcome is PushOutcome.Taken or PushOutcome.Unknown)
        {
            if (batch.FirstLine == 0)
            {
                return _isInStep = true;
            }

            answer = await _client.SendAsync(0, _firstLine, _giveUp.Token);
            if (answer is { Outcome: PushOutcome.Taken, NextLine: > 0 })
            {
                return _isInStep = true;
            }
        }

        await PauseAsync(answer);
        return false;
    }

    private void Acknowledge(LineBatch batch, long nextLine)
    {
        int lines = (int)Math.Clamp(nextLine - batch.FirstLine, 0, batch.Lines);
        int before = batch.Length;
        batch.Skip(lines);
        _tally.Deliver(lines, before - batch.Length);
    }

    private async Task PauseAsync(PushAnswer answer)
    {
        bool isRefused = answer.Outcome == PushOutcome.Refused;
        _tally.Say(isRefused ? $"{answer.Reason}: the token in {PushSettings.TokenVariable} is missing or wrong" : answer.Reason);
        if (isRefused && _isEnding)
        {
            await _giveUp.CancelAsync();
        }

        _pause = _pause == TimeSpan.Zero ? _settings.ShortestPause : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, _settings.LongestPause.Ticks));
        var pause = isRefused ? _settings.RefusedPause : answer.Pause ?? Spread(_pause);
        if (!_isEnding)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_hurry.Token, _giveUp.Token);
            await Task.Delay(pause, _settings.Time, either.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            _giveUp.Token.ThrowIfCancellationRequested();
            return;
        }

        // The end of a run does not wait long for a host that is away, but for one that said when it has time.
        await Task.Delay(answer.Pause ?? (pause < LastPause ? pause : LastPause), _settings.Time, _giveUp.Token);
    }

    private TimeSpan Spread(TimeSpan pause) => TimeSpan.FromTicks(Math.Min((long)(pause.Ticks * (0.8 + (0.4 * _settings.Jitter()))), _settings.LongestPause.Ticks));
}
