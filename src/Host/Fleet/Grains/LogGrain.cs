using Orleans;
using Orleans.Placement;
using Orleans.Runtime;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Watch;

namespace TrainingDoctor.Host.Fleet.Grains;

/// <summary>Stands on the host that follows a log. Where it came to be on another one, it goes, so that the next call places it anew.</summary>
/// <param name="board">The runs of this host.</param>
/// <param name="setting">The host.</param>
[PreferLocalPlacement]
[CollectionAgeLimit(Minutes = 2)]
internal sealed class LogGrain(RunBoard board, GrainSetting setting) : Grain, ILogGrain
{
    /// <inheritdoc/>
    public async Task<RunRead?> ReadAsync(RunFormat format, string? known)
    {
        if (Find() is not { } shown)
        {
            return null;
        }

        var reading = await Task.Run(() => BoardRuns.Read(shown, format, setting.Language, FormattableString.Invariant($"\"{setting.Life}-{shown.Version}\""), known));
        return new RunRead { Status = reading.Status, Content = reading.Content, Tag = reading.Tag };
    }

    private BoardRun? Find()
    {
        var shown = setting.Logs.OwnOf(this.GetPrimaryKeyString()) is { } id ? board.Find(id) : null;
        if (shown is null)
        {
            DeactivateOnIdle();
        }

        return shown;
    }
}
