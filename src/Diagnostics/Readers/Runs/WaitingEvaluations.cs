using System.Globalization;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Readers.Runs;

/// <summary>Evaluations that wait for the row of training that tells which run they belong to, and those that stand behind a training and may be no point of its curve.</summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="sender">Sends them.</param>
internal sealed class WaitingEvaluations(LogFacts facts, RowSender sender)
{
    /// <summary>So many may wait.</summary>
    public const int Most = 256;

    private readonly List<PlacedRow> _waiting = [];
    private readonly List<PlacedRow> _afterwards = [];

    /// <summary>Gets the number of those that wait for a run.</summary>
    public int Count => _waiting.Count;

    /// <summary>Lets an evaluation wait.</summary>
    public void Add(PlacedRow row) => _waiting.Add(row.Clone());

    /// <summary>Sends those that waited to the run that they belong to.</summary>
    public void Release(OpenRun run)
    {
        if (_waiting.Count > 0)
        {
            SendAll(_waiting, run);
        }
    }

    /// <summary>Sends an evaluation, unless it stands behind a training: Lightning's validate() and test() log one step behind the last, which is no point of the curve.</summary>
    public void Send(OpenRun run, PlacedRow row)
    {
        double place = sender.PlaceOf(row);
        if (facts.EvaluatesAfterwards && row.IsEvaluation && sender.Axis == RowAxis.Step && _afterwards.Count < Most && run.EvaluationDistance > 1 && place == run.LastEvaluation + 1)
        {
            _afterwards.Add(row.Clone());
            return;
        }

        GoOn(run);
        if (double.IsFinite(place) && row.IsEvaluation)
        {
            run.EvaluationDistance = double.IsFinite(run.LastEvaluation) ? Math.Max(run.EvaluationDistance, place - run.LastEvaluation) : 0;
            run.LastEvaluation = place;
        }

        sender.SendEvaluation(run, row);
    }

    /// <summary>Training went on: what seemed to stand behind it was a point of its curve.</summary>
    public void GoOn(OpenRun? run)
    {
        if (_afterwards.Count > 0)
        {
            SendAll(_afterwards, run!);
        }
    }

    /// <summary>Leaves out what stood behind the training of a run.</summary>
    public void End(OpenRun run)
    {
        if (_afterwards.Count > 0)
        {
            run.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"an evaluation after training, at step {_afterwards[0].Step}, was left out of the curve"));
            _afterwards.Clear();
        }
    }

    // No lambda where this is called: what it captures would be allocated for each row of a log, even when nothing waits.
    private void SendAll(List<PlacedRow> rows, OpenRun run)
    {
        rows.ForEach(row => sender.SendEvaluation(run, row));
        rows.Clear();
    }
}
