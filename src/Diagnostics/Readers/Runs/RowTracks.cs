namespace TrainingDoctor.Readers.Runs;

/// <summary>
/// Tells runs apart whose rows stand by turns, by their steps alone: each row goes on the run whose last step lies closest before its own. This makes the fewest runs in which steps only rise (patience sorting).
/// </summary>
internal static class RowTracks
{
    /// <summary>Assigns each place to a run.</summary>
    /// <returns>Null when more than <paramref name="most"/> runs would be needed.</returns>
    public static List<int>? Assign(IReadOnlyList<double> places, int most)
    {
        var lasts = new List<double>();
        var tracks = new List<int>(places.Count);
        foreach (double place in places)
        {
            int best = -1;
            for (int track = 0; track < lasts.Count; track++)
            {
                best = lasts[track] < place && (best < 0 || lasts[track] > lasts[best]) ? track : best;
            }

            if (best < 0)
            {
                if (lasts.Count >= most)
                {
                    return null;
                }

                best = lasts.Count;
                lasts.Add(place);
            }

            lasts[best] = place;
            tracks.Add(best);
        }

        return tracks;
    }

    /// <summary>Tells whether runs take turns: one after the other, each would be left once.</summary>
    public static bool AreByTurns(List<int> tracks)
    {
        int changes = tracks.Zip(tracks.Skip(1)).Count(pair => pair.First != pair.Second);
        return changes > 3 * (tracks.Max() + 1);
    }

    /// <summary>Assigns every row of a log; one that is not of training goes with the row of training before it.</summary>
    public static int[] OfRows(TrainingRows training, int count)
    {
        var tracks = Assign(training.Places, int.MaxValue)!;
        var rows = new int[count];
        Array.Fill(rows, -1);
        for (int i = 0; i < tracks.Count; i++)
        {
            rows[training.Indices[i]] = tracks[i];
        }

        int last = 0;
        for (int row = 0; row < count; row++)
        {
            last = rows[row] = rows[row] < 0 ? last : rows[row];
        }

        return rows;
    }
}
