namespace TrainingDoctor.Host.Receiving;

/// <summary>Takes up what a record holds: from a snapshot and the lines behind it, or from its first line.</summary>
internal static class RecordedRun
{
    /// <summary>Takes up a run.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="snapshot">A snapshot of the run; null for none. One of another build, of other rules, or of other lines than those of the record is left aside.</param>
    /// <returns>The state, and how many bytes of lines were replayed for it.</returns>
    /// <exception cref="IOException">The record cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The record may not be written.</exception>
    public static (ReceivedDiagnosis State, long Replayed) Restore(IRunRecord record, RuleSet rules, byte[]? snapshot)
    {
        var saved = snapshot is null ? null : ReceivedDiagnosis.Restore(snapshot, rules, out _);
        return (saved is null ? null : record.VouchesForSnapshots ? Replay(record, saved) : GoOn(record, saved)) ?? Replay(record, new ReceivedDiagnosis(rules));
    }

    /// <summary>Goes on from a state, unless it is of other lines than those of the record.</summary>
    private static (ReceivedDiagnosis State, long Replayed)? GoOn(IRunRecord record, ReceivedDiagnosis saved)
    {
        long wanted = saved.NextLine;
        long chain = 0;
        long replayed = 0;
        bool isSame = false;
        record.Restore(0, (line, next) =>
        {
            if (isSame)
            {
                replayed += Take(saved, record, line, next);
                return true;
            }

            chain = ReceivedDiagnosis.Link(chain, line);
            isSame = next == wanted && chain == saved.Chain;
            return isSame || next < wanted;
        });
        return isSame ? (saved, replayed) : null;
    }

    private static (ReceivedDiagnosis State, long Replayed) Replay(IRunRecord record, ReceivedDiagnosis state)
    {
        long replayed = 0;
        record.Restore(state.NextLine, (line, next) =>
        {
            replayed += Take(state, record, line, next);
            return true;
        });
        return (state, replayed);
    }

    private static long Take(ReceivedDiagnosis state, IRunRecord record, ReadOnlySpan<byte> line, long next)
    {
        try
        {
            state.Replay.Add(line);
        }
        catch (FormatException exception)
        {
            state.Replay.Report(new LogDamage(record.Path, exception.Message));
        }

        state.Pass(line, next);
        return line.Length + 1;
    }
}
