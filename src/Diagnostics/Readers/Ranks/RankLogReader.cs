using System.Globalization;

namespace TrainingDoctor.Readers.Ranks;

/// <summary>
/// Reads the logs of the ranks of one distributed run as one: the lowest rank's log is the run, and every rank adds its loss, the norm of its weights and the time of its steps.
/// </summary>
/// <param name="logs">The ranks, in order.</param>
/// <param name="path">Where they are.</param>
/// <param name="name">The name of the run.</param>
/// <param name="options">How to read.</param>
internal sealed class RankLogReader(IReadOnlyList<RankLog> logs, string path, string name, LogReadOptions options) : ILogReader
{
    private readonly LogReadOptions _options = options with { IsRank = true, Parallelism = 1, Progress = null };
    private readonly List<RankStream> _others = [];

    public void Read(RunSinkFactory open, CancellationToken cancellationToken)
    {
        _others.AddRange(logs.Skip(1).Select(log => new RankStream(log, _options, cancellationToken)));
        int runs = 0;
        logs[0].Source.With(_options).Read(
            (run, scopes) =>
            {
                int number = runs++;
                var described = Describe(run, number);
                return open(described, scopes) is { } sink ? new Merger(this, sink, scopes, number) : null;
            },
            cancellationToken);
    }

    public void Dispose() => _others.ForEach(stream => stream.Dispose());

    private RunDescription Describe(RunDescription run, int number)
    {
        var notes = new List<string>(run.Log?.Notes ?? [])
        {
            $"merged from the logs of {logs.Count} ranks: {string.Join(", ", logs.Take(16).Select(log => log.Rank.ToString(CultureInfo.InvariantCulture)))}{(logs.Count > 16 ? ", …" : string.Empty)}",
        };
        notes.AddRange(_others.Where(stream => stream.Failure is not null).Select(stream => string.Create(CultureInfo.InvariantCulture, $"rank {stream.Rank}: {stream.Failure}")));
        return run with
        {
            Name = number == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} ({number + 1})"),
            Path = path,
            Log = (run.Log ?? new LogDescription { Format = "telemetry" }) with { Notes = notes },
        };
    }

    /// <summary>Passes the run of the lowest rank on, and puts in what the ranks measured, each step once the run has left it.</summary>
    private sealed class Merger(RankLogReader reader, IMeasurementSink inner, ScopeTable scopes, int number) : IMeasurementSink
    {
        private readonly Queue<RankPoint> _own = new();
        private RankPoint _point = new(number, -1);
        private RunDescription? _run;
        private long _sent = -1;
        private bool _isOver;

        public void Begin(RunDescription run)
        {
            _run = run;
            inner.Begin(reader.Describe(run, number));
        }

        public void Update(RunDescription run)
        {
            _run = run;
            inner.Update(reader.Describe(run, number));
        }

        public void Observe(in Measurement measurement)
        {
            if (measurement.Step != _point.Step)
            {
                EndStep();
                Emit(measurement.Step - 1);
                _point = new RankPoint(number, measurement.Step);
            }

            _point.Take(measurement);
            _sent = Math.Max(_sent, measurement.Step);
            if (measurement.Metric != Metric.StepDuration)
            {
                inner.Observe(measurement);
            }
        }

        public void Observe(Distribution distribution) => inner.Observe(distribution);

        public void Complete()
        {
            EndStep();
            _isOver = true;
            Emit(long.MaxValue);
            if (reader._others.Exists(stream => stream.Failure is not null) && _run is not null)
            {
                inner.Update(reader.Describe(_run, number));
            }

            inner.Complete();
        }

        private void EndStep()
        {
            if (_point.Step >= 0)
            {
                _own.Enqueue(_point);
            }
        }

        /// <summary>Sends what all ranks measured up to a step, in the order of the steps.</summary>
        private void Emit(long last)
        {
            while (true)
            {
                var heads = reader._others.Select(Head).ToList();
                RankPoint? own = _own.TryPeek(out var mine) ? mine : null;
                long step = heads.Append(own).Min(head => head?.Step) ?? long.MaxValue;
                if (step > last || heads.Append(own).All(head => head is null) || IsAhead(heads, own))
                {
                    return;
                }

                if (own?.Step == step)
                {
                    Send(reader.FirstRank, _own.Dequeue());
                }

                for (int i = 0; i < heads.Count; i++)
                {
                    if (heads[i] is { } point && point.Step == step)
                    {
                        Send(reader._others[i].Rank, point);
                        reader._others[i].Take();
                    }
                }
            }
        }

        /// <summary>While logs grow, a rank may be a moment behind: its steps are waited for, since two ranks alone cannot tell which of them is wrong.</summary>
        private bool IsAhead(List<RankPoint?> heads, RankPoint? own) => reader._options.IsGrowing && (heads.Contains(null) || (_isOver && own is null));

        private RankPoint? Head(RankStream stream)
        {
            while (stream.Peek() is { } point)
            {
                if (point.Run >= number)
                {
                    return point.Run == number ? point : null;
                }

                stream.Take();
            }

            return null;
        }

        private void Send(int rank, RankPoint point)
        {
            // A rank that resumed goes back; a run never does.
            _sent = Math.Max(_sent, point.Step);
            int scope = scopes.Intern(ScopeKind.Rank, rank.ToString(CultureInfo.InvariantCulture));
            Send(_sent, Metric.RankLoss, scope, point.Loss);
            Send(_sent, Metric.RankWeightNorm, scope, point.WeightNorm);
            Send(_sent, Metric.StepDuration, scope, point.Duration);
        }

        private void Send(long step, Metric metric, int scope, double? value)
        {
            if (value is { } measured)
            {
                inner.Observe(new Measurement(step, metric, scope, measured));
            }
        }
    }

    private int FirstRank => logs[0].Rank;
}
