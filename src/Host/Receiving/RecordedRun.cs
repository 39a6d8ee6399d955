using System.Text;

namespace TrainingDoctor.Host.Receiving;

/// <summary>Takes up what a record holds: from a snapshot and the lines behind it, or from its first line.</summary>
internal static class RecordedRun
{
    /// <summary>Takes up a run.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="snapshot">A snapshot of the run; null for none. One of another build, of other rules, or of other lines than those of the record is left aside.</param>
    /// <returns>The state, and how many characters of lines were replayed for it.</returns>
    /// <exception cref="IOException">The record cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The record may not be written.</exception>
    public static (ReceivedDiagnosis State, long Replayed) Restore(IRunRecord record, RuleSet rules, byte[]? snapshot)
    {
        var saved = snapshot is null ? null : ReceivedDiagnosis.Restore(snapshot, rules, out _);
        return (saved is null ? null : GoOn(record, saved)) ?? Replay(record, rules);
    }

    /// <summary>Goes on from a state, unless it is of other lines than those of the record.</summary>
    private static (ReceivedDiagnosis State, long Replayed)? GoOn(IRunRecord record, ReceivedDiagnosis saved)
    {
        long chain = 0;
        long next = 0;
        long replayed = 0;
        bool isSame = false;
        foreach (string line in record.Restore())
        {
            next = RunRecord.Behind(line, next);
            if (isSame)
            {
                replayed += Take(saved, record, line, next);
                continue;
            }

            chain = ReceivedDiagnosis.Link(chain, line);
            if (next < saved.NextLine)
            {
                continue;
            }

            if (next > saved.NextLine || chain != saved.Chain)
            {
                return null;
            }

            isSame = true;
        }

        return isSame ? (saved, replayed) : null;
    }

    private static (ReceivedDiagnosis State, long Replayed) Replay(IRunRecord record, RuleSet rules)
    {
        var state = new ReceivedDiagnosis(rules);
        long next = 0;
        return (state, record.Restore().Sum(line => Take(state, record, line, next = RunRecord.Behind(line, next))));
    }

    private static long Take(ReceivedDiagnosis state, IRunRecord record, string line, long next)
    {
        try
        {
            state.Replay.Add(Encoding.UTF8.GetBytes(line));
        }
        catch (FormatException exception)
        {
            state.Replay.Report(new LogDamage(record.Path, exception.Message));
        }

        state.Pass(line, next);
        return line.Length + 1;
    }
}
