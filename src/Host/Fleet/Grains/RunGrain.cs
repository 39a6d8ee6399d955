using System.Diagnostics;
using Orleans;
using Orleans.Placement;
using Orleans.Runtime;
using TrainingDoctor.Host.Fleet.Records;
using TrainingDoctor.Host.Fleet.Shown;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Receiving;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Host.Fleet.Grains;

/// <summary>
/// Holds a run on the host that its telemetry comes to. Hosts that lost sight of each other may hold the same run for a moment; only one of them can append to its record, and the other lets go of it
/// when it tries.
/// </summary>
/// <param name="runs">The runs that this host holds.</param>
/// <param name="store">The records.</param>
/// <param name="appender">Appends to them.</param>
/// <param name="snapshots">Keeps what the run has come to.</param>
/// <param name="views">Tells all hosts of the run.</param>
/// <param name="setting">The host.</param>
[PreferLocalPlacement]
internal sealed class RunGrain(HeldRuns runs, RecordStore store, RecordAppender appender, HeldSnapshots snapshots, ViewWriter views, GrainSetting setting) : Grain, IRunGrain
{
    private HeldRun? _held;
    private bool _isStale;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _held = await runs.OpenAsync(this.GetPrimaryKeyString(), cancellationToken);
        await base.OnActivateAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_held is not null && !_isStale)
        {
            try
            {
                runs.LookAt(_held);
                await views.SaveAsync(cancellationToken);
                await snapshots.LeaveAsync(_held, reason.ReasonCode == DeactivationReasonCode.ShuttingDown, cancellationToken);
            }
            finally
            {
                runs.Close(_held);
            }
        }

        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RunTaken> TakeAsync(long firstLine, byte[] lines)
    {
        if (_held is not { } held)
        {
            DeactivateOnIdle();
            return new RunTaken { Outcome = IntakeOutcome.NoRoom };
        }

        if (_isStale)
        {
            return new RunTaken();
        }

        // What could not be kept last time comes first; until it is, nothing more is taken.
        if (await SettleAsync(held) is { } trouble)
        {
            return trouble;
        }

        if (!held.Run.HasBegun && firstLine > 0)
        {
            DeactivateOnIdle();
            return new RunTaken { Outcome = IntakeOutcome.Unknown };
        }

        var received = held.Run.Take(firstLine, lines);
        if (await SettleAsync(held) is { } late)
        {
            return late;
        }

        await snapshots.LookAsync(held);
        if (!held.Run.HasBegun)
        {
            DeactivateOnIdle();
        }

        return new RunTaken { Outcome = IntakeOutcome.Taken, NextLine = held.Run.NextLine, Taken = received.Taken, Lost = received.Lost, Fault = received.Fault };
    }

    /// <inheritdoc/>
    public async Task<RunRead?> ReadAsync(RunFormat format, string? known)
    {
        if (!await IsFreshAsync())
        {
            return new RunRead();
        }

        if (_held is not { Run.HasBegun: true } held)
        {
            DeactivateOnIdle();
            return null;
        }

        // The first look at a long run takes time that others need not wait for.
        var reading = await Task.Run(() => runs.LookAt(held) is { } shown
            ? BoardRuns.Read(shown, format, setting.Language, FormattableString.Invariant($"\"{setting.Life}-{shown.Version}\""), known)
            : null);
        return reading is null ? null : new RunRead { Status = reading.Status, Content = reading.Content, Tag = reading.Tag };
    }

    /// <inheritdoc/>
    public Task WakeAsync() => IsFreshAsync();

    /// <summary>Tells whether no other host has gone on with the run; one that has makes this host let go of it.</summary>
    private async Task<bool> IsFreshAsync()
    {
        if (!_isStale && _held is { } held && await store.FindAsync(held.Run.Id, CancellationToken.None) is { } end && end.NextLine > Math.Max(held.Record.Settled, held.Run.NextLine))
        {
            LetGo(held);
        }

        return !_isStale;
    }

    /// <summary>Keeps what has come.</summary>
    /// <returns>Why it is not kept; null when it is.</returns>
    private async Task<RunTaken?> SettleAsync(HeldRun held)
    {
        if (held.Record.TakePending(held.Run.NextLine, held.Run.IsComplete) is not { } append)
        {
            return null;
        }

        using var span = FleetTraces.Source.StartActivity("append to record")?.SetTag("training_doctor.run.id", append.Id).SetTag("training_doctor.lines", append.After - append.Before).SetTag("training_doctor.bytes", append.Lines.Length);
        try
        {
            if (held.Record.IsCleared)
            {
                await store.DeleteAsync(append.Id, held.Record.Settled);
            }

            if (await appender.AppendAsync(append))
            {
                held.Record.Settle();
                return null;
            }
        }
        catch (IntakeAwayException exception)
        {
            span?.SetStatus(ActivityStatusCode.Error, exception.Message);
            return new RunTaken { Away = exception.Message };
        }

        span?.SetStatus(ActivityStatusCode.Error, "Another host has gone on with the run.");
        LetGo(held);
        return new RunTaken();
    }

    private void LetGo(HeldRun held)
    {
        _isStale = true;
        runs.Close(held);
        DeactivateOnIdle();
    }
}

/// <summary>What runs know of their host.</summary>
/// <param name="Language">The language of reports for people.</param>
/// <param name="Life">What no other life of any host is called.</param>
/// <param name="Logs">The names of the logs that it follows.</param>
internal sealed record GrainSetting(ReportLanguage Language, string Life, LogNames Logs);
