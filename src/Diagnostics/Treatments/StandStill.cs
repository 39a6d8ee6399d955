using System.Globalization;

namespace TrainingDoctor.Treatments;

/// <summary>
/// Lets a trial stand still at the step that <c>plan.json.pace</c> names, so that it costs what was asked of it, however fast it is. Whoever runs the trial stops the process meanwhile, or names a later step; where nobody does either,
/// the training goes on after a while.
/// </summary>
/// <param name="path">The file: the index of a step, after which the training is to stand still.</param>
internal sealed class StandStill(string path)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private long? _lastStep = Read(path);

    /// <summary>Gets for how many looks nobody may answer. Looks are counted, not time: a process that is stopped waits for nothing.</summary>
    public int MostLooks { get; init; } = 2000;

    /// <summary>Waits where it is asked to.</summary>
    /// <param name="step">The step that was taken, from 0.</param>
    public void After(long step)
    {
        for (int looks = 0; step >= _lastStep; looks++)
        {
            long? asked = looks < MostLooks ? Read(path) : null;
            if (asked != _lastStep)
            {
                _lastStep = asked;
            }
            else
            {
                Thread.Sleep(Look);
            }
        }
    }

    private static long? Read(string path)
    {
        try
        {
            return File.Exists(path) && long.TryParse(File.ReadAllText(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out long step) ? step : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
