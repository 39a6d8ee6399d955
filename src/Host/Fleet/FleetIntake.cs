using Orleans;
using Orleans.Runtime;
using TrainingDoctor.Host.Fleet.Grains;
using TrainingDoctor.Host.Fleet.Records;
using TrainingDoctor.Host.Receiving;

namespace TrainingDoctor.Host.Fleet;

/// <summary>Takes telemetry for whichever host holds its run.</summary>
/// <param name="store">The records.</param>
/// <param name="grains">Finds the host; null before this one is ready.</param>
internal sealed class FleetIntake(RecordStore store, Func<IGrainFactory> grains) : ITelemetryIntake
{
    /// <summary>How often a run is looked for that another host takes over at this moment.</summary>
    private const int Attempts = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    /// <remarks>The record knows, whoever holds the run.</remarks>
    public async Task<long?> NextLineAsync(string id, CancellationToken cancellation) => (await store.FindAsync(id, cancellation))?.NextLine;

    /// <inheritdoc/>
    public async Task<Intake> TakeAsync(string id, long firstLine, ReadOnlyMemory<byte> lines, CancellationToken cancellation)
    {
        byte[] copy = lines.ToArray();
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            if (await TakeAsync(id, firstLine, copy, cancellation) is { } taken)
            {
                return taken;
            }

            await Task.Delay(Pause * attempt, cancellation);
        }

        throw new IntakeAwayException("Another host takes this run over.");
    }

    private async Task<Intake?> TakeAsync(string id, long firstLine, byte[] lines, CancellationToken cancellation)
    {
        try
        {
            var taken = await grains().GetGrain<IRunGrain>(id).TakeAsync(firstLine, lines).WaitAsync(cancellation);
            return taken.Away is { } reason ? throw new IntakeAwayException(reason)
                : taken.Outcome is { } outcome ? new Intake(outcome, taken.NextLine, new ReceivedLines(taken.Taken, taken.Lost, taken.Fault))
                : null;
        }
        catch (LimitExceededException)
        {
            return new Intake(IntakeOutcome.Busy);
        }
        catch (SiloUnavailableException)
        {
            // The host that held it has died; the next attempt finds another.
            return null;
        }
        catch (Exception exception) when (exception is not (IntakeAwayException or OutOfMemoryException) && !cancellation.IsCancellationRequested)
        {
            // What another host throws arrives as whatever could be made of it here; the run is safe in its record in any case.
            throw new IntakeAwayException("The host that holds this run does not answer.", exception);
        }
    }
}
