using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using TrainingDoctor.Names;
using TrainingDoctor.Parsing;
using TrainingDoctor.Readers.Accounts;
using TrainingDoctor.Readers.Rows;
using TrainingDoctor.Readers.Times;

namespace TrainingDoctor.Readers.Printed;

/// <summary>Turns the named numbers of a line into rows: where they were taken, and what was measured.</summary>
/// <param name="facts">What is known of the log.</param>
/// <param name="roles">What words mean.</param>
/// <param name="wanted">Columns that the user gave a role, whatever they are called.</param>
/// <param name="account">Takes down what numbers were taken for; null where nobody asks.</param>
internal sealed class TextRecord(LogFacts facts, TextRoles roles, IReadOnlySet<string> wanted, LineAccount? account = null)
{
    private const int LongestExcerpt = 60;

    private readonly TextLabels _labels = new(roles);
    private readonly OtherNumbers _others = new(facts, new TextLabels(roles), account);
    private readonly LinePhases _phases = new(roles, facts);
    private readonly TextCounters _counters = new(facts, roles);
    private readonly RepeatedRows _repeats = new();
    private readonly RecordEnds _ends = new(roles);
    private readonly LostLosses _lost = new();
    private readonly BarSums _bars = new();
    private readonly FoldHeadings _folds = new();
    private readonly HeldRow _held = new(facts);
    private readonly CarriedValues _carried = new(roles);
    private readonly RecordAccount _account = new(account, facts, wanted);
    private readonly List<LabelledNumber> _numbers = [];
    private readonly List<Cell> _cells = [];
    private int _loss = -1;
    private int _accounted;
    private bool _measuredSinceSettings;

    /// <summary>Gets or sets what waits for the counter below it; null where counters come first.</summary>
    public RowsAboveCounters? Above { get; set; }

    /// <summary>Gets or sets the process that printed the line; NaN where it tells none.</summary>
    public double Rank { get; set; } = double.NaN;

    /// <summary>Gets or sets when the line was printed, by its logger's clock; NaN where it tells none.</summary>
    public double Time { get; set; } = double.NaN;

    /// <summary>Gets or sets a value indicating whether the line is of the row of those before it, unless a name comes again.</summary>
    public bool GoesOn { get; set; }

    /// <summary>Gets the epoch that lines without one are of.</summary>
    public double Epoch { get; private set; } = double.NaN;

    /// <summary>Gets a value indicating whether the last heading was that of an evaluation.</summary>
    public bool IsUnderEvaluation => _phases.HeadsEvaluation;

    /// <summary>Gets a value indicating whether any row was found.</summary>
    public bool HasMeasured { get; private set; }

    /// <summary>Takes a line without numbers, which may head those that follow.</summary>
    public void ReadHeading(string line) => _phases.ReadHeading(line);

    /// <summary>Ends the row of a table.</summary>
    public void EndTableRow(RowBatch rows, double epoch)
    {
        Epoch = epoch;
        _cells.Clear();
        _cells.AddRange(rows.Open);
        rows.DropRow();
        EndRow(rows, isPlaced: false, isHeaded: false);
    }

    /// <summary>Settings that are printed anew, after something was measured, head another training, unless its steps go on.</summary>
    public void BeginSettings(RowBatch rows)
    {
        if (_measuredSinceSettings)
        {
            Release(rows);
            rows.MarkNext(RowMark.Header);
            _measuredSinceSettings = false;
        }
    }

    /// <summary>Ends a trial of a search: what comes next is of another.</summary>
    /// <param name="line">The line that says so.</param>
    /// <param name="name">What its value is called.</param>
    /// <param name="value">Where its value stands.</param>
    /// <param name="rows">Takes the row of the value.</param>
    public void EndTrial(string line, string name, Range value, RowBatch rows)
    {
        Release(rows);
        if (facts.Columns.Intern(name) is >= 0 and var column && Number.TryParse(Encoding.UTF8.GetBytes(line[value]), out double number))
        {
            account?.Take(value.Start.Value, value.End.Value, name, column, NumberUse.Measurement, string.Empty);
            rows.Add(column, number);
            rows.EndRow();
            HasMeasured = true;
        }

        rows.MarkNext(RowMark.Run);
    }

    /// <summary>Ends what the last lines began.</summary>
    public void End(RowBatch rows)
    {
        Above?.Count(double.NaN);
        ReleaseAbove(rows);
        Release(rows);
    }

    /// <summary>Takes a line: one record, or several that begin alike.</summary>
    /// <param name="line">The line.</param>
    /// <param name="numbers">Its numbers.</param>
    /// <param name="heading">The phase of its last heading.</param>
    /// <param name="place">Its number in the log.</param>
    /// <param name="rows">Takes the rows.</param>
    public void Take(string line, List<LabelledNumber> numbers, ColumnPhase heading, long place, RowBatch rows)
    {
        bool carries = ProgressBar.Carries(line);
        int start = 0;
        foreach (int end in _ends.Of(numbers))
        {
            _numbers.Clear();
            for (int i = start; i < end; i++)
            {
                if (numbers[i].Aside == NumberAside.None)
                {
                    _numbers.Add(numbers[i]);
                }
                else if (LineDurations.Read(line, numbers[i]) is { } duration)
                {
                    _others.AddDuration(numbers[i], duration);
                }
                else
                {
                    account?.TakeAside(numbers[i]);
                }
            }

            start = end;
            TakeOne(line, heading, carries, rows);
        }

        if (facts.Unnamed is null && !HasMeasured && numbers.Exists(number => number.Label.Length == 0 && number.Aside == NumberAside.None && number.Value != Math.Floor(number.Value)) && !numbers.Exists(number => roles.Of(number.Label).Kind == RoleKind.Metric))
        {
            facts.Unnamed = string.Create(CultureInfo.InvariantCulture, $"line {place} ('{line.AsSpan(0, Math.Min(line.Length, LongestExcerpt)).Trim()}') has numbers without names; put a line of names above them, such as 'step loss val_loss'");
        }
    }

    private void TakeOne(string line, ColumnPhase heading, bool carries, RowBatch rows)
    {
        _cells.Clear();
        _accounted = account?.Count ?? 0;
        ImpliedNames.Put(_numbers, roles, facts);
        _phases.Begin(_numbers, heading, line.AsSpan().TrimEnd().EndsWith(":"), PhaseHeadings.PhaseOf(line, _numbers, roles));
        _others.Clear();
        bool hasMetric = false;
        bool isMeasured = false;
        bool hasLoss = false;
        bool countsSteps = _numbers.Exists(number => roles.Of(number.Label).Kind == RoleKind.Step);
        bool isEvaluated = false;
        bool lostGradient = false;
        for (int i = 0; i < _numbers.Count; i++)
        {
            var number = _numbers[i];
            var label = _labels.Of(number.Label, _phases.PrefixOf(i));
            if (label.Role.Kind != RoleKind.Metric)
            {
                _account.Take(number, label, isUsed: false, isSetting: !_numbers.Exists(other => roles.Of(other.Label).Kind == RoleKind.Metric));
                if (label.Role.Kind == RoleKind.None && (number.IsAssigned || label.IsOfTask) && label.Name.Length > 0 && !TextAsides.IsPlace(label.Name) && number.Listed == 0)
                {
                    _others.Add(line, number, label);
                }

                continue;
            }

            if (number.Listed > 0 && label.Role.Metric == Metric.Loss && _numbers.Exists(other => other.Listed == 0 && roles.Of(other.Label) is { Kind: RoleKind.Metric, Metric: Metric.Loss }))
            {
                _account.Take(number, label, isUsed: false, isSetting: false);
                continue;
            }

            bool isLoss = label.Role is { Metric: Metric.Loss, Phase: ColumnPhase.Unknown or ColumnPhase.Train };
            int column = isLoss && number.IsStated && !double.IsFinite(number.Value) && _loss >= 0 ? _loss : label.ColumnOf(facts.Columns);
            if (column < 0 || _carried.Take(column, label.Role, number, _numbers, carries, countsSteps) || IsRoundedRate(line, label.Role, number))
            {
                _account.Take(number, label, isUsed: false, isSetting: false);
                continue;
            }

            _account.Take(number, label, isUsed: true, isSetting: false);

            _cells.Add(new Cell(column, ValueOf(label.Role, number)));
            if (isLoss)
            {
                _carried.Note(number.Value);
            }

            hasMetric = true;
            isMeasured |= label.Role.Metric != Metric.LearningRate;
            hasLoss |= isLoss;
            isEvaluated |= label.Role.Phase is ColumnPhase.Validation or ColumnPhase.Test;
            lostGradient |= label.Role.Metric == Metric.GlobalGradientNorm && !double.IsFinite(number.Value);
            _loss = isLoss && (label.Role.Rank >= 50 || _loss < 0) ? column : _loss;
        }

        _others.TakeDurations(isEvaluated);
        bool hasCounters = _counters.Read(line, _numbers, isMeasured, number => _phases.IsEvaluated(number));
        if (Above is { } above && WaitsForCounter(above, hasMetric, hasCounters, rows))
        {
            return;
        }

        Epoch = _counters.Epoch;
        if (!hasMetric && !_others.HasAny(wanted))
        {
            // What this line alone says is no part of the row that comes next.
            _others.Clear();
            if (_folds.Begins(_numbers) && HasMeasured)
            {
                Release(rows);
                rows.MarkNext(RowMark.Run);
            }

            return;
        }

        if (_bars.SumsUp(_cells, ProgressBar.IsDrawn(line), hasCounters))
        {
            account?.Withdraw(_accounted, "it sums up a bar that told the same");
            _others.Clear();
            return;
        }

        if (_lost.Note(_numbers.Count > 0 ? _numbers[0].Label : string.Empty, hasLoss, lostGradient) && _loss >= 0)
        {
            _cells.Add(new Cell(_loss, double.NaN));
        }

        double step = double.IsFinite(_counters.Step) || (isMeasured && !isEvaluated) ? _counters.Step : _counters.StepOfEvaluation;
        if (hasCounters && double.IsNaN(Rank) && _repeats.Thin(_cells, step, Epoch) && _cells.Count == 0 && _others.IsEmpty)
        {
            account?.Withdraw(_accounted, "the row before told the same of its step");
            return;
        }

        if (double.IsFinite(step))
        {
            _cells.Add(new Cell(facts.Columns.Intern(_counters.CountsEpisodes ? "episode" : "step"), step));
        }

        EndRow(rows, hasCounters, _counters.IsHeaded || (GoesOn && !hasCounters));
    }

    private bool WaitsForCounter(RowsAboveCounters above, bool hasMetric, bool hasCounters, RowBatch rows)
    {
        if (hasMetric && !hasCounters)
        {
            _others.MoveTo(_cells);
            List<Cell> now = [.. _cells];
            ReleaseAbove(rows);
            above.Add(now);
            return true;
        }

        if (hasMetric)
        {
            above.Take(_cells);
        }
        else if (hasCounters)
        {
            above.Count(_numbers.FindIndex(number => roles.Of(number.Label).Kind == RoleKind.Step) is >= 0 and var step ? _numbers[step].Value : double.NaN);
        }

        return false;
    }

    private void ReleaseAbove(RowBatch rows)
    {
        if (Above is { IsCounted: true } above)
        {
            _cells.Clear();
            if (above.Take(_cells) is var step && double.IsFinite(step))
            {
                _cells.Add(new Cell(facts.Columns.Intern("step"), step));
            }

            EndRow(rows, isPlaced: false, isHeaded: false);
        }
    }

    private void EndRow(RowBatch rows, bool isPlaced, bool isHeaded)
    {
        if (_cells.Count == 0 && _others.IsEmpty)
        {
            return;
        }

        if (double.IsFinite(Epoch))
        {
            _cells.Add(new Cell(facts.Columns.Intern("epoch"), Epoch));
        }

        if (double.IsFinite(Rank))
        {
            _cells.Add(new Cell(facts.Columns.Intern("rank"), Rank));
        }

        if (isPlaced && _repeats.IsRepeat(CollectionsMarshal.AsSpan(_cells), double.IsFinite(_counters.Step) ? _counters.Step : Epoch, double.IsFinite(_counters.Step) ? 2 : 3))
        {
            account?.Withdraw(_accounted, "the row was printed before, by another process or logger");
            return;
        }

        HasMeasured = _measuredSinceSettings = true;
        _others.MoveTo(_cells);
        _held.Add(_cells, isHeaded, Time, rows);
    }

    private void Release(RowBatch rows) => _held.Release(rows);

    /// <summary>A learning rate printed as 0.000 may be one of 1e-4.</summary>
    private static bool IsRoundedRate(string line, ColumnRole role, LabelledNumber number) =>
        role.Metric == Metric.LearningRate && number.Value == 0 && line.AsSpan(number.Start, number.End - number.Start) is { Length: >= 4 and <= 6 } digits && digits.StartsWith("0.00");

    /// <summary>Of <c>Accuracy: 9000/10000</c> the share is meant.</summary>
    private static double ValueOf(ColumnRole role, LabelledNumber number) =>
        role.Metric is Metric.Accuracy && number.Total >= 1 && number.Value <= number.Total && number.Value == Math.Floor(number.Value) ? number.Value / number.Total : number.Value;
}
