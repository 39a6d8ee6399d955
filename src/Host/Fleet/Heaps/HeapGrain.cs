using Orleans;
using Orleans.Placement;

namespace TrainingDoctor.Host.Fleet.Heaps;

/// <summary>Has some logs diagnosed by its host.</summary>
/// <param name="worker">Diagnoses.</param>
[PreferLocalPlacement]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class HeapGrain(HeapWorker worker) : Grain, IHeapGrain
{
    /// <summary>How long whoever asks waits: well below what makes a host count as silent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private Task<HeapAnswer>? _work;

    /// <inheritdoc/>
    public async Task<HeapAnswer> DiagnoseAsync(HeapTask task)
    {
        _work ??= worker.DiagnoseAsync(task);
        if (await Task.WhenAny(_work, Task.Delay(Patience)) != _work)
        {
            return new HeapAnswer { IsGoing = true };
        }

        DeactivateOnIdle();
        return await _work;
    }
}
