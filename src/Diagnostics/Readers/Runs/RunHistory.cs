namespace TrainingDoctor.Readers.Runs;

/// <summary>What the loss of a run was along it, thinned out to a few hundred points: by it, a row whose step goes back is told to go on from there or to begin anew.</summary>
internal sealed class RunHistory
{
    private const int Most = 512;

    /// <summary>Share of a run within which a step back is to its beginning, whatever the loss.</summary>
    private const double Beginning = 0.02;

    /// <summary>Share of a run that a step back may pass over where the loss tells nothing.</summary>
    private const double NearEnd = 0.5;

    /// <summary>How many times its own changes from point to point the loss must have fallen by for it to tell the beginning from what came later.</summary>
    private const double Telling = 4;

    /// <summary>Share of what the loss had fallen by within which it is taken to go on.</summary>
    private const double Near = 0.25;

    private readonly List<(double Place, double Loss)> _points = [];
    private long _every = 1;
    private long _passedBy;

    /// <summary>Appends a row of training.</summary>
    public void Add(double place, PlacedRow row)
    {
        if (++_passedBy < _every)
        {
            return;
        }

        _passedBy = 0;
        _points.Add((place, row.Loss));
        if (_points.Count == Most)
        {
            int kept = 0;
            for (int i = 0; i < Most; i += 2)
            {
                _points[kept++] = _points[i];
            }

            _points.RemoveRange(kept, Most - kept);
            _passedBy = _every;
            _every *= 2;
        }
    }

    /// <summary>Tells whether a loss is back at where the run began, instead of where it is.</summary>
    public bool IsBackAtStart(double loss) =>
        _points.Count > 2 && double.IsFinite(loss) && Math.Abs(loss - _points[0].Loss) < Math.Abs(loss - _points[^1].Loss);

    /// <summary>Tells whether a row further back goes on from where the run was there.</summary>
    public bool GoesOn(double place, double loss)
    {
        var (first, last) = (_points[0], _points[^1]);
        double gone = (place - first.Place) / (last.Place - first.Place);
        if (gone < Beginning)
        {
            return false;
        }

        int at = _points.FindIndex(point => point.Place >= place);
        if (at <= 0 || _points.Count < 4 || !double.IsFinite(loss) || !double.IsFinite(_points[at].Loss) || !double.IsFinite(first.Loss))
        {
            return gone >= NearEnd;
        }

        var changes = _points.Zip(_points.Skip(1)).Select(pair => Math.Abs(pair.Second.Loss - pair.First.Loss)).Where(double.IsFinite).Order().ToList();
        double noise = changes.Count == 0 ? 0 : changes[changes.Count / 2];
        double fallen = Math.Abs(first.Loss - _points[at].Loss);

        // What lies closer to the end was trained on from there, by another run.
        bool isThere = fallen > Telling * noise && Math.Abs(loss - _points[at].Loss) <= Math.Abs(loss - last.Loss) && Math.Abs(loss - _points[at].Loss) < Math.Max(Near * fallen, noise);
        return isThere || gone >= NearEnd;
    }
}
